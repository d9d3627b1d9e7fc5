"""What departments settle about cases: working days, services on offer, facts of services."""

from flask import Flask

from administration import settings_of
from dossiers.settled.books import BOOK_START, book_starts, first_number
from dossiers.settled.calendar_days import CALENDAR_DAY, calendar_days, calendar_for
from dossiers.settled.facts import SERVICE_FACT, facts_of, service_facts
from dossiers.settled.notice_texts import NOTICE_TEXT, filled, notice_text, notice_texts
from dossiers.settled.offers import SERVICE_OFFER, require_offered, service_offers
from workflows.profiles import Profile

__all__ = [
    "BOOK_START",
    "CALENDAR_DAY",
    "NOTICE_TEXT",
    "SERVICE_FACT",
    "SERVICE_OFFER",
    "calendar_for",
    "facts_of",
    "filled",
    "first_number",
    "install",
    "notice_text",
    "require_offered",
]


def install(app: Flask, profile: Profile) -> None:
    """Register these kinds."""
    for kind in (
        calendar_days(profile),
        service_offers(),
        service_facts(),
        book_starts(),
        notice_texts(),
    ):
        settings_of(app).add(kind)
