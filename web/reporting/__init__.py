"""Reports for directors, administrators and auditors of an agency."""

from web.reporting import pages
from web.reporting.blueprint import blueprint

__all__ = ["blueprint", "pages"]
