"""The kinds of job by which a process reaches outside systems."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from connectors.enterprise import EnterpriseRegister
from connectors.payment import Order, PaymentPlatform
from engine.jobs.kinds import JobCall, JobHandler

ENTERPRISE_LOOKUP = "enterprise.lookup"
PAYMENT_ORDER = "payment.order"


def enterprise_lookup(register: EnterpriseRegister) -> JobHandler:
    """Look up the input `taxNumber`; gives `enterprise`: `found`, `active`, the register's facts.

    An unknown number is an answer, not a failure: the model decides what it means.
    """

    def look_up(job: JobCall) -> Mapping[str, Any]:
        enterprise = register.look_up(str(_inputs(job)["taxNumber"]))
        if enterprise is None:
            return {"enterprise": {"found": False, "active": False}}
        facts = asdict(enterprise) | {"representatives": list(enterprise.representatives)}
        return {
            "enterprise": {"found": True} | {_camel(name): fact for name, fact in facts.items()}
        }

    return look_up


def payment_order(platform: PaymentPlatform) -> JobHandler:
    """Place an order for the inputs `reference`, `amount`, `currency`, `description`, `returnUrl`
    and `notificationUrl`; gives `payment`: `reference` and `checkoutUrl`.
    """

    def place(job: JobCall) -> Mapping[str, Any]:
        given = _inputs(job)
        placed = platform.place(
            Order(
                reference=str(given["reference"]),
                amount=int(given["amount"]),
                currency=str(given["currency"]),
                description=str(given["description"]),
                return_url=str(given["returnUrl"]),
                notification_url=str(given["notificationUrl"]),
            )
        )
        return {"payment": {"reference": placed.reference, "checkoutUrl": placed.checkout_url}}

    return place


def _inputs(job: JobCall) -> Mapping[str, Any]:
    return {**job.variables, **job.payload}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
