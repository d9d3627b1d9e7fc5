"""Pages on which administrators propose and decide what is settled by decision."""

from web.settling import deciding, lists, proposing, years
from web.settling.blueprint import blueprint

__all__ = ["blueprint", "deciding", "lists", "proposing", "years"]
