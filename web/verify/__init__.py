"""The public check of a notice."""
