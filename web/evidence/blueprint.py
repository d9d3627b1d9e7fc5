"""Where these pages are hung: those of cases, and the open ones about the program."""

from typing import Any

from flask import Blueprint

from accounts import policy
from accounts.policy import Action
from dossiers.models import Dossier
from web.visitors import known_visitor, visitor

blueprint = Blueprint("evidence", __name__, template_folder="templates", url_prefix="/evidence")
offline = Blueprint("offline", __name__, template_folder="templates", url_prefix="/evidence")


@blueprint.before_request
def _for_who_may_export() -> None:
    policy.require_ever(known_visitor(), Action.EVIDENCE_EXPORT)


@blueprint.app_context_processor
def _known_to_templates() -> dict[str, Any]:
    return {"may_export_case": may_export_case}


def may_export_case(dossier: Dossier) -> bool:
    """Whether the visitor may take a case along as evidence."""
    return policy.allows(visitor(), Action.EVIDENCE_EXPORT, dossier)
