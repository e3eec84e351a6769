"""The use cases: the one layer of the core that imports all the others."""
