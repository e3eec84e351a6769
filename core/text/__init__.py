"""Text for people: numbers with units, error sentences, and the cleaning of untrusted text."""
