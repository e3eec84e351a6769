"""The check of a model's words against the measurements."""
