"""The use cases: the one layer that knows all the others."""
