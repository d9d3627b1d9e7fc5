"""What departments settle about cases: working days, services on offer, facts of services."""

from flask import Flask

from administration import settings_of
from dossiers.settled.books import BOOK_START, book_starts, first_number
from dossiers.settled.calendar_days import CALENDAR_DAY, calendar_days, clock_for
from dossiers.settled.codes import CODE, SettledCodes, code_entries
from dossiers.settled.escalations import ESCALATION, escalation_stages, stages_for
from dossiers.settled.facts import SERVICE_FACT, facts_of, service_facts
from dossiers.settled.letterheads import LETTERHEAD, letterhead_of, letterheads
from dossiers.settled.notice_texts import NOTICE_TEXT, filled, notice_text, notice_texts
from dossiers.settled.offers import SERVICE_OFFER, require_offered, service_offers, unit_for
from dossiers.settled.retention import RETENTION, retention_terms, term_of
from dossiers.settled.seals import SEAL_KEY, seal_keys_in_use, seal_serial
from dossiers.settled.tariff_lines import TARIFF_LINE, tariff_lines, tariff_of
from forms import code_tables
from workflows.profiles import Profile

__all__ = [
    "BOOK_START",
    "CALENDAR_DAY",
    "CODE",
    "ESCALATION",
    "LETTERHEAD",
    "NOTICE_TEXT",
    "RETENTION",
    "SEAL_KEY",
    "SERVICE_FACT",
    "SERVICE_OFFER",
    "TARIFF_LINE",
    "clock_for",
    "facts_of",
    "filled",
    "first_number",
    "install",
    "letterhead_of",
    "notice_text",
    "require_offered",
    "seal_serial",
    "stages_for",
    "tariff_of",
    "term_of",
    "unit_for",
]


def install(app: Flask, profile: Profile) -> None:
    """Register these kinds."""
    for kind in (
        calendar_days(profile),
        escalation_stages(),
        service_offers(),
        service_facts(),
        tariff_lines(profile),
        book_starts(),
        notice_texts(),
        code_entries(profile),
        seal_keys_in_use(),
        letterheads(),
        retention_terms(),
    ):
        settings_of(app).add(kind)
    code_tables.install(app, SettledCodes(profile))
