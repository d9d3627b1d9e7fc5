"""Checking a notice or a file, and searching the public register: for anybody, without signing in."""

from web.verify import files, revocation
from web.verify.views import blueprint

__all__ = ["blueprint", "files", "revocation"]
