"""Each kind of field: what it accepts, what it gives, what it says when it refuses."""

from datetime import timedelta
from typing import Any

import pytest

from core import clock
from forms import AnswersInvalid, Form
from tests.forms.samples import COLOURS, component, form


def loaded(made: Form, answer: Any, language: str = "vi") -> Any:
    return made.load({"x": answer}, language).get("x")


def refusal(made: Form, answers: dict[str, Any], language: str = "vi") -> dict[Any, list[str]]:
    with pytest.raises(AnswersInvalid) as refused:
        made.load(answers, language)
    return refused.value.fields


def message(made: Form, answer: Any, language: str = "vi") -> str:
    fields = refusal(made, {"x": answer}, language)
    assert list(fields) == [("x",)]
    [text] = fields["x",]
    return text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Công ty   Sao Mai ", "Công ty Sao Mai"),
        ("Vie\u0302\u0323t Nam", "Việt Nam"),
        ("a\u0000b", "ab"),
        ("một\ndòng", "một dòng"),
    ],
)
def test_text_is_tidied(typed: str, kept: str) -> None:
    assert loaded(form(component("textfield", "x")), typed) == kept


def test_a_text_area_keeps_its_lines() -> None:
    assert loaded(form(component("textarea", "x")), " a\r\n b  c \n") == "a\n b  c"


@pytest.mark.parametrize("blank", ["", "  ", None, "\u00a0"])
def test_blank_text_is_no_answer(blank: str | None) -> None:
    assert form(component("textfield", "x")).load({"x": blank}) == {}
    required = form(component("textfield", "x", required=True))
    assert message(required, blank) == "Hãy nhập “Nhãn x”"


@pytest.mark.parametrize(
    ("kind", "options", "said"),
    [
        ("textfield", {}, "Hãy nhập “Nhãn x”"),
        ("number", {}, "Hãy nhập “Nhãn x”"),
        ("datetime", {}, "Hãy nhập “Nhãn x”"),
        ("radio", {"values": COLOURS}, "Hãy chọn “Nhãn x”"),
        ("select", {"values": COLOURS}, "Hãy chọn “Nhãn x”"),
        ("checklist", {"values": COLOURS}, "Hãy chọn “Nhãn x”"),
        ("taglist", {"values": COLOURS}, "Hãy chọn “Nhãn x”"),
        ("checkbox", {}, "Hãy đánh dấu vào ô “Nhãn x” để tiếp tục"),
        ("filepicker", {}, "Hãy đính kèm “Nhãn x”"),
        ("dynamiclist", {"components": []}, "Hãy thêm ít nhất một mục vào “Nhãn x”"),
    ],
)
def test_a_missing_answer_is_asked_for_in_fitting_words(
    kind: str, options: dict[str, Any], said: str
) -> None:
    assert refusal(form(component(kind, "x", required=True, **options)), {}) == {("x",): [said]}


def test_messages_are_in_the_callers_language_with_the_translated_label() -> None:
    made = form(
        component("textfield", "x", required=True), sidecars={"en": {"Field_x": {"label": "Name"}}}
    )
    assert message(made, "", "en") == "Enter “Name”"
    assert message(made, "", "vi") == "Hãy nhập “Nhãn x”"


@pytest.mark.parametrize(
    ("rules", "typed", "said"),
    [
        ({"minLength": 3}, "ab", "“Nhãn x” phải có ít nhất 3 ký tự"),
        ({"maxLength": 3}, "abcd", "“Nhãn x” chỉ được có tối đa 3 ký tự"),
        ({}, "a" * 2_001, "“Nhãn x” chỉ được có tối đa 2000 ký tự"),
        ({"pattern": "^[A-Z]{2}$"}, "ABC", "“Nhãn x” chưa đúng định dạng"),
        (
            {"validationType": "email"},
            "an@",
            "Hãy nhập “Nhãn x” là địa chỉ thư điện tử, ví dụ ten@example.com",
        ),
        (
            {"validationType": "phone"},
            "12",
            "Hãy nhập “Nhãn x” là số điện thoại, ví dụ 0912 345 678",
        ),
    ],
)
def test_text_rules(rules: dict[str, Any], typed: str, said: str) -> None:
    assert message(form(component("textfield", "x", validate=rules)), typed) == said


