"""A case as evidence: asked for on its page, fetched by who asked; and the program that checks it."""

from web.evidence import cases, program
from web.evidence.blueprint import blueprint, offline

__all__ = ["blueprint", "cases", "offline", "program"]
