"""Where nobody allowed it, nobody applies without an account."""

from commands.sample.application import SERVICE
from tests.web.house import House


def test_the_service_that_comes_with_the_house_needs_an_account(house: House):
    visitor = house.visitor()
    assert "without-account" not in visitor.page(f"/services/{SERVICE}").text
    answer = visitor.page(f"/services/{SERVICE}/without-account")
    assert answer.status_code == 403
    assert "Việc này cần có tài khoản" in answer.text
