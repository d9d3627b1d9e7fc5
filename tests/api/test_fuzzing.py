"""The server against its own contract: whatever is sent, it answers as documented."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from api.limits import limiter
from core.ids import new_id
from tests.api.house import Caller, House

CALLERS = ("owner", "device_officer", "portal")


def _try(operation: Any, caller: Caller) -> None:
    @settings(
        max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy())
    def answered_as_documented(case: Any) -> None:
        headers = {**caller.headers, "If-Match": '"1.en"', "Idempotency-Key": new_id().hex}
        response = case.call(headers=headers)
        assert response.status_code < 500, response.text
        operation.validate_response(response)

    answered_as_documented()


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", CALLERS)
def test_whatever_is_sent_is_answered_as_documented(
    house: House, name: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(limiter, "enabled", False)
    contract = schemathesis.openapi.from_wsgi("/api/openapi.json", house.app)
    for operation in contract.get_all_operations():
        _try(operation.ok(), house.callers[name])
