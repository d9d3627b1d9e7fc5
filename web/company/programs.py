"""Programs that act for an organisation: making one, another secret, ending it."""

from datetime import datetime
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts.policy import Action
from accounts.representing import programs as operations
from accounts.representing import queries
from accounts.representing.errors import DatesReversed, ProgramDatesWrong
from core.database import transaction
from core.errors import N_, Conflict, InvalidRequest
from core.i18n import translated
from web import limits
from web.company import words
from web.company.blueprint import blueprint
from web.limits import limiter
from web.visitors import known_visitor

Page = str | Response | tuple[str, int]

MEANINGS: Final = {
    Action.DOSSIER_DRAFT: N_("Begin applications"),
    Action.DOSSIER_VIEW: N_("See applications"),
    Action.DOSSIER_VIEW_PERSONAL: N_("See personal answers in them"),
    Action.DOSSIER_EDIT: N_("Change answers of drafts"),
    Action.DOSSIER_SUBMIT: N_("Send applications"),
    Action.DOSSIER_WITHDRAW: N_("Withdraw applications"),
    Action.DOSSIER_PAY: N_("Pay fees"),
    Action.DOCUMENT_UPLOAD: N_("Attach documents"),
    Action.DOCUMENT_VIEW: N_("Read documents"),
    Action.DOCUMENT_DELETE: N_("Remove documents from drafts"),
}


@blueprint.get("/organisations/<number>/programs")
def programs(number: str) -> str:
    """The programs of an organisation, and the form that makes one."""
    return _programs(number, {})


@blueprint.post("/organisations/<number>/programs")
@limiter.limit(limits.PUBLIC_CHECK)
def make_program(number: str) -> Page:
    """Let a program act for the organisation; its secret is shown once."""
    name, given = words.text("name"), request.form.getlist("scopes")
    scopes = [scope for scope in operations.SCOPES if scope in given]
    errors = {} if name else {"name": _("Write what the program is called")}
    if not scopes:
        errors["scopes"] = words.choose_one()
    if errors:
        return _programs(number, errors), 400
    try:
        until = _last_day()
        with transaction():
            made, secret = operations.make_program(number, name, scopes, until, by=known_visitor())
            client_id = made.client_id
    except (DatesReversed, ProgramDatesWrong) as error:
        return _programs(number, words.told(error, "until")), error.status
    except (InvalidRequest, Conflict) as error:
        return _programs(number, words.told(error, "scopes")), error.status
    return _programs(number, {}, client_id, secret)


@blueprint.post("/organisations/<number>/programs/<client_id>/secret")
@limiter.limit(limits.PUBLIC_CHECK)
def change_program_secret(number: str, client_id: str) -> str:
    """Give a program another secret, shown once."""
    with transaction():
        secret = operations.change_secret(number, client_id, by=known_visitor())
    return _programs(number, {}, client_id, secret)


@blueprint.post("/organisations/<number>/programs/<client_id>/end")
def end_program(number: str, client_id: str) -> Response:
    """Let a program do nothing from now on."""
    with transaction():
        operations.end_program(number, client_id, by=known_visitor())
    flash(_("The program can do nothing any more."), "done")
    return redirect(url_for("company.programs", number=number), 303)


def _last_day() -> datetime:
    until = words.last_day()
    if until is None:
        raise ProgramDatesWrong
    return until


def _programs(number: str, errors: dict[str, str], client_id: str = "", secret: str = "") -> str:
    actor = known_visitor()
    kept = bool(client_id)  # what was typed has become a program
    return render_template(
        "company/programs.html",
        number=number,
        name=queries.organisation_name(number),
        programs=operations.programs(number, visible_to=actor),
        meanings={str(scope): translated(text) for scope, text in MEANINGS.items()},
        givable=operations.givable(number, to=actor),
        errors=errors,
        typed={} if kept else {each: words.text(each) for each in ("name", "until")},
        chosen=[] if kept else request.form.getlist("scopes"),
        client_id=client_id,
        secret=secret,
    )
