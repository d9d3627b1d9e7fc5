"""The open part of the site: services, signing in and out, language, statements."""

from web.site import services, signing_in, statements, tracking
from web.site.blueprint import blueprint

__all__ = ["blueprint", "services", "signing_in", "statements", "tracking"]
