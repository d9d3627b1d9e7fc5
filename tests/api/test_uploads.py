"""Uploads over the API while a scanner is asked: what callers see of quarantine and refusal."""

from collections.abc import Iterator
from typing import Any

import pytest

from commands.sample.application import paper
from engine import run_due_jobs
from storage import scanning
from tests.api.conftest import code_of
from tests.api.house import House
from tests.clamd import EICAR, Daemon, running_clamd
from tests.storage import files

DOSSIERS = "/api/v1/dossiers"


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    with running_clamd(tmp_path_factory.mktemp("clamd")) as started:
        yield started


@pytest.fixture
def scanned(house: House, daemon: Daemon) -> House:
    house.app.extensions[scanning._EXTENSION] = scanning.Clamd(daemon.url)
    return house


def work(house: House) -> None:
    with house.app.app_context():
        run_due_jobs(house.app)


def documents(house: House, dossier: dict[str, Any]) -> list[dict[str, Any]]:
    return list(house.owner.get(f"{DOSSIERS}/{dossier['id']}/documents").get_json()["items"])


def test_a_file_is_there_once_it_was_checked(scanned: House) -> None:
    draft = scanned.owner.draft()
    kind = draft["missing_documents"][0]

    sent = scanned.owner.upload(draft["id"], kind, files.pdf(files.with_launch_link))
    assert sent.status_code == 201
    told = sent.get_json()
    assert (told["state"], told["refused_because"]) == ("checking", "")
    content = f"/api/v1/documents/{told['id']}/content"
    assert code_of(scanned.owner.get(content)) == "document-not-passed"

    work(scanned)
    (found,) = documents(scanned, draft)
    assert (found["state"], found["removed"]) == ("there", ["Launch"])
    answer = scanned.owner.get(content)
    assert (answer.status_code, answer.headers["ETag"]) == (200, f'"{found["sha256"]}"')


def test_a_refused_file_tells_why_and_nobody_reads_it(scanned: House) -> None:
    draft = scanned.owner.draft()
    kind = draft["missing_documents"][0]
    infected = files.pdf(files.carrying("notes.txt", EICAR))
    scanned.owner.upload(draft["id"], kind, infected, name="đơn.pdf")

    work(scanned)

    (found,) = documents(scanned, draft)
    assert found["state"] == "refused"
    assert "“đơn.pdf” contains malicious software" in found["refused_because"]
    for caller in (scanned.owner, scanned.desk_clerk, scanned.administrator):
        assert caller.get(f"/api/v1/documents/{found['id']}/content").status_code in {403, 404, 409}


def test_sending_waits_for_the_check_and_says_so(scanned: House) -> None:
    draft = scanned.owner.complete_draft()
    address = f"{DOSSIERS}/{draft['id']}/submit"

    waits = scanned.owner.post(address)
    assert (waits.status_code, code_of(waits)) == (409, "papers-being-checked")
    work(scanned)
    assert scanned.owner.post(address).status_code == 200


def test_without_a_scanner_the_answer_is_final_at_once(house: House) -> None:
    draft = house.owner.draft()
    kind = draft["missing_documents"][0]
    told = house.owner.upload(draft["id"], kind, paper(kind)).get_json()
    assert (told["state"], told["removed"]) == ("there", [])
