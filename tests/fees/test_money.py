"""Amounts for people: with the decimals of the profile, and in words."""

from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from core.number_words import LARGEST, in_english, in_vietnamese
from dossiers import context
from dossiers.fees import money

SAID = [
    (0, "không", "zero"),
    (15, "mười lăm", "fifteen"),
    (21, "hai mươi mốt", "twenty-one"),
    (105, "một trăm linh năm", "one hundred five"),
    (430_000, "bốn trăm ba mươi nghìn", "four hundred thirty thousand"),
    (1_500_000, "một triệu năm trăm nghìn", "one million five hundred thousand"),
    (3_000_005, "ba triệu không trăm linh năm", "three million five"),
    (
        2_005_000_001,
        "hai tỷ không trăm linh năm triệu không trăm linh một",
        "two billion five million one",
    ),
]


@pytest.mark.parametrize(("number", "vi", "en"), SAID, ids=[str(number) for number, _, _ in SAID])
def test_numbers_in_words(number: int, vi: str, en: str):
    assert (in_vietnamese(number), in_english(number)) == (vi, en)


@given(st.sets(st.integers(0, LARGEST), min_size=2, max_size=2))
def test_no_two_numbers_read_alike(numbers: set[int]):
    assert len({in_vietnamese(number) for number in numbers}) == 2
    assert len({in_english(number) for number in numbers}) == 2


@pytest.mark.parametrize("number", [-1, LARGEST + 1])
def test_what_cannot_be_said_is_refused(number: int):
    with pytest.raises(ValueError, match="cannot be said"):
        in_vietnamese(number)


def test_dong_have_no_decimals(installation: Flask):
    assert money.written(1_500_000, "vi") == "1.500.000 đồng"
    assert money.in_words(1_500_000, "vi") == "Một triệu năm trăm nghìn đồng"
    assert money.in_words(1_500_000, "en") == "One million five hundred thousand dong"


def test_a_currency_with_three_decimals(installation: Flask):
    found = context.jurisdiction()
    dinar = {
        "code": "KWD",
        "decimals": 3,
        "names": {"en": "dinars", "vi": "dinar"},
        "minor": {"en": "fils", "vi": "fils"},
    }
    profile = replace(found.profile, currency=dinar)
    installation.extensions[context._EXTENSION] = replace(found, profile=profile)
    assert money.written(2_500, "en") == "2.500 dinars"
    assert money.in_words(2_500, "en") == "Two dinars and five hundred fils"
    assert money.written(1_234_567, "vi") == "1.234,567 dinar"
