"""Telling organisations of status changes of their dossiers, at an address of theirs."""
