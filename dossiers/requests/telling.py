"""E-mail about requests: to who may answer one, and to the applicant about what became of it."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from flask_babel import force_locale, format_date
from sqlalchemy import or_, select

from accounts import policy
from accounts import queries as accounts
from accounts.models import Account, RoleGrant
from accounts.notices import write
from accounts.policy import Action
from core.database import db
from core.errors import N_
from core.i18n import date_pattern, translated
from dossiers.context import jurisdiction
from dossiers.models import Dossier
from dossiers.notices import facts_for, readers
from dossiers.requests.jobs import TELL
from dossiers.requests.models import DossierRequest, RequestKind, RequestState
from dossiers.requests.rules import action_to_answer
from engine.jobs.kinds import JobCall, Result
from engine.runtime import Runtime

MOST_READERS: Final = 20
_K, _S = RequestKind, RequestState
_WAITS: Final = N_("%(reference)s: a request waits for an answer")
_WAITS_TEXT: Final = N_(
    "Somebody asks for something about dossier %(code)s (%(service)s): %(kind)s. Answer it here:"
    "\n\n%(desk)s"
)
_TEXTS: Final = {
    (_K.WITHDRAWAL, _S.DENIED): (
        N_("%(reference)s: your request to withdraw was denied"),
        N_("%(agency)s goes on with your dossier. Why: %(answer)s"),
    ),
    (_K.CORRECTION, _S.GRANTED): (
        N_("%(reference)s: you may correct your answers"),
        N_("%(agency)s allows you to correct what you asked for. Do it once, and soon."),
    ),
    (_K.CORRECTION, _S.DENIED): (
        N_("%(reference)s: your request to correct was denied"),
        N_("Your answers stay as you sent them. Why: %(answer)s"),
    ),
    (_K.EXTENSION, _S.GRANTED): (
        N_("%(reference)s: the day of your result changes"),
        N_(
            "%(agency)s apologises: it needs longer for your dossier (%(service)s), until %(due)s. "
            "Why: %(reason)s"
        ),
    ),
    (_K.STOP, _S.DENIED): (
        N_("%(reference)s: your request to stop was denied"),
        N_("%(agency)s goes on with your dossier. Why: %(answer)s"),
    ),
    (_K.REFUSAL, _S.GRANTED): (
        N_("%(reference)s: what you applied for was refused"),
        N_("%(agency)s refused your application (%(service)s). Why: %(reason)s"),
    ),
}
_LOOK: Final = N_("See your dossier:\n%(address)s")
KIND_NAMES: Final = {
    _K.SUPPLEMENT: N_("Supplement"),
    _K.WITHDRAWAL: N_("Withdrawal"),
    _K.CORRECTION: N_("Correction"),
    _K.EXTENSION: N_("Extension of the time limit"),
    _K.STOP: N_("Stop"),
    _K.REFUSAL: N_("Refusal"),
}
_ROLES: Final = {
    Action.REQUEST_ANSWER: ("officer", "director"),
    Action.REQUEST_DECIDE: ("director",),
}


def install(runtime: Runtime) -> None:
    """Let requests be told by jobs."""
    runtime.on_job(TELL, None, record=_tell)


def _tell(call: JobCall, _result: Result) -> None:
    request = db.session.get_one(DossierRequest, UUID(call.payload["request"]))
    dossier = db.session.get_one(Dossier, request.dossier_id)
    if dossier.pseudonymised_at is not None:
        return
    state = RequestState(call.payload["state"])
    if state is RequestState.ASKED:
        _tell_deciders(request, dossier)
    elif _concerns_applicant(request, dossier):
        _tell_applicant(request, dossier, state)


def _concerns_applicant(request: DossierRequest, dossier: Dossier) -> bool:
    """What was proposed inside and denied is no news; what a status tells is told by it."""
    if request.kind is RequestKind.REFUSAL and dossier.received_at is None:
        return False
    return request.by_applicant or request.state is not RequestState.DENIED


def _tell_applicant(request: DossierRequest, dossier: Dossier, state: RequestState) -> None:
    texts = _TEXTS.get((request.kind, state))
    for account in readers(dossier) if texts else ():
        facts = _facts(request, dossier, account)
        with force_locale(account.language):
            subject, said, look = (translated(each, facts) for each in (*texts, _LOOK))  # type: ignore[misc]  # there is one
        write(account, subject, f"{said}\n\n{look}")


def _tell_deciders(request: DossierRequest, dossier: Dossier) -> None:
    if request.kind is RequestKind.SUPPLEMENT:
        return
    for account in _deciders(request, dossier):
        facts = _facts(request, dossier, account)
        with force_locale(account.language):
            told = {**facts, "kind": translated(KIND_NAMES[request.kind])}
            write(account, translated(_WAITS, told), translated(_WAITS_TEXT, told))


def _deciders(request: DossierRequest, dossier: Dossier) -> Iterator[Account]:
    """Who may answer it, but for who asked."""
    action = action_to_answer(request.kind, dossier)
    holding = (
        select(RoleGrant.account_id)
        .where(
            RoleGrant.role.in_(_ROLES[action]),
            or_(RoleGrant.agency_id == dossier.agency_id, RoleGrant.agency_id.is_(None)),
        )
        .distinct()
        .order_by(RoleGrant.account_id)
    )
    told = 0
    for account_id in db.session.scalars(holding):
        actor = accounts.actor(f"account:{account_id}")
        may = actor is not None and policy.allows(actor, action, dossier)
        if may and request.asked_by != f"account:{account_id}" and told < MOST_READERS:
            told += 1
            yield db.session.get_one(Account, account_id)


def _facts(request: DossierRequest, dossier: Dossier, account: Account) -> dict[str, Any]:
    with force_locale(account.language):
        due = format_date(dossier.due_at, date_pattern(account.language)) if dossier.due_at else "-"
    address = jurisdiction().public_url
    return {
        **facts_for(dossier, account),
        "due": due,
        "reason": request.reason,
        "answer": request.answer,
        "desk": f"{address}/desk/requests/{request.id}",
    }
