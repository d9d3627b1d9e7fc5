"""Pages of imports: a file, its columns, the dry run, the release."""

from web.importing import pages, sending
from web.importing.blueprint import blueprint

__all__ = ["blueprint", "pages", "sending"]
