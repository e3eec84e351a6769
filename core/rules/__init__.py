"""The rules: the measure, levels and texts of each, and the settings that follow from a reading."""
