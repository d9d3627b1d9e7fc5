"""Queues of tasks and the rules by which tasks come to people."""

from uuid import UUID

from flask import render_template, url_for
from flask_babel import gettext as _

from accounts import departments
from accounts.department_queries import find_queue, queues_in_use
from accounts.models import Queue
from accounts.reach import administers_place
from accounts.work_rules import WorkRule
from web.admin import choices, forms
from web.admin.blueprint import administrator, blueprint
from web.admin.forms import Faulty, Field, Page, Sheet


@blueprint.get("/queues")
def queues() -> str:
    """The queues of the visitor's agencies, and those of all."""
    return render_template(
        "admin/queues.html",
        queues=queues_in_use(visible_to=administrator()),
        choices=choices,
        may_change=lambda queue: administers_place(administrator(), queue.agency_id),
    )


@blueprint.get("/queues/new")
def ask_queue() -> str:
    """Ask what the queue is."""
    return queue_sheet().page()


@blueprint.post("/queues/new")
def create_queue() -> Page:
    """Enter it."""
    return enter_queue(queue_sheet(), url_for("admin.queues"))


def enter_queue(sheet: Sheet, address: str) -> Page:
    """Enter the queue that a sheet asked for."""
    actor = administrator()

    def enter() -> None:
        departments.create_queue(
            forms.text("code"),
            forms.names(),
            by=actor,
            agency_id=forms.identity("agency"),
            work_rule=_rule(),
        )

    return sheet.done(enter, _("The queue is entered."), address)


def queue_sheet(back: tuple[str, str] | None = None) -> Sheet:
    """The questions about a queue."""
    fields = [
        Field("code", _("Code"), _("As the processes of services call it, such as desk-clerk.")),
        *forms.name_fields(),
        Field("agency", _("Agency"), kind="select", options=choices.agencies(), needed=False),
        _rule_field(WorkRule.PULL),
    ]
    back = back or (url_for("admin.queues"), _("Queues and work rules"))
    return Sheet(_("Enter a queue"), _("Enter"), fields, back)


@blueprint.get("/queues/<uuid:queue_id>")
def ask_queue_change(queue_id: UUID) -> str:
    """Ask what shall be otherwise."""
    return _change_sheet(_found(queue_id)).page()


@blueprint.post("/queues/<uuid:queue_id>")
def change_queue(queue_id: UUID) -> Page:
    """Change names and rule."""
    actor, found = administrator(), _found(queue_id)

    def change() -> None:
        departments.change_queue(
            queue_id, forms.names(), _rule(), seen_version=forms.number("seen"), by=actor
        )

    return _change_sheet(found).done(change, _("Changed."), url_for("admin.queues"))


def _change_sheet(queue: Queue) -> Sheet:
    fields = [
        *forms.name_fields(queue.names),
        _rule_field(WorkRule(queue.work_rule)),
        forms.seen(queue.version),
    ]
    text = [_("The rule counts for tasks that come from now on. Who is away is passed over.")]
    back = (url_for("admin.queues"), _("Queues and work rules"))
    return Sheet(_("Change a queue"), _("Change"), fields, back, caption=queue.code, text=text)


def _rule_field(rule: WorkRule) -> Field:
    return Field(
        "rule",
        _("Who gets a task"),
        _("Who has a role that works this queue is asked; give roles on the page of a person."),
        kind="select",
        options=choices.rules(),
        value=str(rule),
    )


def _rule() -> WorkRule:
    given = forms.text("rule")
    if given not in set(WorkRule):
        raise Faulty({"rule": _("Choose one of the list")})
    return WorkRule(given)


def _found(queue_id: UUID) -> Queue:
    return find_queue(queue_id, visible_to=administrator())
