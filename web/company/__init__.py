"""Pages of acting for others: organisations, their members, invitations, mandates, claims."""

from web.company import claims, mandates, organisations, programs, webhooks, words
from web.company.blueprint import blueprint

__all__ = ["blueprint", "claims", "mandates", "organisations", "programs", "webhooks", "words"]
