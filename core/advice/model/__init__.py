"""The language model: requests, replies, faults, and what a request costs."""
