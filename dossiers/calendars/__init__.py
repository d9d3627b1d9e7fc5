"""Calendars of whole years: what is known of them, drafts of new ones, and what was believed when."""
