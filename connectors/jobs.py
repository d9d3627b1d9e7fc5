"""The kinds of job by which a process reaches outside systems."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from connectors.enterprise import EnterpriseRegister
from connectors.payment import Order, PaymentPlatform, PaymentState
from core.clock import now
from dossiers.looks import note_register_look
from dossiers.operations.payments import note_checkout, note_payment
from engine.jobs.breakers import Breaker
from engine.jobs.kinds import JobCall, JobPolicy, Result
from engine.runtime import Runtime

ENTERPRISE_LOOKUP = "enterprise.lookup"
PAYMENT_ORDER = "payment.order"
PAYMENT_CHECK = "payment.check"

# A report of the platform may get lost. A live system is known to ask again after half an hour, and
# to give up after three days.
CHECK_EVERY = timedelta(minutes=30)
CHECK_FOR = timedelta(days=3)

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
        PAYMENT_CHECK,
        lambda job: asdict(payments().status(job.payload["reference"])),
        record=lambda job, result: _record_check(runtime, job, result),
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
    """`order`, with the fields of `Order` -> `checkout_url`."""
    given = job.variables["order"]
    placed = platform.place(Order(**{**given, "amount": int(given["amount"])}))
    return {"checkout_url": placed.checkout_url}


def _record_order(runtime: Runtime, job: JobCall, result: Result) -> None:
    reference = job.variables["order"]["reference"]
    note_checkout(reference, str((result or {})["checkout_url"]))
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
    elif payment["state"] == PaymentState.PENDING and now() < until:
        _check_later(runtime, job, reference, until=until)


def _check_later(runtime: Runtime, job: JobCall, reference: str, *, until: datetime) -> None:
    payload = {"reference": reference, "until": until.isoformat()}
    runtime.enqueue(PAYMENT_CHECK, job.instance_id, payload, due_at=now() + CHECK_EVERY)
