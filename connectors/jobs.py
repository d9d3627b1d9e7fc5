"""The kinds of job by which a process reaches outside systems."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from connectors.enterprise import EnterpriseRegister
from connectors.payment import Order, PaymentPlatform
from dossiers.operations import payments
from engine.jobs.kinds import JobCall, JobHandler, Result

ENTERPRISE_LOOKUP = "enterprise.lookup"
PAYMENT_ORDER = "payment.order"


def enterprise_lookup(register: EnterpriseRegister) -> JobHandler:
    """Look up the input `number`; gives `enterprise`: `found`, `active` and the register's facts.

    An unknown number is an answer, not a failure: the model decides what it means.
    """

    def look_up(job: JobCall) -> Mapping[str, Any]:
        enterprise = register.look_up(str(job.variables["number"]))
        if enterprise is None:
            return {"enterprise": {"found": False, "active": False, "name": ""}}
        facts = asdict(enterprise) | {"representatives": list(enterprise.representatives)}
        return {"enterprise": {"found": True} | facts}

    return look_up


def payment_order(platform: PaymentPlatform) -> JobHandler:
    """Place the input `order`, which bears the fields of `Order`; gives `checkout_url`."""

    def place(job: JobCall) -> Mapping[str, Any]:
        given = job.variables["order"]
        order = Order(**{field.name: given[field.name] for field in fields(Order)})
        return {"checkout_url": platform.place(order).checkout_url}

    return place


def note_checkout(job: JobCall, result: Result) -> None:
    """Remember where the payer of a placed order pays."""
    payments.note_checkout(job.variables["order"]["reference"], (result or {})["checkout_url"])
