"""What is hidden is not asked for and not kept; what is computed is computed here."""

import pytest

from forms import AnswersInvalid
from tests.forms.samples import YES_NO, component, form

KIND = component("radio", "kind", values=YES_NO, required=True)


def hidden_unless(expression: str) -> dict[str, str]:
    return {"hide": f"=not({expression})"}


def test_a_hidden_answer_is_dropped_and_not_required() -> None:
    name = component("textfield", "name", required=True, conditional=hidden_unless('kind = "yes"'))
    made = form(KIND, name)
    assert made.load({"kind": "no", "name": "ghost"}) == {"kind": "no"}
    assert made.load({"kind": "yes", "name": "An"}) == {"kind": "yes", "name": "An"}
    with pytest.raises(AnswersInvalid) as refused:
        made.load({"kind": "yes"})
    assert list(refused.value.fields) == [("name",)]


def test_a_wrong_hidden_answer_does_no_harm() -> None:
    count = component("number", "count", conditional={"hide": '=kind = "no"'})
    assert form(KIND, count).load({"kind": "no", "count": "many"}) == {"kind": "no"}


def test_a_hidden_answer_counts_as_missing_for_other_conditions() -> None:
    second = component(
        "radio", "second", values=YES_NO, required=True, conditional={"hide": '=kind = "no"'}
    )
    third = component("textfield", "third", required=True, conditional={"hide": "=second = null"})
    made = form(third, second, KIND)
    assert made.load({"kind": "no", "second": "yes", "third": "x"}) == {"kind": "no"}
    assert made.load({"kind": "yes", "second": "no", "third": "x"})["third"] == "x"


def test_a_hidden_group_takes_everything_in_it_away() -> None:
    inner = component("textfield", "name", required=True)
    made = form(
        KIND,
        component("group", components=[inner], conditional={"hide": '=kind = "no"'}),
        component(
            "group", "owner", components=[inner | {"id": "other"}],
            conditional={"hide": '=kind = "no"'},
        ),
    )  # fmt: skip
    assert made.load({"kind": "no", "name": "x", "owner": {"name": "y"}}) == {"kind": "no"}


def test_rows_see_their_own_answers_their_number_and_what_is_around() -> None:
    rows = component(
        "dynamiclist", "devices", components=[
            component("radio", "kind", values=YES_NO, required=True),
            component("textfield", "reason", required=True,
                      conditional={"hide": '=kind = "no" or parent.kind = "no" or i = 3'}),
        ],
    )  # fmt: skip
    made = form(KIND | {"id": "outer"}, rows)
    with pytest.raises(AnswersInvalid) as refused:
        made.load({"kind": "yes", "devices": [{"kind": "yes"}, {"kind": "no"}, {"kind": "yes"}]})
    assert list(refused.value.fields) == [("devices", 0, "reason")]
    assert made.load({"kind": "no", "devices": [{"kind": "yes", "reason": "x"}]}) == {
        "kind": "no",
        "devices": [{"kind": "yes"}],
    }


def test_computed_answers_come_from_the_server_only() -> None:
    made = form(
        component("number", "price"),
        component("number", "count"),
        component("expression", "total", expression="=price * count"),
        component("textfield", "reason", required=True, conditional={"hide": "=total < 100"}),
    )
    assert made.load({"price": "0,1", "count": 3, "total": 1}) == {
        "price": 0.1,
        "count": 3,
        "total": 0.3,
    }
    with pytest.raises(AnswersInvalid):
        made.load({"price": 50, "count": 2, "total": 0})


def test_conditions_see_names_from_outside() -> None:
    made = form(
        component("textfield", "reason", required=True, conditional={"hide": '=channel = "desk"'}),
        outside=frozenset({"channel"}),
    )
    assert made.load({}, context={"channel": "desk"}) == {}
    with pytest.raises(AnswersInvalid):
        made.load({}, context={"channel": "online"})


def test_a_page_sees_the_answers_of_the_other_pages() -> None:
    made = form(
        component("group", id="first", components=[KIND]),
        component(
            "group", id="second", components=[component("textfield", "name", required=True)],
            conditional={"hide": '=kind = "no"'},
        ),
    )  # fmt: skip
    assert [page.id for page in made.visible_pages({"kind": "no"})] == ["first"]
    assert [page.id for page in made.visible_pages({"kind": "yes"})] == ["first", "second"]
    assert made.load_page(made.pages[1], {}, context={"kind": "no"}) == {}
    with pytest.raises(AnswersInvalid):
        made.load_page(made.pages[1], {}, context={"kind": "yes"})
