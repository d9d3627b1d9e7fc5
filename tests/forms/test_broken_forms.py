"""Every fault of a form is found on reading, named with its component and a way to mend it."""

from typing import Any

import pytest

from core.i18n import remedy_of, title_of
from forms import Form, FormBroken, errors, validators
from tests.forms.samples import YES_NO, component, source

NAME = component("textfield", "name")


def fault(content: bytes, **options: Any) -> FormBroken:
    with pytest.raises(FormBroken) as broken:
        Form.parse(content, file="forms/a.form", **options)
    return broken.value


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'"text"', b'{"components": {}}', b'{"components": ["x"]}', b"\xff",
     b'{"components": []}' + b" " * 1024 * 1024],
)  # fmt: skip
def test_what_is_no_form_is_refused(content: bytes) -> None:
    broken = fault(content)
    assert isinstance(broken, errors.FormUnreadable)
    assert broken.params["file"] == "forms/a.form"


@pytest.mark.parametrize(
    ("kind", "broken", "named"),
    [
        (errors.ComponentTypeUnknown, component("iframe") | {"id": "frame"}, "frame"),
        (errors.ComponentIdMissing, {"type": "textfield", "key": "x"}, "textfield"),
        (errors.ComponentIdTwice, NAME | {"key": "other"}, "Field_name"),
        (errors.KeyTwice, NAME | {"id": "second"}, "second"),
        (errors.KeyTwice, component("group", components=[NAME | {"id": "in"}]), "in"),
        (errors.KeyUnfit, component("textfield") | {"id": "nokey"}, "nokey"),
        (errors.KeyUnfit, component("textfield", "a.b") | {"id": "dotted"}, "a.b"),
        (errors.KeyUnfit, component("textfield", "a-b"), "a-b"),
        (errors.KeyUnfit, component("dynamiclist", components=[]) | {"id": "rows"}, "rows"),
        (errors.OptionsUnfit, component("radio", "x"), "Field_x"),
        (errors.OptionsUnfit, component("radio", "x", values=[]), "Field_x"),
        (errors.OptionsUnfit, component("select", "x", values=[*YES_NO, YES_NO[0]]), "Field_x"),
        (errors.OptionsUnfit, component("select", "x", values=[{"value": 1, "label": "1"}]), "x"),
        (errors.PropertyUnfit, component("select", "x", valuesExpression="=a"), "valuesExpression"),
        (errors.PropertyUnfit, component("textfield", "x", validate={"pattern": "("}), "pattern"),
        (errors.PropertyUnfit, component("textfield", "x", validate={"maxLength": "5"}), "maxLength"),
        (errors.PropertyUnfit, component("number", "x", validate={"min": "a"}), "validate.min"),
        (errors.PropertyUnfit, component("datetime", "x", subtype="datetime"), "subtype"),
        (errors.PropertyUnfit, component("textfield", "x", properties={"a": 1}), "properties"),
        (errors.TextComputed, component("textfield", "x", description="=1"), "description"),
        (errors.TextComputed, component("text", text="Hi {{name}}") | {"id": "hi"}, "hi"),
        (errors.WidgetUnknown, component("textfield", "x", properties={"widget": "magic"}), "magic"),
        (errors.ExpressionBroken, component("textfield", "x", conditional={"hide": "=a ="}), "Field_x"),
        (errors.ExpressionBroken, component("textfield", "x", conditional={"hide": "a"}), "Field_x"),
        (errors.ExpressionDangling, component("spacer", conditional={"hide": "=gone=1"}), "gone"),
        (errors.ExpressionNull, component("spacer", conditional={"hide": "=name > 3"}), "name > 3"),
        (errors.ConditionsCircular, component("textfield", "x", conditional={"hide": '=x="1"'}), "x"),
    ],
)  # fmt: skip
def test_each_fault_has_its_own_error(
    kind: type[FormBroken], broken: dict[str, Any], named: str
) -> None:
    error = fault(source(NAME, broken))
    assert type(error) is kind
    assert named in str(error)
    assert "forms/a.form" in title_of(error)
    assert remedy_of(error) != error.remedy, "the remedy is not translated"


def test_two_conditions_may_not_wait_for_each_other() -> None:
    first = component("textfield", "a", conditional={"hide": "=b = null"})
    second = component("textfield", "b", conditional={"hide": "=a = null"})
    error = fault(source(first, second))
    assert type(error) is errors.ConditionsCircular
    assert error.params["circle"].count("Field_") == 2


def test_names_inside_a_group_do_not_make_a_circle() -> None:
    inner = [
        component("radio", "kind", values=YES_NO),
        component("textfield", "a", conditional={"hide": '=owner.kind = "no"'}),
        component("textfield", "b", conditional={"hide": '=owner.kind = "yes" or a = null'}),
    ]
    assert Form.parse(source(component("group", "owner", components=inner)))


def test_a_row_may_not_be_named_from_outside_by_its_own_key() -> None:
    rows = component("dynamiclist", "rows", components=[NAME])
    outside = component("textfield", "x", conditional={"hide": "=name = null"})
    assert type(fault(source(rows, outside))) is errors.ExpressionDangling


def test_a_row_is_checked_by_the_kinds_of_its_own_answers() -> None:
    age = component("number", "age")
    grown = component("textfield", "work", conditional={"hide": "=age < 18"})
    told = component("textfield", "told", conditional={"hide": '=this.age = 1 or age < "18"'})
    rows = component("dynamiclist", "people", components=[age, grown])
    Form.parse(source(rows))
    wrong = component("dynamiclist", "people", components=[age, told])
    assert "number" in str(fault(source(wrong)))


def test_an_unknown_member_of_a_group_is_named_with_those_that_are_there() -> None:
    owner = component("group", path="owner", components=[NAME])
    error = fault(source(owner, component("spacer", conditional={"hide": "=owner.nam = null"})))
    assert type(error) is errors.ExpressionNull
    assert "name" in remedy_of(error)


def test_a_newer_schema_version_is_refused() -> None:
    assert type(fault(source(NAME, schemaVersion=20))) is errors.FormTooNew


def test_a_translation_without_component_is_refused() -> None:
    error = fault(source(NAME), sidecars={"en": {"Field_gone": {"label": "x"}}})
    assert type(error) is errors.TranslationDangling


def test_a_profile_may_register_its_own_check() -> None:
    def three_letters(text: str) -> str:
        if len(text) != 3:
            raise validators.Unacceptable("“%(label)s” must have three letters")
        return text.upper()

    validators.register("three-letters", three_letters)
    made = Form.parse(source(component("textfield", "x", properties={"widget": "three-letters"})))
    assert made.load({"x": "abc"}) == {"x": "ABC"}
