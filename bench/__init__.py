"""Measures the house against its own floors: every figure is a ratio within one run."""
