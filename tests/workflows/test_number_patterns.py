"""Numbers of books and codes of dossiers: what a pattern writes can be read again, and never twice."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidSetting
from workflows import number_patterns
from workflows.number_patterns import is_sound, read, written
from workflows.profiles.dossier_codes import read_codes

FOR_EVER, YEARLY = "{sequence:09d}/PCBB-{agency}", "{sequence:04d}/{year}/GPHĐ-{agency}"


@given(st.integers(1, 10**9 - 1), st.sampled_from(["HN", "HCM", "A.1"]), st.integers(2000, 2999))
def test_a_number_is_read_as_it_was_written(sequence: int, agency: str, year: int):
    number = written(YEARLY, sequence=sequence, agency=agency, year=year)
    assert read(YEARLY, number, agency=agency) == (sequence, year)
    number = written(FOR_EVER, sequence=sequence, agency=agency, year=year)
    assert read(FOR_EVER, number, agency=agency) == (sequence, None)


@pytest.mark.parametrize(
    "number", ["7/PCBB-HN", "000000007/PCBB-HCM", "000000007/PCBA-HN", "x000000007/PCBB-HN", ""]
)
def test_a_number_that_the_pattern_does_not_write_is_none_of_the_book(number: str):
    assert read(FOR_EVER, number, agency="HN") is None


@pytest.mark.parametrize(
    ("pattern", "yearly", "sound"),
    [
        (FOR_EVER, False, True),
        (YEARLY, True, True),
        (YEARLY, False, True),
        (FOR_EVER, True, False),
        ("{sequence}", False, False),
        ("{agency}", False, False),
        ("{sequence}{sequence}-{agency}", False, False),
        ("{sequence.__class__}-{agency}", False, False),
        ("{sequence!r}-{agency}", False, False),
        ("{agency}-{sequence:09d}-}", False, False),
    ],
    ids=range(10),
)
def test_a_pattern_that_would_give_a_number_twice_is_refused(
    pattern: str, yearly: bool, sound: bool
):
    assert is_sound(pattern, yearly=yearly) is sound


def test_what_the_words_of_the_gate_promise_is_what_is_checked():
    assert "{agency}" in number_patterns.SAYS
    assert "{year}" in number_patterns.SAYS


DAILY = "{agency}-{date:%y%m%d}-{sequence}"


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ({"pattern": "{agency}-{date:%y%m%d}-{sequence:04d}"}, "H26-261008-0007"),
        ({"pattern": DAILY, "width": 4}, "H26-261008-0007"),
        ({"pattern": "{agency}-{date:%y%m%d}-18{sequence}", "width": 4}, "H26-261008-180007"),
        (
            {"pattern": "{date:%Y}/{sequence}/{agency}", "width": 6, "resets": "year"},
            "2026/000007/H26",
        ),
        ({"pattern": "{agency}{sequence}", "width": 9, "resets": "never"}, "H26000000007"),
    ],
    ids=["as before", "width", "ministry", "yearly", "never"],
)
def test_a_profile_says_how_codes_are_written(stated: dict[str, object], code: str):
    assert read_codes(stated).written("H26", date(2026, 10, 8), 7) == code


@pytest.mark.parametrize(
    "stated",
    [
        {"pattern": "{agency}-{date:%m%d}-{sequence}"},
        {"pattern": "{agency}-{date:%d}-{sequence}", "resets": "month"},
        {"pattern": "{agency}-{sequence}", "resets": "year"},
        {"pattern": "{date:%y%m%d}-{sequence}"},
        {"pattern": "{agency}-{date:%y%m%d}"},
        {"pattern": "{agency}-{nothing}-{sequence}"},
        {"pattern": DAILY, "resets": "weekly"},
    ],
    ids=["no year", "no month", "no date", "no agency", "no sequence", "unknown", "period"],
)
def test_a_profile_that_would_give_one_code_to_two_dossiers_is_refused(stated: dict[str, object]):
    with pytest.raises(InvalidSetting):
        read_codes(stated)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 30)), st.sampled_from(["day", "month", "year"]))
def test_within_a_period_the_sequence_goes_on_and_behind_it_begins_anew(day: date, resets: str):
    codes = read_codes({"pattern": DAILY, "resets": resets})
    same = {"day": False, "month": (day + timedelta(1)).day != 1}
    same["year"] = (day + timedelta(1)).timetuple().tm_yday != 1
    assert (codes.period(day) == codes.period(day + timedelta(1))) is same[resets]
