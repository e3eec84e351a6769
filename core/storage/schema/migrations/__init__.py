"""The migrations of the schema, run by `core.storage.schema.migrate` whenever a database is opened.

To change the schema: edit `core.storage.schema.tables`, run the storage tests (the drift test prints what a migration
has to do), and add ``versions/NNNN_what_changes.py`` with the next number. A migration imports nothing from Earshot, so
that it still does the same after the program has changed.
"""
