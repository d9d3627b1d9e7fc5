"""The service that comes with the house under a profile that shares nothing with Viet Nam's."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from core import clock
from core.config import Settings
from dossiers.calendar import Calendar
from dossiers.context import jurisdiction
from dossiers.fees import money
from dossiers.time_limits import LegalClock, TimeLimit, Unit
from studio.scenarios import installation, perform, read_scenarios
from tests.profiles import OASIS, sample_service
from workflows.pack import ServicePack
from workflows.profiles import read_profile
from wsgi import create_app

CAIRO = ZoneInfo("Africa/Cairo")
STORY = """
name: Sent on Thursday, taken in on Thursday, settled by Sunday
at: "2026-11-26T10:00:00+02:00"
from: _common.yaml
steps:
  - attach: [iso_13485, warranty, technical_summary, conformity, instructions]
  - submit
  - expect: {status: awaiting-payment}
  - pay
  - expect:
      status: delivered
      code: H26.10/2026/000001
      received: "2026-11-26T10:00:00+02:00"
      due: "2026-11-29T15:00:00+02:00"
      number: 000000001/PCBB-HN
"""


@pytest.fixture(scope="module")
def pack() -> ServicePack:
    service = sample_service()
    return ServicePack({**service.files, "scenarios/oasis.yaml": STORY.encode()})


@pytest.fixture
def oasis(settings: Settings) -> Iterator[Flask]:
    app = create_app(replace(settings, profile=OASIS))
    with app.app_context():
        yield app


def legal_clock() -> LegalClock:
    return LegalClock(Calendar.from_profile(read_profile(OASIS).calendar))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CAIRO)


def due(moment: str, amount: str, unit: Unit) -> datetime:
    limit = TimeLimit(Decimal(amount), unit)
    return legal_clock().due_at(at(moment).astimezone(UTC), limit).astimezone(CAIRO)


def test_the_service_passes_from_application_to_number(pack: ServicePack, monkeypatch):
    monkeypatch.setenv("MOTCUA_PROFILE", OASIS)
    (story,) = [each for each in read_scenarios(pack) if each.file == "oasis.yaml"]
    with installation() as stage:
        perform(stage, pack, story)


@pytest.mark.parametrize(
    ("received", "amount", "promised"),
    [
        ("2026-11-19T10:00", "1", "2026-11-22T15:00"),  # over the weekend of Friday and Saturday
        ("2026-11-19T10:00", "2", "2026-11-24T15:00"),  # and a holiday on Monday
        ("2026-11-19T15:30", "1", "2026-11-24T15:00"),  # after closing it counts from Sunday
    ],
)
def test_working_days_are_those_of_the_place(received: str, amount: str, promised: str):
    assert due(received, amount, Unit.WORKING_DAY) == at(promised)


@pytest.mark.parametrize(
    ("received", "promised"),
    [
        ("2026-04-23T13:00", "2026-04-26T11:00"),  # the clocks go forward in between
        ("2026-10-29T13:00", "2026-11-01T11:00"),  # and back
    ],
)
def test_office_hours_are_told_by_the_clock_on_the_wall(received: str, promised: str):
    assert due(received, "4", Unit.HOUR) == at(promised)


def test_money_has_three_decimals(oasis: Flask):
    assert money.written(1_500_250, "en") == "1,500.250 rial"
    assert money.in_words(1_500_250, "en").startswith("One thousand five hundred rial and two")


def test_pages_are_written_from_right_to_left(oasis: Flask):
    page = oasis.test_client().get("/", headers={"Accept-Language": "ar"}).text
    assert '<html lang="ar" dir="rtl"' in page
    assert "العربية" in page
    assert "Tiếng Việt" not in page


def test_the_days_of_the_oasis_are_counted_in_its_zone(oasis: Flask):
    assert clock.zone() == CAIRO
    assert jurisdiction().profile.languages == ("ar", "en")
