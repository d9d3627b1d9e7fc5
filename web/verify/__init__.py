"""Checking a notice, and searching the public register: for anybody, without signing in."""

from web.verify.views import blueprint

__all__ = ["blueprint"]
