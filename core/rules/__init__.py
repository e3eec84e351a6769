"""The rules: what each one measures, its levels and texts, and the settings that follow from a reading."""
