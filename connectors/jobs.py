"""The kinds of job by which a process reaches outside systems."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from connectors.enterprise import EnterpriseRegister
from connectors.payment import Order, PaymentPlatform, PaymentState, Refund
from core.clock import now
from core.database import reading
from dossiers.fees.models import FeeRefund
from dossiers.fees.orders import PLACE as PAYMENT_PLACE
from dossiers.fees.reconciling import COMPARE, note_comparison, references_of
from dossiers.fees.refunds import SEND as PAYMENT_REFUND
from dossiers.fees.refunds import note_refund
from dossiers.looks import note_register_look
from dossiers.models import PaymentOrder
from dossiers.operations.payments import facts_of, note_checkout, note_failure, note_payment
from engine.jobs.breakers import Breaker
from engine.jobs.kinds import JobCall, JobPolicy, Result
from engine.runtime import Runtime

ENTERPRISE_LOOKUP = "enterprise.lookup"
PAYMENT_ORDER = "payment.order"
PAYMENT_CHECK = "payment.check"
REFUND_CHECK = "payment.refund-check"

# A report of the platform may get lost. A live system is known to ask again after half an hour, and
# to give up after three days.
CHECK_EVERY = timedelta(minutes=30)
CHECK_FOR = timedelta(days=3)
_ORDER_FIELDS = tuple(each.name for each in fields(Order))

# A system that is down is left alone, and its jobs wait without using up their attempts.
RESTING = JobPolicy(breaker=Breaker(failures=5, pause=30))


def install(
    runtime: Runtime,
    enterprises: Callable[[], EnterpriseRegister],
    payments: Callable[[], PaymentPlatform],
) -> None:
    """Let the engine's workers reach the outside systems, each where it is then."""
    runtime.on_job(
        ENTERPRISE_LOOKUP,
        lambda job: _look_up(enterprises(), job),
        RESTING,
        record=lambda job, _result: note_register_look(job.instance_id, "enterprise"),
    )
    runtime.on_job(
        PAYMENT_ORDER,
        lambda job: _place(payments(), job),
        RESTING,
        record=lambda job, result: _record_order(runtime, job, result),
    )
    runtime.on_job(
        PAYMENT_PLACE,
        lambda job: _place_again(payments(), job),
        RESTING,
        record=lambda job, result: _note_place(runtime, job, job.payload["reference"], result),
    )
    _install_refunds(runtime, payments)
    runtime.on_job(
        PAYMENT_CHECK,
        lambda job: asdict(payments().status(job.payload["reference"])),
        record=lambda job, result: _record_check(runtime, job, result),
    )


def _install_refunds(runtime: Runtime, payments: Callable[[], PaymentPlatform]) -> None:
    runtime.on_job(
        PAYMENT_REFUND,
        lambda job: _give_back(payments(), job),
        RESTING,
        record=lambda job, result: _note_refund(runtime, job, result),
    )
    runtime.on_job(
        REFUND_CHECK,
        lambda job: {"state": payments().refund_status(job.payload["reference"])},
        record=lambda job, result: _note_refund(runtime, job, result),
    )
    runtime.on_job(
        COMPARE,
        lambda job: {"told": _told_by(payments(), job)},
        record=lambda job, result: note_comparison(
            UUID(job.payload["reconciliation"]), (result or {})["told"]
        ),
    )


def _look_up(register: EnterpriseRegister, job: JobCall) -> Mapping[str, Any]:
    """`number` -> `enterprise`. An unknown number is an answer: the model says what follows."""
    found = register.look_up(str(job.variables["number"]))
    if found is None:
        return {"enterprise": {"found": False, "active": False, "name": ""}}
    facts = asdict(found) | {"representatives": list(found.representatives)}
    del facts["identities"]  # nobody's process needs them
    return {"enterprise": {"found": True} | facts}


def _place(platform: PaymentPlatform, job: JobCall) -> Mapping[str, Any]:
    """`order`, with the fields of `Order` and whether it is `placed` -> `checkout_url`."""
    return {"checkout_url": _placed(platform, job.variables["order"])}


def _placed(platform: PaymentPlatform, told: Mapping[str, Any]) -> str:
    """Where an order is paid; empty for one that is not (yet) to be paid there."""
    if not told.get("placed", True):
        return ""
    given = {name: told[name] for name in _ORDER_FIELDS}
    return platform.place(Order(**{**given, "amount": int(given["amount"])})).checkout_url


def _record_order(runtime: Runtime, job: JobCall, result: Result) -> None:
    _note_place(runtime, job, job.variables["order"]["reference"], result)


def _place_again(platform: PaymentPlatform, job: JobCall) -> Mapping[str, Any]:
    """The order named in the payload, if it still is to be paid there -> `checkout_url`."""
    with reading():
        told = facts_of(job.payload["reference"])
    return {"checkout_url": _placed(platform, told) if told else ""}


def _give_back(platform: PaymentPlatform, job: JobCall) -> Mapping[str, Any]:
    with reading() as session:
        refund = session.get_one(FeeRefund, UUID(job.payload["refund"]))
        order = session.get_one(PaymentOrder, refund.order_id)
    asked = Refund(
        refund.reference, order.reference, refund.transaction_code, refund.amount, refund.currency
    )
    return {"state": platform.give_back(asked), "reference": refund.reference}


def _note_refund(runtime: Runtime, job: JobCall, result: Result) -> None:
    """Done and failed are final; of what the platform does not know yet it is asked again."""
    told = {**job.payload, **(result or {})}
    if told["state"] != PaymentState.PENDING:
        note_refund(told["reference"], done=told["state"] == PaymentState.PAID)
        return
    until = told.get("until") or (now() + CHECK_FOR).isoformat()
    payload = {"reference": told["reference"], "until": until}
    if now() < datetime.fromisoformat(until):
        runtime.enqueue(REFUND_CHECK, job.instance_id, payload, due_at=now() + CHECK_EVERY)


def _told_by(platform: PaymentPlatform, job: JobCall) -> list[dict[str, Any]]:
    """What the platform says of each order of a comparison."""
    with reading():
        references = references_of(UUID(job.payload["reconciliation"]))
    return [{**asdict(platform.status(each)), "reference": each} for each in references]


def _note_place(runtime: Runtime, job: JobCall, reference: str, result: Result) -> None:
    address = str((result or {})["checkout_url"])
    if address:
        note_checkout(reference, address)
        _check_later(runtime, job, reference, until=now() + CHECK_FOR)


def _record_check(runtime: Runtime, job: JobCall, result: Result) -> None:
    payment, reference = result or {}, job.payload["reference"]
    until = datetime.fromisoformat(job.payload["until"])
    if payment["state"] == PaymentState.PAID:
        note_payment(
            reference,
            amount=payment["amount"],
            currency=payment["currency"],
            transaction_code=payment["transaction_code"],
        )
    elif payment["state"] == PaymentState.FAILED:
        note_failure(reference)
    elif payment["state"] == PaymentState.PENDING and now() < until:
        _check_later(runtime, job, reference, until=until)


def _check_later(runtime: Runtime, job: JobCall, reference: str, *, until: datetime) -> None:
    payload = {"reference": reference, "until": until.isoformat()}
    runtime.enqueue(PAYMENT_CHECK, job.instance_id, payload, due_at=now() + CHECK_EVERY)
