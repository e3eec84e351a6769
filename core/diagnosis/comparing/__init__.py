"""A track against references, earlier versions, the tracks of a record, streaming services."""
