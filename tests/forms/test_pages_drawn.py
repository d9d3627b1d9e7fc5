"""What a page looks like to a browser, a screen reader and a person without JavaScript."""

from typing import Any

import pytest

from forms import AnswersInvalid, Form
from forms.rendering import render_page
from tests.forms.samples import COLOURS, YES_NO, component, dom, form, submitted

EVERYTHING = form(
    component("text", text="# Trước khi bắt đầu\n\nXem **kỹ** [luật](https://example.vn)."),
    component("html", content="<p onclick='x()'>An <b>toàn</b><script>alert(1)</script></p>"),
    component("textfield", "name", required=True, description="Như trên giấy tờ",
              properties={"autocomplete": "name"}),
    component("textfield", "organisation", properties={"widget": "organisation-number"}),
    component("textfield", "phone", properties={"inputmode": "tel"}),
    component("textfield", "mail", validate={"validationType": "email"}),
    component("textarea", "notes"),
    component("number", "price", decimalDigits=2,
              appearance={"prefixAdorner": "khoảng", "suffixAdorner": "đồng"}),
    component("datetime", "born", subtype="date", required=True, properties={"autocomplete": "bday"}),
    component("datetime", "at", subtype="time"),
    component("radio", "kind", values=YES_NO, required=True),
    component("select", "country", values=COLOURS),
    component("checklist", "colours", values=COLOURS),
    component("checkbox", "agreed", required=True, description="Đọc kỹ"),
    component("filepicker", "paper"),
    component("expression", "double", expression="=price * 2"),
    component("textfield", "fixed", readonly=True),
    component("group", "owner", components=[component("textfield", "city")]),
    component("dynamiclist", "devices", components=[
        component("textfield", "model", required=True), component("datetime", "made"),
    ]),
    component("spacer"),
    component("separator"),
    sidecars={"en": {"Field_name": {"label": "Full name"}, "Field_kind": {
        "values": {"yes": "Yes", "no": "No"}}}},
)  # fmt: skip


def draw(
    made: Form, answers: dict[str, Any] | None = None, errors: Any = None, language: str = "vi"
) -> Any:
    return dom(render_page(made, made.pages[0], answers or {}, errors or {}, language))


def refused(made: Form, answers: dict[str, Any]) -> dict[Any, list[str]]:
    with pytest.raises(AnswersInvalid) as error:
        made.load(answers)
    return error.value.fields


def test_every_field_has_a_label_and_every_reference_a_target() -> None:
    page = draw(EVERYTHING, {"devices": [{}, {}]}, refused(EVERYTHING, {"devices": [{}, {}]}))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for field in page.xpath("//input[not(@type='hidden')] | //textarea | //select"):
        [label] = page.xpath("//label[@for=$id]", id=field.get("id"))
        assert label.text_content().strip()
    for described in page.xpath("//@aria-describedby"):
        assert set(described.split()) <= set(ids)
    for link in page.xpath("//*[@class='govuk-error-summary']//a/@href"):
        assert link.removeprefix("#") in ids
    for fieldset in page.xpath("//fieldset"):
        assert fieldset.xpath("./legend")[0].text_content().strip()


def test_errors_are_listed_in_the_order_of_the_form_and_stand_at_their_fields() -> None:
    errors = refused(EVERYTHING, {"devices": [{}]})
    page = draw(EVERYTHING, {"devices": [{}]}, errors)
    summary = page.xpath("//*[@class='govuk-error-summary']//a")
    assert [link.get("href") for link in summary] == [
        "#name", "#born-day", "#kind", "#agreed", "#devices-0-model",
    ]  # fmt: skip
    assert summary[0].text == "Hãy nhập “Nhãn name”"
    assert "Hãy nhập “Nhãn name”" in page.xpath("//*[@id='name-error']")[0].text_content()
    assert page.xpath("//*[@id='name']/@aria-describedby") == ["name-hint name-error"]


def test_pages_never_use_browser_validation() -> None:
    page = draw(EVERYTHING)
    assert not page.xpath("//@required | //@pattern | //@min | //@max | //@maxlength")
    assert not page.xpath("//@style | //@onclick | //script")


def test_keyboards_and_autofill_fit_the_question() -> None:
    page = draw(EVERYTHING)
    modes = {field.get("name"): field.get("inputmode") for field in page.xpath("//input")}
    assert modes["price"] == "decimal"
    assert modes["organisation"] == "numeric"
    assert modes["phone"] == "tel"
    assert page.xpath("//*[@name='mail']/@type") == ["email"]
    assert modes["born-day"] == "numeric"
    assert page.xpath("//*[@name='name']/@autocomplete") == ["name"]
    assert page.xpath("//*[@name='born-year']/@autocomplete") == ["bday-year"]
    assert "đồng" in page.xpath("//*[@class='govuk-input__suffix']")[0].text_content()


def test_optional_questions_say_so_in_the_readers_language() -> None:
    for language, said in (("vi", "Nhãn notes (không bắt buộc)"), ("en", "Nhãn notes (optional)")):
        page = draw(EVERYTHING, language=language)
        assert page.xpath("//label[@for='notes']")[0].text_content().strip() == said


def test_texts_are_translated_and_fall_back() -> None:
    page = draw(EVERYTHING, language="en")
    assert page.xpath("//label[@for='name']")[0].text_content().strip() == "Full name"
    assert page.xpath("//label[@for='kind']")[0].text_content().strip() == "Yes"
    assert page.xpath("//label[@for='born-day']")[0].text_content().strip() == "Day"


def test_no_english_is_left_on_a_vietnamese_page() -> None:
    errors = refused(EVERYTHING, {"devices": [{}]})
    said = draw(EVERYTHING, {"devices": [{}]}, errors).text_content()
    for english in ("Error", "There is", "Day", "Choose", "Add", "Remove", "optional", "Enter"):
        assert english not in said


