"""The tables, their column types, and what brings a database to them."""
