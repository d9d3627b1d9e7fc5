"""Signing several results at once: choose, look, confirm once, and see what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.database import transaction
from core.i18n import pick, sentences_of
from dossiers import queries as cases
from dossiers.errors import DocumentNotFound
from dossiers.looks import note_look
from dossiers.models import Dossier
from dossiers.queries import TaskItem, find_task
from dossiers.sittings import operations, queries
from dossiers.sittings.errors import NothingToSign, TooManyAtOnce
from dossiers.sittings.models import ItemState, SittingState
from dossiers.sittings.papers import paper_of
from dossiers.sittings.queries import Outcome, Signable
from forms import Row
from web import languages
from web.clerk.blueprint import blueprint
from web.clerk.hand_overs import as_pdf
from web.clerk.queues import step_name
from web.visitors import known_visitor, told


@dataclass(frozen=True)
class Line:
    """One result: whose, of which service, what is decided, and its paper."""

    key: str
    task_id: UUID
    reference: str
    owner: str
    service: str
    step: str
    decision: Sequence[Row]
    has_paper: bool


@dataclass(frozen=True)
class ResultLine:
    """One result of a sitting, with what became of it in words."""

    line: Line
    number: int
    state: ItemState
    problem: str
    stuck: bool
    again_at: datetime | None
    awaited_until: datetime | None


@blueprint.get("/signing")
def choose_results() -> str:
    """Everything that can be signed together, all of it chosen."""
    return _choice()


@blueprint.post("/signing")
def begin_sitting() -> Response | tuple[str, int]:
    """Put what was chosen on a list."""
    try:
        chosen = [UUID(each) for each in request.form.getlist("task")]
        with transaction():
            made = operations.begin(chosen, actor=known_visitor(), language=languages.current())
            address = url_for("clerk.sitting", sitting_id=made.id)
    except (NothingToSign, TooManyAtOnce, ValueError) as error:
        fault = NothingToSign() if isinstance(error, ValueError) else error
        return _choice(sentences_of(fault)), 400
    return redirect(address, 303)


@blueprint.get("/signing/<uuid:sitting_id>")
def sitting(sitting_id: UUID) -> str:
    """What is going to be signed, or what became of it."""
    actor = known_visitor()
    found = queries.find_sitting(sitting_id, visible_to=actor)
    lines = [_result(each, actor) for each in queries.outcomes(found, visible_to=actor)]
    return render_template(
        "clerk/sitting.html",
        sitting=found,
        States=SittingState,
        problem=queries.worded(found.problem),
        lines=lines,
        counts={state: sum(each.state is state for each in lines) for state in ItemState},
    )


@blueprint.get("/signing/<uuid:sitting_id>/<int:number>/paper")
def sitting_paper(sitting_id: UUID, number: int) -> Response:
    """The paper of one result as it will be, without number, signature and seal."""
    actor = known_visitor()
    row = queries.find_item(sitting_id, number, visible_to=actor)
    return _paper(find_task(row.task_id, visible_to=actor), actor)


@blueprint.get("/tasks/<uuid:task_id>/paper")
def task_paper(task_id: UUID) -> Response:
    """The same before a list is made."""
    actor = known_visitor()
    return _paper(find_task(task_id, visible_to=actor), actor)


@blueprint.post("/signing/<uuid:sitting_id>/leave-out")
def leave_out(sitting_id: UUID) -> Response:
    """Leave one result out, or take it in again."""
    number, again = request.form.get("number", ""), "again" in request.form
    numbers = [int(number)] if number.isdecimal() and len(number) < 6 else []  # noqa: PLR2004
    with transaction():
        operations.leave_out(sitting_id, numbers, actor=known_visitor(), out=not again)
    return redirect(url_for("clerk.sitting", sitting_id=sitting_id), 303)


@blueprint.post("/signing/<uuid:sitting_id>/confirm")
def confirm_sitting(sitting_id: UUID) -> Response:
    """Sign everything that is left on the list."""
    address = url_for("clerk.sitting", sitting_id=sitting_id)
    try:
        with transaction():
            operations.confirm(sitting_id, actor=known_visitor())
    except NothingToSign as error:
        return told(sentences_of(error), address)
    return told(_("Confirmed. The results are being signed, one after the other."), address)


@blueprint.post("/signing/<uuid:sitting_id>/stop")
def stop_sitting(sitting_id: UUID) -> Response:
    """Sign nothing more of it."""
    with transaction():
        operations.stop(sitting_id, actor=known_visitor())
    return told(_("Nothing more is signed."), url_for("clerk.sitting", sitting_id=sitting_id))


def _choice(error: str = "") -> str:
    actor = known_visitor()
    policy.require_ever(actor, Action.TASK_COMPLETE)
    return render_template(
        "clerk/signing.html",
        lines=[_line(each) for each in queries.signable(visible_to=actor)],
        before=queries.sittings(visible_to=actor),
        unchosen="none" in request.args,
        most=queries.MOST,
        error=error,
    )


def _paper(item: TaskItem, actor: Actor) -> Response:
    dossier = cases.find_dossier(item.proceeding.dossier_id, visible_to=actor)
    note_look(dossier, actor)
    made = paper_of(item, actor=actor)
    if made is None:
        raise DocumentNotFound
    return as_pdf(made, f"{item.proceeding.reference}.pdf")


def _line(each: Signable) -> Line:
    return _shown(each.item, each.dossier)


def _shown(item: TaskItem, dossier: Dossier) -> Line:
    rule = queries.rule_of(item)
    form, language = item.pack.form(item.task.form_key), languages.current()
    return Line(
        key=str(item.task.id),
        task_id=item.task.id,
        reference=item.proceeding.reference,
        owner=dossier.organisation_name or "",
        service=pick(item.pack.manifest.name, language),
        step=step_name(item),
        decision=[row for row in form.summary(rule.answers, language) if row.answered]
        if rule
        else [],
        has_paper=bool(rule and rule.paper),
    )


def _result(each: Outcome, actor: Actor) -> ResultLine:
    item = find_task(each.row.task_id, visible_to=actor)
    return ResultLine(
        line=_shown(item, each.dossier),
        number=each.row.number,
        state=each.row.state,
        problem=queries.worded(each.row.problem),
        stuck=each.stuck,
        again_at=each.again_at,
        awaited_until=each.awaited_until,
    )
