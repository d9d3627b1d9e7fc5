"""Petitions on pages: sent by anybody with a contact, followed, and read once published."""

from web.feedback import following, sending
from web.feedback.blueprint import blueprint

__all__ = ["blueprint", "following", "sending"]
