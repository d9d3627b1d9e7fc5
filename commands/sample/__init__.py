"""Invented people and dossiers, so that a fresh installation has something to look at."""
