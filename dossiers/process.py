"""What the processes of services do to their dossiers: actions and events of the engine.

An action is a service task that changes our own tables inside the step's transaction. Status changes
are drawn in the model: a flow node with `motcua:status` gives the dossier that status when entered.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.exc import NoResultFound

from accounts.models import Agency
from administration import EVERYWHERE
from core.clock import now
from core.database import db
from dossiers.assigning import assign
from dossiers.context import jurisdiction
from dossiers.models import Dossier, DossierStatus, Proceeding
from dossiers.numbers import operations as numbers
from dossiers.operations import migrations, payments, reception, supervision
from dossiers.operations.locking import lock_dossier
from dossiers.operations.principals import mandate_facts, require_mandate
from dossiers.operations.proceedings import proceeding_of
from dossiers.operations.reasons import keep_reason
from dossiers.operations.status import record_status, status_before_waiting
from dossiers.operations.steps import due_of_step, limit_of_step
from dossiers.register_entries import actions
from dossiers.register_entries.operations import new_check_code
from dossiers.register_entries.uniqueness import release_unused
from dossiers.sub_dossiers import actions as sub_dossiers
from engine import operations as engine
from engine.dmn import Outcome
from engine.events import (
    DecisionMade,
    ElementEntered,
    EngineEvent,
    IncidentRaised,
    InstanceEnded,
    InstanceMigrated,
    OperatorActed,
    TaskCreated,
)
from engine.jobs.kinds import ActionCall
from engine.runtime import Runtime
from workflows.queries import service_version
from workflows.vocabulary import RESUMED

_VOIDED = "The dossier ended as “{status}” before the result was issued."


def install(runtime: Runtime) -> None:
    """Register every action, job and subscription of this room."""
    runtime.on_action("fee.order", _order_fee)
    runtime.on_action("dossier.receive", _receive)
    runtime.on_action("dossier.mandate", _look_at_mandate)
    runtime.on_action("dossier.refuse", _refuse)
    runtime.on_action("number.reserve", _reserve_number)
    runtime.on_action("number.cancel", _cancel_number)
    actions.install(runtime)
    sub_dossiers.install(runtime)
    runtime.subscribe(_on_event)


def _order_fee(call: ActionCall) -> Mapping[str, Any]:
    dossier = _dossier_of(call.instance_id)
    amount = call.variables.get("amount")
    order = payments.order_fee(dossier, None if amount is None else int(amount))
    return {"order": payments.order_facts(order, dossier)}


def _receive(call: ActionCall) -> None:
    dossier = _dossier_of(call.instance_id)
    reception.receive(dossier, service_version(dossier.service_version), _agency(dossier).code)


def _refuse(call: ActionCall) -> None:
    """What a refusal after reception counts as is a rule of the profile."""
    record_status(_dossier_of(call.instance_id), jurisdiction().profile.refused_status)


def _look_at_mandate(call: ActionCall) -> Mapping[str, Any]:
    return {"mandate": mandate_facts(_dossier_of(call.instance_id))}


def _reserve_number(call: ActionCall) -> Mapping[str, Any]:
    dossier = _dossier_of(call.instance_id)
    pack = service_version(dossier.service_version)
    require_mandate(dossier.id, pack)
    actions.claim_keys(dossier, pack, call.variables.get("facts"))
    number = numbers.reserve_number(dossier, pack, _agency(dossier))
    issued_on: date = jurisdiction().calendar.local_date(now())
    return {
        "result": {
            "number": number.number,
            "check_code": new_check_code(),
            "issued_on": issued_on,
        }
    }


def _cancel_number(call: ActionCall) -> None:
    dossier = _dossier_of(call.instance_id)
    number = numbers.reserved_number(dossier.id)
    if number is not None:
        numbers.void_number(number, str(call.variables["reason"]))


def _on_event(event: EngineEvent) -> None:
    match event:
        case ElementEntered(attributes={"status": status}):
            _note_status(event.instance_id, status)
        case DecisionMade(outcome=outcome):
            _keep_reason(event, outcome)
        case TaskCreated():
            _set_due_date(event)
            _give_to_somebody(event)
        case IncidentRaised():
            _note_incident(event)
        case InstanceMigrated():
            migrations.follow(event)
        case OperatorActed():
            supervision.record_deed(event)
        case InstanceEnded():
            _strike_unused_number(event.instance_id)


def _keep_reason(event: DecisionMade, outcome: Outcome) -> None:
    proceeding = _known_proceeding(event.instance_id)
    if proceeding is not None:
        keep_reason(proceeding.dossier_id, event.element_id, outcome)


def _note_status(instance_id: UUID, drawn: str) -> None:
    if _known_proceeding(instance_id) is not None:
        dossier = _dossier_of(instance_id)
        meant = status_before_waiting(dossier) if drawn == RESUMED else DossierStatus(drawn)
        record_status(dossier, meant)


def _set_due_date(event: TaskCreated) -> None:
    proceeding = _known_proceeding(event.instance_id)
    version = proceeding.service_version if proceeding else None
    limit = limit_of_step(version, event.element_id, event.attributes)
    if limit is not None:
        due = due_of_step(now(), limit, proceeding.agency_id if proceeding else EVERYWHERE)
        engine.set_due_date(event.instance_id, event.task_id, due)


def _give_to_somebody(event: TaskCreated) -> None:
    proceeding = _known_proceeding(event.instance_id)
    if proceeding is not None:
        assign(proceeding, event.task_id)


def _note_incident(event: IncidentRaised) -> None:
    proceeding = _known_proceeding(event.instance_id)
    number = numbers.reserved_number(proceeding.dossier_id) if proceeding else None
    if number is not None:
        numbers.note_trouble(number, f"{event.element_id}: {event.message}")


def _strike_unused_number(instance_id: UUID) -> None:
    proceeding = _known_proceeding(instance_id)
    if proceeding is None or proceeding.entry_id is not None:
        return
    number = numbers.reserved_number(proceeding.dossier_id)
    if number is not None:
        status = lock_dossier(proceeding.dossier_id).status
        numbers.void_number(number, _VOIDED.format(status=status))
    if service_version(proceeding.service_version).manifest.register.unique:
        release_unused(proceeding.dossier_id)


def _known_proceeding(instance_id: UUID) -> Proceeding | None:
    """The proceeding of a process; None for one that an event began, which is about no dossier."""
    try:
        return proceeding_of(instance_id)
    except NoResultFound:
        return None


def _proceeding(instance_id: UUID) -> Proceeding:
    return proceeding_of(instance_id)


def _dossier_of(instance_id: UUID) -> Dossier:
    return lock_dossier(_proceeding(instance_id).dossier_id)


def _agency(dossier: Dossier) -> Agency:
    return db.session.get_one(Agency, dossier.agency_id)
