"""Answers as a person reads them, and the schema that programs read."""

from tests.forms.samples import COLOURS, YES_NO, component, form

FORM = form(
    component("group", id="who", label="Ai", components=[
        component("textfield", "name", required=True),
        component("datetime", "born"),
        component("checkbox", "agreed", required=True),
    ]),
    component("group", id="what", label="Gì", components=[
        component("number", "price", decimalDigits=0, validate={"min": 1},
                  appearance={"suffixAdorner": "đồng"}),
        component("radio", "kind", values=YES_NO),
        component("checklist", "colours", values=COLOURS),
        component("textfield", "reason", required=True, conditional={"hide": '=kind != "no"'}),
        component("expression", "double", expression="=price * 2"),
        component("dynamiclist", "devices", components=[component("textfield", "model")]),
        component("text", text="Chỉ để đọc"),
    ]),
    sidecars={"en": {"Field_kind": {"label": "Kind", "values": {"yes": "Yes", "no": "No"}}}},
)  # fmt: skip

ANSWERS = {
    "name": "An", "born": "2000-03-27", "agreed": True, "price": 1_500_000, "kind": "yes",
    "colours": ["red", "blue"], "devices": [{"model": "A"}, {"model": "B"}],
}  # fmt: skip


def test_answers_are_told_in_vietnamese() -> None:
    assert [(row.label, row.value) for row in FORM.summary(ANSWERS, "vi")] == [
        ("Nhãn name", "An"),
        ("Nhãn born", "27/03/2000"),
        ("Nhãn agreed", "Có"),
        ("Nhãn price", "1.500.000 đồng"),
        ("Nhãn kind", "Có"),
        ("Nhãn colours", "Đỏ; Xanh lam"),
        ("Nhãn double", "3.000.000"),
        ("Nhãn devices 1: Nhãn model", "A"),
        ("Nhãn devices 2: Nhãn model", "B"),
    ]


def test_answers_are_told_in_english() -> None:
    told = {row.label: row.value for row in FORM.summary(ANSWERS, "en")}
    assert told["Kind"] == "Yes"
    assert told["Nhãn price"] == "1,500,000 đồng"
    assert told["Nhãn born"] == "27/03/2000"


def test_skipped_questions_say_so_and_hidden_ones_are_left_out() -> None:
    rows = {row.component_id: row for row in FORM.summary({"kind": "yes"}, "vi")}
    assert rows["Field_born"].value == "Không cung cấp"
    assert not rows["Field_born"].answered
    assert rows["Field_devices"].value == "Không cung cấp"
    assert "Field_reason" not in rows


def test_each_row_knows_its_page_and_its_path() -> None:
    rows = FORM.summary(ANSWERS, "vi")
    assert (rows[0].page_id, rows[0].path) == ("who", ("name",))
    assert (rows[-1].page_id, rows[-1].path) == ("what", ("devices", 1, "model"))


def test_the_json_schema_names_what_programs_may_send() -> None:
    schema = FORM.json_schema("en")
    assert schema["required"] == ["name", "agreed"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["kind"] == {
        "title": "Kind",
        "type": "string",
        "oneOf": [{"const": "yes", "title": "Yes"}, {"const": "no", "title": "No"}],
    }
    assert schema["properties"]["price"]["minimum"] == 1
    assert schema["properties"]["price"]["type"] == "integer"
    assert schema["properties"]["born"]["format"] == "date"
    assert schema["properties"]["double"]["readOnly"] is True
    assert list(schema["properties"]["devices"]["items"]["properties"]) == ["model"]
