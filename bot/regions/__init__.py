"""Division codes, lineage, and places named in text."""
