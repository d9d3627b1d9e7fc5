"""Personal answers are found wherever a form asks for them: in groups and in the rows of lists."""

from forms.components import Component
from forms.personal import without_personal


def asked(key: str | None, kind: str = "textfield", *inside: Component, personal: bool = False):
    source = {"properties": {"personal": "true"}} if personal else {}
    return Component(key or "g", kind, key, {}, source, children=inside)


FORM = (
    asked("title"),
    asked(None, "group", asked("phone", personal=True)),
    asked("people", "dynamiclist", asked("name", personal=True), asked("share")),
    asked("home", "group", asked("street"), personal=True),
)


def test_what_is_personal_is_null_and_named_by_its_place():
    answers = {
        "title": "A",
        "phone": "0912",
        "people": [{"name": "An", "share": 1}, {"name": None, "share": 2}],
        "home": {"street": "B"},
    }

    shown, hidden = without_personal(FORM, answers)

    assert shown == {
        "title": "A",
        "phone": None,
        "people": [{"name": None, "share": 1}, {"name": None, "share": 2}],
        "home": None,
    }
    assert hidden == [("phone",), ("people", 0, "name"), ("home",)]
    assert answers["phone"] == "0912"
