"""Programs and webhooks of an organisation, as a browser without JavaScript uses their pages."""

import re
from datetime import timedelta

from tests.days import today
from tests.web.house import NUMBER, House

COMPANY = f"/organisations/{NUMBER}"
PROGRAMS, WEBHOOKS = f"{COMPANY}/programs", f"{COMPANY}/webhooks"


def day(ahead: int) -> str:
    return (today() + timedelta(days=ahead)).isoformat()


def test_a_program_is_made_its_secret_shown_once_and_ended(house: House):
    person = house.visitor("saomai")
    wish = {"name": "Phần mềm kho", "scopes": ["dossier.view"], "until": day(30)}
    made = person.post(PROGRAMS, **wish)
    assert made.status_code == 200
    found = re.search(r"<strong>([\w-]{43})</strong>", made.text)
    assert found
    listed = person.page(PROGRAMS).text
    assert "Phần mềm kho" in listed
    assert found.group(1) not in listed
    client_id = re.search(rf"{NUMBER}-[0-9a-f]{{8}}", listed)
    assert client_id
    changed = person.post(f"{PROGRAMS}/{client_id.group()}/secret")
    assert changed.status_code == 200
    assert person.post(f"{PROGRAMS}/{client_id.group()}/end").status_code == 303
    assert "Phần mềm kho" not in person.page(PROGRAMS).text


def test_what_is_missing_is_said_beside_its_field(house: House):
    person = house.visitor("saomai")
    answer = person.post(PROGRAMS, name="", until="")
    assert answer.status_code == 400
    assert 'href="#name"' in answer.text
    assert 'href="#scopes"' in answer.text
    late = person.post(PROGRAMS, name="x", scopes=["dossier.view"], until=day(500))
    assert late.status_code == 422
    assert 'href="#until"' in late.text


def test_a_webhook_is_added_tried_and_removed(house: House):
    person = house.visitor("saomai")
    made = person.post(WEBHOOKS, target="https://hooks.example/motcua")
    assert "whsec_" in made.text
    link = re.search(rf"{WEBHOOKS}/[0-9a-f-]{{36}}", person.page(WEBHOOKS).text)
    assert link
    assert "whsec_" not in person.page(link.group()).text
    assert "whsec_" in person.post(f"{link.group()}/secret").text
    assert person.post(f"{link.group()}/send").status_code == 303
    assert person.post(f"{link.group()}/enable").status_code == 303
    assert person.post(f"{link.group()}/remove").status_code == 303
    assert person.page(link.group()).status_code == 404


def test_a_private_address_is_refused_beside_the_field(house: House):
    answer = house.visitor("saomai").post(WEBHOOKS, target="https://10.0.0.1/")
    assert answer.status_code == 422
    assert 'href="#target"' in answer.text


def test_strangers_find_neither(house: House):
    for address in (PROGRAMS, WEBHOOKS):
        assert house.visitor("dongxanh").page(address).status_code == 404
