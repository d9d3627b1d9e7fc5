"""A new version of a service is deployed while people are at work on the old one."""

import json
from typing import Any

import pytest

from commands.sample.application import paper
from core.database import transaction
from tests.api.conftest import code_of
from tests.api.house import PACK, House
from workflows.operations import deploy_pack
from workflows.pack import ServicePack

DOSSIERS = "/api/v1/dossiers"
FORM, ENGLISH = "forms/declaration.form", "i18n/en.json"


@pytest.fixture
def changed_service(house: House) -> str:
    """The service asks one thing more, and one paper under another name; returns its version."""
    files = {path: text.replace(b"conformity", b"compliance") for path, text in PACK.files.items()}
    form, english = json.loads(files[FORM]), json.loads(files[ENGLISH])
    form["components"][0]["components"].append(_batch())
    english["forms"]["declaration"]["batch"] = {"label": "Batch"}
    files |= {FORM: json.dumps(form).encode(), ENGLISH: json.dumps(english).encode()}
    pack = ServicePack(files)
    with house.app.app_context(), transaction():
        deploy_pack(pack, by="system")
    return pack.version


def _batch() -> dict[str, Any]:
    required = {"required": True}
    return {"type": "textfield", "id": "batch", "key": "batch", "label": "Lô", "validate": required}


@pytest.fixture
def begun(house: House) -> dict[str, Any]:
    """A complete draft of the service as it was."""
    return house.owner.complete_draft()


@pytest.fixture
def sent(house: House) -> dict[str, Any]:
    """A dossier submitted to the service as it was."""
    draft = house.owner.complete_draft()
    return dict(house.owner.post(f"{DOSSIERS}/{draft['id']}/submit").get_json())


def test_a_draft_follows_its_service_until_it_is_sent(house, begun, changed_service):
    address = f"{DOSSIERS}/{begun['id']}"
    shown = house.owner.get(address)
    assert shown.get_json()["missing_documents"] == ["compliance"]
    refused = house.owner.post(f"{address}/submit")
    assert code_of(refused) == "invalid-answers"
    assert [each["pointer"] for each in refused.get_json()["errors"]] == ["#/batch"]

    mended = house.owner.patch(address, {"answers": {"batch": "L1"}}, shown.headers["ETag"])
    assert mended.status_code == 200, mended.text
    uploaded = house.owner.upload(begun["id"], "compliance", paper("compliance"))
    assert uploaded.status_code == 201, uploaded.text
    done = house.owner.post(f"{address}/submit")
    assert done.status_code == 200, done.text
    assert done.get_json()["service_version"] == changed_service


def test_what_was_sent_stays_with_the_version_it_was_sent_to(house, sent, changed_service):
    shown = house.owner.get(f"{DOSSIERS}/{sent['id']}").get_json()
    assert shown["service_version"] == PACK.version != changed_service
    assert shown["missing_documents"] == []