@pytest.mark.parametrize("wrong", [5, True, ["a"], {"a": "b"}])
def test_text_of_another_kind_is_refused(wrong: Any) -> None:
    assert message(form(component("textfield", "x")), wrong) == "“Nhãn x” phải là văn bản"


@pytest.mark.parametrize(
    ("typed", "language", "number"),
    [
        (5, "vi", 5),
        (2.5, "vi", 2.5),
        ("1.000", "vi", 1000),
        ("1,000", "en", 1000),
        ("1.000,5", "vi", 1000.5),
        ("1,000.5", "en", 1000.5),
        ("1.000,5", "en", 1000.5),
        ("1.234.567", "en", 1234567),
        ("0,25", "vi", 0.25),
        ("0.25", "vi", 0.25),
        ("1000.5", "vi", 1000.5),
        ("1,000", "vi", 1),
        ("-3", "vi", -3),
        ("12 000 000", "vi", 12_000_000),
        ("12\u00a0000", "vi", 12_000),
        ("0.1", "en", 0.1),
    ],
)
def test_numbers_are_read_as_people_write_them(typed: Any, language: str, number: float) -> None:
    assert loaded(form(component("number", "x")), typed, language) == number


@pytest.mark.parametrize(
    "wrong",
    ["abc", "1.2.3", "1,2,3", "12.34,567.8", "NaN", "1e5", "Infinity", float("nan"), float("inf"),
     True, [1], "9" * 16, 10**16],
)  # fmt: skip
def test_what_is_no_number_is_refused(wrong: Any) -> None:
    assert message(form(component("number", "x")), wrong) == "“Nhãn x” phải là số"


@pytest.mark.parametrize(
    ("options", "typed", "said"),
    [
        ({"validate": {"min": 10}}, "9", "“Nhãn x” phải từ 10 trở lên"),
        (
            {"validate": {"max": "1500000.5"}},
            "1.500.001",
            "“Nhãn x” không được vượt quá 1.500.000,5",
        ),
        ({"decimalDigits": 0}, "1,5", "“Nhãn x” phải là số nguyên"),
        ({"decimalDigits": 2}, "1,555", "“Nhãn x” chỉ được có tối đa 2 chữ số sau dấu phẩy"),
        ({"increment": "0.5"}, "1,2", "“Nhãn x” phải theo bước 0,5"),
    ],
)
def test_number_rules(options: dict[str, Any], typed: str, said: str) -> None:
    assert message(form(component("number", "x", **options)), typed) == said


@pytest.mark.parametrize(
    "typed",
    ["2026-11-21", "21/11/2026", "21-11-2026", "21.11.2026", "21 11 2026", " 21/11/2026 ",
     {"day": "21", "month": "11", "year": "2026"}, {"day": " 21", "month": "11 ", "year": "2026"}],
)  # fmt: skip
def test_dates_are_read_day_first_or_iso(typed: Any) -> None:
    assert loaded(form(component("datetime", "x", subtype="date")), typed) == "2026-11-21"


@pytest.mark.parametrize(
    "wrong",
    ["31/02/2026", "2026-13-01", "hôm nay", "21/11/26", 20261121, True, "0001-00-01",
     {"day": "31", "month": "2", "year": "2026"}, {"day": "1", "month": "", "year": "2026"},
     {"day": "1", "month": "2", "year": "26"}],
)  # fmt: skip
def test_what_is_no_date_is_refused(wrong: Any) -> None:
    said = message(form(component("datetime", "x", subtype="date")), wrong)
    assert said == "“Nhãn x” phải là ngày có thật, đủ ngày, tháng và năm, ví dụ 27/03/2026"


def test_past_dates_can_be_refused_and_today_is_the_readers_day() -> None:
    made = form(component("datetime", "x", subtype="date", disallowPassedDates=True))
    today = (clock.now() + timedelta(hours=7)).date()
    assert loaded(made, today.isoformat()) == today.isoformat()
    yesterday = (today - timedelta(days=1)).isoformat()
    assert message(made, yesterday) == "“Nhãn x” không được là ngày đã qua"


