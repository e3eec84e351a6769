"""Messages that people write: which are for Earshot, their order, and the response to each."""
