"""One service may serve several procedures: each dossier tells the code of the one it asks for."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml
from flask import Flask

from commands.sample.dossiers import _actor
from core.clock import now
from core.database import transaction
from dossiers.letters import letter_context
from dossiers.masking import shown_number
from dossiers.models import Dossier
from dossiers.procedure_codes import procedure_code_of
from forms.personal import MASK
from tests.dossiers.asking import PACK
from tests.dossiers.test_letters import subject_of
from workflows.errors import PackBroken
from workflows.operations import deploy_pack
from workflows.pack import ServicePack, read_pack

USUAL, OTHER = "1.003029", "1.009999"
OF_OTHERS = {"setting": "procedure_code_of_others", "when": '=organisation_name = "nobody"'}
OF_ALL = {"setting": "procedure_code_of_all", "when": "=device_name != null"}


def deploy(changes: Mapping[str, Any], **codes: str) -> None:
    pack = read_pack(PACK)
    manifest = yaml.safe_load(pack.file("service.yaml")) | changes
    for name, code in codes.items():
        manifest["settings"][name] = {"value": code, "verified": False, "source": "Nobody knows."}
    text = yaml.safe_dump(manifest, allow_unicode=True).encode()
    with transaction():
        deploy_pack(ServicePack({**pack.files, "service.yaml": text}), by="system")


@pytest.mark.parametrize(
    ("rules", "code"),
    [([], USUAL), ([OF_OTHERS], USUAL), ([OF_OTHERS, OF_ALL], OTHER)],
    ids=["none", "holds not", "holds"],
)
def test_the_first_condition_that_holds_says_which_code_a_letter_prints(
    installation: Flask, paid_dossier: Callable[[], Dossier], rules: list[Any], code: str
):
    deploy(
        {"procedure_codes": rules},
        procedure_code_of_others="1.000000",
        procedure_code_of_all=OTHER,
    )
    dossier = paid_dossier()
    assert procedure_code_of(dossier) == code
    assert letter_context(subject_of(dossier), {}, now())["service"]["procedure_code"] == code


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        ({"setting": "procedure_code_of_all", "when": "=no_such_answer"}, "no_such_answer"),
        ({"setting": "not_there", "when": "=device_name != null"}, "not_there"),
    ],
    ids=["answer", "setting"],
)
def test_a_rule_about_what_the_service_does_not_have_is_refused(
    installation: Flask, rule: Mapping[str, str], named: str
):
    with pytest.raises(PackBroken, match=named):
        deploy({"procedure_codes": [rule]}, procedure_code_of_all=OTHER)


def test_the_number_of_an_owner_who_is_a_person_is_hidden_as_his_other_answers_are(
    installation: Flask, paid_dossier: Callable[[], Dossier]
):
    deploy({"owner_number": "=contact_phone"})
    dossier = paid_dossier()
    assert shown_number(dossier, visible_to=_actor("chuyenvien")) is None
    assert shown_number(dossier, visible_to=_actor("saomai")) == dossier.organisation_number
    assert letter_context(subject_of(dossier), {}, now())["owner"]["number"] == MASK


def test_the_number_of_an_enterprise_is_hidden_from_nobody(
    installation: Flask, paid_dossier: Callable[[], Dossier]
):
    dossier = paid_dossier()
    assert shown_number(dossier, visible_to=_actor("chuyenvien")) == dossier.organisation_number
    assert letter_context(subject_of(dossier), {}, now())["owner"]["number"] != MASK
