"""A case as evidence: one archive that can be read, and checked without this system."""
