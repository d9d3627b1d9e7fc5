"""Trying services before they are published: scenarios, and later drafts, impact and migration."""
