"""Telling people of due dates that come near or have passed: who, when, and each only once."""
