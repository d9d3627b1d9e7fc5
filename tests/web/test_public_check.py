"""The public check tells what the law makes public, and does not let itself be searched through."""

from tests.web.house import House


def test_an_unknown_number_is_told_from_a_valid_one(house: House) -> None:
    answer = house.visitor().page("/verify/000000009/PCBB-HN")
    assert answer.status_code == 404
    assert "Sổ đăng ký không có thông báo “000000009/PCBB-HN”." in answer.text


def test_what_was_asked_is_shown_as_text_only(house: House) -> None:
    answer = house.visitor().page("/verify/<script>alert(1)</script>")
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;" in answer.text


def test_a_number_typed_into_the_form_leads_to_its_page(house: House) -> None:
    visitor = house.visitor()
    assert visitor.page("/verify?number=+abc+").location == "/verify/abc"
    assert "<title>Lỗi: " in visitor.page("/verify?number=").text


def test_guessing_numbers_is_slowed_down(house: House) -> None:
    visitor = house.visitor()
    answers = [visitor.page(f"/verify/{number}").status_code for number in range(31)]
    assert answers == [404] * 30 + [429]
    assert "Địa chỉ của bạn gửi quá nhiều yêu cầu" in visitor.page("/verify/31").text


def test_an_empty_register_says_so(house: House) -> None:
    assert "Không tìm thấy kết quả." in house.visitor().page("/register?text=abc").text
