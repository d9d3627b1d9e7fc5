"""The open part of the site: services, signing in and out, language, statements."""

from web.site import home, signing_in, statements
from web.site.blueprint import blueprint

__all__ = ["blueprint", "home", "signing_in", "statements"]
