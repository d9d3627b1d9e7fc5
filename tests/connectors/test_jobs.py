"""What a process gets from outside systems through its jobs."""

import pytest

from connectors import jobs
from connectors.enterprise import EnterpriseRegister
from connectors.errors import SystemDown
from connectors.payment import PaymentPlatform
from connectors.payment.messages import Seal
from core.ids import new_id
from engine.jobs.kinds import JobCall
from engine.runtime import Runtime

ORDER = {
    "amount": 1_500_000,
    "currency": "VND",
    "description": "HS-261121-ABCDEFGH",
    "return_url": "http://127.0.0.1:9/back",
    "notification_url": "http://127.0.0.1:9/notifications",
}


@pytest.fixture
def runtime(register_sandbox, payment_sandbox):
    made = Runtime()
    jobs.install(
        made,
        lambda: EnterpriseRegister(register_sandbox.address, frozenset({"1"})),
        lambda: PaymentPlatform(
            payment_sandbox.address, "MOTCUA", Seal("sandbox-secret", "sha256"), "Asia/Ho_Chi_Minh"
        ),
    )
    return made


def call(kind, *, payload=None, **variables):
    return JobCall(
        instance_id=new_id(),
        id=new_id(),
        kind=kind,
        attempt=1,
        payload=payload or {},
        variables=variables,
        headers={},
        element_id="task",
        business_key="",
    )


def work(runtime, job):
    return runtime.job_kind(job.kind).handler(job)


def test_a_looked_up_enterprise_becomes_a_variable(runtime):
    result = work(runtime, call(jobs.ENTERPRISE_LOOKUP, number="0315123453"))
    assert result["enterprise"]["active"]
    assert result["enterprise"]["representatives"] == ["NGUYỄN VĂN MẪU"]


def test_an_unknown_enterprise_is_for_the_model_to_judge(runtime):
    result = work(runtime, call(jobs.ENTERPRISE_LOOKUP, number="0100233488"))
    assert result == {"enterprise": {"found": False, "active": False, "name": ""}}


def test_a_register_that_is_down_fails_the_job_which_is_tried_again(runtime, register_sandbox):
    register_sandbox.fail("error")
    with pytest.raises(SystemDown):
        work(runtime, call(jobs.ENTERPRISE_LOOKUP, number="0315123453"))


def test_a_placed_order_tells_where_to_pay_and_can_be_asked_for(runtime):
    reference = f"MC{new_id().hex}"
    result = work(runtime, call(jobs.PAYMENT_ORDER, order=ORDER | {"reference": reference}))
    assert result["checkout_url"].startswith("http://127.0.0.1:")
    checked = work(runtime, call(jobs.PAYMENT_CHECK, payload={"reference": reference}))
    assert checked["state"] == "pending"
