"""The page about elements says what the code does."""

from engine.bpmn.page import PAGE, refreshed
from engine.bpmn.table import BPMN_TABLE, ZEEBE_TABLE, Fate


def test_the_page_is_as_the_code_would_write_it():
    assert PAGE.read_text() == refreshed(PAGE.read_text())


def test_every_refusal_says_what_to_draw_instead():
    rows = [*BPMN_TABLE.values(), *ZEEBE_TABLE.values()]

    assert all(bool(row.remedy) == (row.fate is Fate.REFUSED) for row in rows)
