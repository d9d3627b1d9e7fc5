"""Who may come to the desk."""

from tests.web.house import House


def test_applicants_have_no_desk(house: House) -> None:
    assert house.visitor("saomai").page("/desk/").status_code == 403


def test_an_empty_desk_says_so(house: House) -> None:
    page = house.visitor("motcua").page("/desk/").text
    assert "Không có việc nào đang chờ." in page
    assert "Bộ phận một cửa (0)" in page


def test_a_task_that_is_not_there_is_not_found(house: House) -> None:
    address = "/desk/tasks/00000000-0000-7000-8000-000000000001"
    assert house.visitor("motcua").page(address).status_code == 404
