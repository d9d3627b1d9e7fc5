"""Pages for applicants without an account: asking for a link, opening it, taking the dossier over."""

from web.guest import asking, entering
from web.guest.blueprint import blueprint

__all__ = ["asking", "blueprint", "entering"]
