"""Groups, rows, unknown and fixed answers, pages."""

import pytest

from forms import AnswersInvalid
from tests.forms.samples import COLOURS, component, form

NAME = component("textfield", "name", required=True)
DEVICES = component("dynamiclist", "devices", components=[NAME, component("number", "count")])


def test_a_group_with_a_path_nests_its_answers_and_one_without_does_not() -> None:
    made = form(
        component("group", "applicant", components=[NAME]),
        component("group", components=[component("textfield", "city")]),
    )
    answers = {"applicant": {"name": "An"}, "city": "Huế"}
    assert made.load(answers) == answers


def test_a_missing_group_still_asks_for_its_required_answers() -> None:
    made = form(component("group", "applicant", components=[NAME]))
    with pytest.raises(AnswersInvalid) as refused:
        made.load({})
    assert refused.value.fields == {("applicant", "name"): ["Hãy nhập “Nhãn name”"]}


def test_each_row_is_checked_by_itself() -> None:
    with pytest.raises(AnswersInvalid) as refused:
        form(DEVICES).load({"devices": [{"name": "a"}, {"count": "x"}, "row"]})
    assert refused.value.fields == {
        ("devices", 1, "name"): ["Hãy nhập “Nhãn name”"],
        ("devices", 1, "count"): ["“Nhãn count” phải là số"],
        ("devices", 2): ["“Nhãn devices” phải là một đối tượng gồm các mục của nhóm"],
    }


def test_rows_must_be_a_list_of_bearable_length() -> None:
    for wrong, said in (
        ("x", "“Nhãn devices” phải là một danh sách"),
        ([{"name": "a"}] * 201, "“Nhãn devices” chỉ được có tối đa 200 mục"),
    ):
        with pytest.raises(AnswersInvalid) as refused:
            form(DEVICES).load({"devices": wrong})
        assert refused.value.fields == {("devices",): [said]}


def test_unknown_answers_are_dropped_or_refused_when_strict() -> None:
    made = form(NAME | {"id": "own"}, DEVICES, component("group", "g", components=[]))
    answers = {"name": "An", "fee": 0, "g": {"x": 1}, "devices": [{"name": "a", "approved": True}]}
    assert made.load(answers) == {"name": "An", "g": {}, "devices": [{"name": "a"}]}
    with pytest.raises(AnswersInvalid) as refused:
        made.load(answers, strict=True)
    assert refused.value.fields == {
        ("fee",): ["“fee” không phải là mục của biểu mẫu này"],
        ("g", "x"): ["“x” không phải là mục của biểu mẫu này"],
        ("devices", 0, "approved"): ["“approved” không phải là mục của biểu mẫu này"],
    }


@pytest.mark.parametrize("fixed", ["readonly", "disabled"])
def test_fixed_answers_are_never_written(fixed: str) -> None:
    made = form(NAME, component("textfield", "number", **{fixed: True}))
    assert made.load({"name": "An", "number": "forged"}, strict=True) == {"name": "An"}


def test_all_problems_are_told_at_once() -> None:
    made = form(NAME, component("radio", "colour", values=COLOURS, required=True))
    with pytest.raises(AnswersInvalid) as refused:
        made.load({})
    assert list(refused.value.fields) == [("name",), ("colour",)]


def test_top_level_groups_are_pages() -> None:
    made = form(
        component("text", text="Trước khi bắt đầu"),
        component("group", label="Người nộp", id="who", components=[NAME]),
        component("group", label="Nơi ở", id="where", components=[component("textfield", "city")]),
        component("button"),
        sidecars={"en": {"who": {"label": "Applicant"}}},
    )
    assert [page.id for page in made.pages] == ["who", "where"]
    assert [len(page.components) for page in made.pages] == [2, 1]
    assert made.pages[0].title("en") == "Applicant"
    assert made.pages[1].title("en") == "Nơi ở"
    assert made.load_page(made.pages[1], {"city": "Huế", "name": "x"}) == {"city": "Huế"}
    assert made.page("where") is made.pages[1]


def test_any_other_form_is_a_single_page() -> None:
    made = form(NAME, component("group", components=[component("textfield", "city")]))
    assert [page.id for page in made.pages] == ["sample"]