@pytest.mark.parametrize(
    ("typed", "kept"), [("8:05", "08:05"), ("08h05", "08:05"), ("23.59", "23:59")]
)
def test_times_are_read(typed: str, kept: str) -> None:
    made = form(component("datetime", "x", subtype="time"))
    assert loaded(made, typed) == kept
    assert message(made, "25:00") == "“Nhãn x” phải là giờ trong ngày, ví dụ 08:30"


@pytest.mark.parametrize(
    ("typed", "ticked"), [(True, True), ("true", True), ("on", True), (False, False), ("", False)]
)
def test_a_tick_box_is_yes_or_no_and_missing_means_no(typed: Any, ticked: bool) -> None:
    made = form(component("checkbox", "x"))
    assert loaded(made, typed) is ticked
    assert made.load({}) == {"x": False}


def test_a_required_tick_box_must_be_ticked() -> None:
    made = form(component("checkbox", "x", required=True))
    assert loaded(made, "true") is True
    assert message(made, answer=False) == "Hãy đánh dấu vào ô “Nhãn x” để tiếp tục"
    assert message(made, "maybe") == "“Nhãn x” phải là có hoặc không"


@pytest.mark.parametrize("kind", ["radio", "select"])
def test_a_choice_is_one_of_the_options(kind: str) -> None:
    made = form(component(kind, "x", values=COLOURS))
    assert loaded(made, " red ") == "red"
    for wrong in ("black", 1, ["red"], {"red": 1}):
        assert message(made, wrong) == "Hãy chọn một trong các lựa chọn của “Nhãn x”"


@pytest.mark.parametrize("kind", ["checklist", "taglist"])
def test_choices_are_kept_once_and_in_the_forms_order(kind: str) -> None:
    made = form(component(kind, "x", values=COLOURS))
    assert loaded(made, ["blue", "red", "blue"]) == ["red", "blue"]
    assert loaded(made, "green") == ["green"]
    assert message(made, ["red", "black"]) == "Hãy chọn một trong các lựa chọn của “Nhãn x”"


def test_files_are_ids_of_documents() -> None:
    made = form(component("filepicker", "x", multiple=True))
    document = "0199f1b2-0000-7000-8000-000000000001"
    assert loaded(made, [document.upper(), document]) == [document]
    assert message(made, ["../etc/passwd"]) == "“Nhãn x” phải là các tài liệu đã tải lên"
    single = form(component("filepicker", "x"))
    assert message(single, [document, document]) == "“Nhãn x” có quá nhiều tệp"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0100233488", "0100233488"),
        (" 0100 233 488 ", "0100233488"),
        ("0314409058002", "0314409058-002"),
        ("0314409058 – 002", "0314409058-002"),
        ("079 085 012 345", "079085012345"),
    ],
)
def test_organisation_numbers_are_forgiving(typed: str, kept: str) -> None:
    made = form(component("textfield", "x", properties={"widget": "organisation-number"}))
    assert loaded(made, typed) == kept


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("0100233480", "“Nhãn x” có chữ số sai. Hãy đối chiếu với giấy chứng nhận đăng ký"),
        (
            "12345",
            "“Nhãn x” phải có 10 chữ số, 13 chữ số với chi nhánh hoặc 12 chữ số với hộ kinh doanh",
        ),
    ],
)
def test_wrong_organisation_numbers_are_explained(wrong: str, said: str) -> None:
    made = form(component("textfield", "x", properties={"widget": "organisation-number"}))
    assert message(made, wrong) == said


def test_person_ids_and_phone_numbers() -> None:
    person = form(component("textfield", "x", properties={"widget": "person-id"}))
    assert loaded(person, "079 085 012345") == "079085012345"
    assert message(person, "123") == "“Nhãn x” phải có 12 chữ số như trên thẻ căn cước"
    phone = form(component("textfield", "x", properties={"widget": "phone-number"}))
    assert loaded(phone, "(0912) 345-678") == "+84912345678"
    assert loaded(phone, "+84 912 345 678") == "+84912345678"
