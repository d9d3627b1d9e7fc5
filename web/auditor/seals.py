"""The seals of the record, what each says and where its copy is, and whether the whole record holds."""

import io
from typing import Final
from uuid import UUID

import orjson
from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

import signing
from auditing.seals import checks
from auditing.seals.models import RecordSeal
from auditing.seals.operations import copy_key
from auditing.seals.verifying import Flaw
from core.database import transaction
from core.errors import N_
from core.i18n import translated
from web.auditor.blueprint import PAGE_SIZE, auditor, blueprint

FLAWS: Final = {
    Flaw.ALTERED: N_("was altered"),
    Flaw.REMOVED: N_("was removed"),
    Flaw.REORDERED: N_("changed places with another"),
    Flaw.CUT_OFF: N_("and all after it were cut off"),
    Flaw.REWRITTEN: N_("is not the one that was sealed"),
    Flaw.SEAL_ALTERED: N_("was altered, or its copy was"),
    Flaw.SEAL_REMOVED: N_("was removed"),
    Flaw.SEAL_UNSIGNED: N_("has no good signature and timestamp"),
    Flaw.COPY_MISSING: N_("has lost its copy"),
}
_TYPES: Final = {"json": "application/json", "p7s": "application/pkcs7-signature"}
_OTHER_TYPE: Final = "application/octet-stream"


@blueprint.get("/seals")
def seals() -> str:
    """The last check of the whole record, and the seals, newest first."""
    text = request.args.get("before", "")
    before = int(text) if text.isdecimal() and len(text) < len(str(10**9)) else None
    found = checks.seals(visible_to=auditor(), before=before, limit=PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    more = len(found) > PAGE_SIZE
    return render_template(
        "auditor/seals.html",
        seals=shown,
        more=url_for("auditor.seals", before=shown[-1].number) if more else None,
        checks=checks.last_checks(visible_to=auditor()),
        flaw_name=lambda name: translated(FLAWS[Flaw(name)]),
    )


@blueprint.post("/seals/check")
def check_record() -> AnyResponse:
    """Let a job go through the whole record."""
    with transaction():
        checks.ask_for_check(by=auditor())
    flash(_("The record is being checked. Come back to this page in a minute."), "done")
    return redirect(url_for("auditor.seals"), 303)


@blueprint.get("/seals/<int:position>")
def seal(position: int) -> str:
    """What one seal says, whether signature and timestamp are good now, and where its copy is."""
    found = checks.find_seal(position, visible_to=auditor())
    return render_template(
        "auditor/seal.html",
        seal=found,
        told=orjson.loads(found.statement),
        good=_is_good(found),
        copy=copy_key(found.number, "json"),
    )


@blueprint.get("/seals/<int:position>/<any(json, p7s, tst):kind>")
def seal_part(position: int, kind: str) -> Response:
    """The statement, its signature or its timestamp, to be saved."""
    content = checks.part_of(checks.find_seal(position, visible_to=auditor()), kind)
    return _saved(content, f"seal-{position:07d}.{kind}", _TYPES.get(kind, _OTHER_TYPE))


@blueprint.get("/chains/<uuid:chain>/proof")
def chain_proof(chain: UUID) -> Response:
    """The proof that a chain's end is part of what was sealed, to be saved."""
    proof = checks.chain_proof(chain, visible_to=auditor())
    return _saved(orjson.dumps(proof, option=orjson.OPT_INDENT_2), "proof.json", _TYPES["json"])


def _is_good(seal: RecordSeal) -> bool | None:
    """None while it is not signed yet."""
    if seal.signature is None or seal.token is None:
        return None
    return bool(signing.verify_statement(seal.statement, seal.signature, seal.token).valid)


def _saved(content: bytes, name: str, media_type: str) -> Response:
    return send_file(io.BytesIO(content), media_type, as_attachment=True, download_name=name)
