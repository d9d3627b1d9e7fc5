"""Why a decision came out as it did is kept with the dossier, in words, at the time it was made."""

from flask import Flask

from commands.sample.application import SAO_MAI
from commands.sample.dossiers import submitted
from core.database import reading, transaction
from dossiers.models import DecisionReason
from dossiers.operations.reasons import reasons
from tests.tabled import with_fee_table
from workflows.operations import deploy_pack


def reasons_of_a_new_dossier(installation: Flask) -> dict[str, DecisionReason]:
    with transaction():
        deploy_pack(with_fee_table(), by="system")
    dossier = submitted(installation, "saomai", SAO_MAI)
    with reading():
        return {reason.decision_id: reason for reason in reasons(dossier)}


def test_papers_and_fee_are_explained_in_every_language(installation: Flask) -> None:
    reasons = reasons_of_a_new_dossier(installation)
    assert reasons.keys() == {"required_documents", "fee"}
    fee = reasons["fee"].explanation
    assert "The answer is" in fee["en"]
    assert fee["vi"] != fee["en"]
    assert reasons["fee"].value in fee["en"]


def test_the_rules_that_held_are_named(installation: Flask) -> None:
    reasons = reasons_of_a_new_dossier(installation)
    assert len(reasons["fee"].rules) == 1
    assert reasons["fee"].rules[0].startswith("fee_table#")
    assert reasons["fee"].element_id == "determine_fee"
    assert len(reasons["required_documents"].rules) > 1
