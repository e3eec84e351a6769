"""How values are written for people: numbers with units, error sentences; and how foreign text is cleaned."""
