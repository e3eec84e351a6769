"""The PDF report: pages, tables, glossary, typesetting."""