def test_what_was_typed_is_shown_again_as_it_was() -> None:
    typed = {"name": "", "price": "12,345,6", "born": {"day": "31", "month": "2", "year": "2026"}}
    page = draw(EVERYTHING, typed, refused(EVERYTHING, typed))
    values = {field.get("name"): field.get("value") for field in page.xpath("//input")}
    assert values["price"] == "12,345,6"
    assert (values["born-day"], values["born-month"], values["born-year"]) == ("31", "2", "2026")


@pytest.mark.parametrize(
    "evil", ['"><script>alert(1)</script>', "</textarea><img src=x>", "{{7*7}}"]
)
def test_answers_and_texts_cannot_break_out(evil: str) -> None:
    label = evil.replace("{{", "{")
    made = form(
        component("textfield", "a", label=label, description=label),
        component("textarea", "b"),
        component("radio", "c", values=[{"value": label, "label": label}]),
        component("text", text=label),
        component("html", content=label),
        component("textfield", "d", readonly=True, label=label),
    )
    answers = {"a": evil, "b": evil, "c": evil, "d": evil}
    page = draw(made, answers, {("a",): [evil]})
    assert not page.xpath("//script | //img")
    assert page.xpath("//*[@name='a']/@value") == [evil]
    assert page.xpath("//textarea")[0].text.removeprefix("\n") == evil


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        (component("textfield", "x", required=True), "//h1/label"),
        (component("textarea", "x", required=True), "//h1/label"),
        (component("select", "x", values=YES_NO, required=True), "//h1/label"),
        (component("radio", "x", values=YES_NO, required=True), "//legend/h1"),
        (component("datetime", "x", required=True), "//legend/h1"),
        (component("checklist", "x", values=YES_NO, required=True), "//legend/h1"),
    ],
)
def test_a_single_question_is_the_heading_of_its_page(question: Any, heading: str) -> None:
    page = draw(form(component("group", label="Trang", components=[question])))
    assert [one.text_content().strip() for one in page.xpath(heading)] == ["Nhãn x"]
    assert len(page.xpath("//h1")) == 1


def test_several_questions_stand_under_the_pages_title() -> None:
    inner = [component("textfield", "x"), component("textfield", "y")]
    page = draw(form(component("group", label="Trang", components=inner)))
    assert [one.text_content() for one in page.xpath("//h1")] == ["Trang"]


def test_a_bare_page_is_only_fields_for_a_page_with_its_own_heading() -> None:
    made = form(component("textfield", "x", required=True))
    page = dom(render_page(made, made.pages[0], {}, refused(made, {}), "vi", bare=True))
    assert not page.xpath("//h1 | //*[@class='govuk-error-summary']")
    assert page.xpath("//*[@id='x-error']")


def test_only_visible_questions_are_drawn() -> None:
    made = form(
        component("radio", "kind", values=YES_NO),
        component("textfield", "reason", conditional={"hide": '=kind != "no"'}),
    )
    assert not draw(made, {"kind": "yes"}).xpath("//*[@name='reason']")
    assert draw(made, {"kind": "no"}).xpath("//*[@name='reason']")


def test_rows_are_added_and_removed_by_plain_buttons() -> None:
    answers = {"name": "An", "devices": [{"model": "A"}, {"model": "B"}]}
    page = draw(EVERYTHING, answers)
    buttons = [
        (button.get("name"), button.get("value")) for button in page.xpath("//button[@name]")
    ]
    assert buttons == [("remove", "devices.0"), ("remove", "devices.1"), ("add", "devices")]

    sent = submitted(render_page(EVERYTHING, EVERYTHING.pages[0], answers, {}, "vi"))
    assert EVERYTHING.rows_changed(sent) is None
    added = EVERYTHING.rows_changed(sent | {"add": "devices"})
    removed = EVERYTHING.rows_changed(sent | {"remove": "devices.0"})
    assert added is not None
    assert removed is not None
    assert [row.get("model") for row in added["devices"]] == ["A", "B", None]
    assert [row["model"] for row in removed["devices"]] == ["B"]
    assert added["name"] == "An"


@pytest.mark.parametrize("button", ["name", "gone", "devices.x", "devices.9", "..", "owner"])
def test_a_forged_row_button_changes_nothing(button: str) -> None:
    sent = submitted(render_page(EVERYTHING, EVERYTHING.pages[0], {}, {}, "vi"))
    for name in ("add", "remove"):
        changed = EVERYTHING.rows_changed(sent | {name: button})
        assert changed is None or len(changed["devices"]) == 1


def test_enter_presses_continue_and_not_a_row_button() -> None:
    first = draw(EVERYTHING).xpath("//button")[0]
    assert first.get("name") is None
    assert first.get("tabindex") == "-1"


def test_blank_rows_are_left_out_when_the_page_is_sent() -> None:
    sent = submitted(render_page(EVERYTHING, EVERYTHING.pages[0], {"devices": [{}, {}]}, {}, "vi"))
    assert EVERYTHING.answers_from(sent)["devices"] == []


def test_designers_html_keeps_only_what_is_harmless() -> None:
    page = draw(
        form(
            component(
                "html",
                content='<h2 style="x">A</h2><a href="javascript:x">b</a><a href="/c">d</a>'
                "<iframe src=x>e</iframe><ul><li>f",
            )
        )
    )
    assert page.xpath("//a/@href") == ["/c"]
    assert not page.xpath("//iframe")
    assert page.xpath("//h2/@class") == ["govuk-heading-m"]
    assert page.xpath("//ul/li")[0].text == "f"
