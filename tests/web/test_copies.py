"""On "my account": a copy of everything kept about oneself, asked for and fetched freshly proven."""

import io
import zipfile
from datetime import timedelta

from core import clock
from tests.web.house import House


def test_a_person_asks_for_a_copy_and_fetches_it(house: House):
    owner = house.visitor("saomai")
    owner.post("/language", change_language="en")
    assert "A copy of your data" in owner.page("/account").text
    assert "Make a copy now" in owner.page("/account/copies/ask").text
    assert owner.post("/account/copies").status_code == 303
    assert "being made" in owner.page("/account/copies").text
    house.work()
    page = owner.page("/account/copies").text
    address = page.partition('href="/account/copies/')[2].partition('"')[0]
    assert address not in ("", "ask")
    fetched = owner.page(f"/account/copies/{address}")
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert fetched.headers["Cache-Control"] == "no-store"
    assert "index.html" in zipfile.ZipFile(io.BytesIO(fetched.data)).namelist()
    assert house.visitor("dongxanh").page(f"/account/copies/{address}").status_code == 404


def test_an_old_session_proves_itself_first(house: House):
    owner = house.visitor("saomai")
    with clock.shifted(timedelta(minutes=30)):
        assert "/prove" in str(owner.page("/account/copies/ask").location)
        assert "/prove" in str(owner.post("/account/copies").location)


def test_who_has_asked_too_often_is_told(house: House):
    owner = house.visitor("saomai")
    owner.post("/language", change_language="en")
    for _ in range(3):
        owner.post("/account/copies")
        house.work()
    refused = owner.post("/account/copies")
    assert refused.status_code == 409
    assert "You have asked for 3 copies within a day" in refused.text
