"""The auditor's desk: the record, samples, access reviews. Nothing here changes anybody's case."""

from web.auditor import record, reviews, samples, seals
from web.auditor.blueprint import blueprint

__all__ = ["blueprint", "record", "reviews", "samples", "seals"]
