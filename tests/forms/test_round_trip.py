"""Clean answers survive being shown and sent again, and loading them again changes nothing."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.rendering import render_page
from tests.forms.samples import COLOURS, YES_NO, component, form, submitted

FORM = form(
    component("textfield", "name"),
    component("textarea", "notes"),
    component("number", "price"),
    component("number", "count", decimalDigits=0),
    component("datetime", "born", subtype="date"),
    component("datetime", "at", subtype="time"),
    component("radio", "kind", values=YES_NO),
    component("select", "colour", values=COLOURS),
    component("checklist", "colours", values=COLOURS),
    component("taglist", "tags", values=COLOURS),
    component("checkbox", "agreed"),
    component("filepicker", "paper"),
    component("expression", "double", expression="=price * 2"),
    component("textfield", "reason", conditional={"hide": '=kind = "no"'}),
    component("group", "owner", components=[component("textfield", "city")]),
    component("dynamiclist", "devices", components=[
        component("textfield", "model", required=True),
        component("checklist", "kinds", values=COLOURS),
        component("checkbox", "sterile"),
        component("dynamiclist", "parts", components=[component("textfield", "part", required=True)]),
    ]),
)  # fmt: skip

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
some = st.text(st.sampled_from("aăâbcđeêô \"<>&'"), min_size=1).filter(str.strip)
colours = st.lists(st.sampled_from([one["value"] for one in COLOURS]), max_size=3)
parts = st.fixed_dictionaries({"part": some})
devices = st.fixed_dictionaries(
    {"model": some}, optional={"kinds": colours, "sterile": st.booleans(), "parts": st.lists(parts)}
)
prices = st.decimals(min_value=-(10**9), max_value=10**9, places=4)
answers_given = st.fixed_dictionaries(
    {},
    optional={
        "name": texts,
        "notes": texts,
        "price": prices.map(float),
        "count": st.integers(-(10**14), 10**14),
        "born": st.dates(min_value=date(1000, 1, 1)).map(date.isoformat),
        "at": st.times().map(lambda moment: moment.strftime("%H:%M")),
        "kind": st.sampled_from(["yes", "no"]),
        "colour": st.sampled_from([one["value"] for one in COLOURS]),
        "colours": colours,
        "tags": colours,
        "agreed": st.booleans(),
        "paper": st.lists(st.uuids().map(str), max_size=1),
        "reason": texts,
        "owner": st.fixed_dictionaries({}, optional={"city": texts}),
        "devices": st.lists(devices, max_size=4),
    },
)


@given(answers_given)
def test_loading_clean_answers_again_changes_nothing(answers: dict[str, Any]) -> None:
    clean = FORM.load(answers)
    assert FORM.load(clean) == clean


@pytest.mark.parametrize("language", ["vi", "en"])
@settings(max_examples=40, deadline=None)
@given(answers=answers_given)
def test_clean_answers_survive_a_page_that_is_sent_unchanged(
    language: str, answers: dict[str, Any]
) -> None:
    clean = FORM.load(answers, language)
    sent = submitted(render_page(FORM, FORM.pages[0], clean, {}, language))
    assert FORM.load(FORM.answers_from(sent), language) == clean


@given(st.recursive(st.none() | st.booleans() | st.floats() | texts,
                    lambda inner: st.lists(inner) | st.dictionaries(texts, inner)))  # fmt: skip
def test_no_json_whatever_makes_more_than_a_refusal(value: Any) -> None:
    from forms import AnswersInvalid

    for key in ("name", "price", "born", "colours", "agreed", "paper", "owner", "devices"):
        try:
            FORM.load({key: value})
        except AnswersInvalid as refused:
            assert all(path[0] == key for path in refused.fields)  # noqa: PT017


@given(prices, st.sampled_from(["vi", "en"]))
def test_numbers_are_read_back_as_they_are_written(number: Decimal, language: str) -> None:
    from forms.numbers import number_text, read_number

    for grouped in (True, False):
        assert read_number(number_text(number, language, grouped=grouped), language) == number
