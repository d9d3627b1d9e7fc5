"""The event log for study: nobody can be told from it, and rare days are hidden."""

import csv
import io
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from accounts.errors import ActionRefused
from accounts.queries import actor
from commands.event_log import export_event_log
from commands.sample.people import account_of
from core.database import transaction
from reporting.event_log import LEAST, as_csv, as_xes, coarse_day, event_log
from reporting.loading import period_of
from tests.dossiers.test_settled import here
from tests.reporting.conftest import Archive

YEAR = (date(2027, 1, 1), date(2027, 12, 31))


def sent(archive: Archive, day: str) -> str:
    events = (("submitted", f"{day}T09:31"), ("received", f"{day}T10:45"))
    return str(archive.dossier(f"{day}T17:00", *events))


def log() -> list[dict[str, str]]:
    auditor = actor(f"account:{account_of('kiemtoan').id}")
    assert auditor is not None
    with transaction():
        cases = event_log(here(), period_of(*YEAR), by=auditor)
    return list(csv.DictReader(io.StringIO("".join(as_csv(cases)))))


def test_names_are_pseudonyms_that_no_other_log_shares(archive: Archive):
    identity = sent(archive, "06-01")
    first, second = log(), log()
    assert {row["activity"] for row in first} == {"status: submitted", "status: received"}
    assert len({row["case"] for row in first}) == 1
    assert first[0]["case"] != second[0]["case"]
    assert identity not in str(first)


def test_a_day_with_few_dossiers_becomes_the_week_month_or_year(archive: Archive):
    for _ in range(LEAST):
        sent(archive, "06-01")
    sent(archive, "06-03")
    sent(archive, "09-15")
    days = Counter(row["time"][:10] for row in log() if row["activity"] == "status: submitted")
    assert days == {"2027-06-01": LEAST, "2027-05-31": 1, "2027-01-01": 1}


def test_times_are_cut_to_the_hour(archive: Archive):
    for _ in range(LEAST):
        sent(archive, "06-01")
    assert {row["time"][11:19] for row in log()} == {"09:00:00", "10:00:00"}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({date(2027, 6, 16): LEAST}, date(2027, 6, 16)),
        ({date(2027, 6, 16): 1, date(2027, 6, 20): LEAST - 1}, date(2027, 6, 14)),
        ({date(2027, 6, 16): 1, date(2027, 6, 30): LEAST - 1}, date(2027, 6, 1)),
        ({date(2027, 6, 16): 1, date(2027, 4, 1): LEAST - 1}, date(2027, 4, 1)),
        ({date(2027, 6, 16): 1}, date(2027, 1, 1)),
    ],
    ids=["day", "week", "month", "quarter", "year"],
)
def test_the_finest_span_that_has_enough_is_told(counts: dict[date, int], expected: date):
    def count(first: date, after: date) -> int:
        return sum(number for day, number in counts.items() if first <= day < after)

    assert coarse_day(date(2027, 6, 16), count) == expected


def test_xes_is_well_formed_and_holds_every_event(archive: Archive):
    sent(archive, "06-01")
    auditor = actor(f"account:{account_of('kiemtoan').id}")
    assert auditor is not None
    with transaction():
        cases = event_log(here(), period_of(*YEAR), by=auditor)
    root = etree.fromstring("".join(as_xes(cases)).encode())
    assert len(root.findall("{*}trace/{*}event")) == 2


def test_only_auditors_take_a_log(archive: Archive):
    director = actor(f"account:{account_of('lanhdao').id}")
    assert director is not None
    with pytest.raises(ActionRefused), transaction():
        event_log(here(), period_of(*YEAR), by=director)


def test_the_command_writes_a_file(archive: Archive, tmp_path: Path):
    sent(archive, "06-01")
    runner, file = archive.app.test_cli_runner(), tmp_path / "log.xes"
    told = runner.invoke(export_event_log, ["H26.16", "2027-01-01", "2027-12-31", str(file)])
    assert told.exit_code == 0, told.output
    assert file.read_text().count("<event>") == 2
    refused = runner.invoke(export_event_log, ["H26.16", "2027-01-01", "2027-12-31", "log.txt"])
    assert refused.exit_code == 2
