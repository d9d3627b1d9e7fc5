"""A licence that we issued ourselves is looked up, not asked for again."""

from typing import Any
from uuid import uuid4

from flask import Flask

from commands.sample.application import SERVICE
from dossiers.register_entries.looking_up import LOOK_UP
from engine.jobs.kinds import JobCall
from engine.runtime import current_runtime
from tests.dossiers.registered import entry, published


def looked_up(service: str, *numbers: str) -> Any:
    asked = JobCall(
        instance_id=uuid4(),
        id=uuid4(),
        kind=LOOK_UP,
        attempt=1,
        payload={},
        variables={"service": service, "numbers": list(numbers)},
        headers={},
        element_id="look_up",
        business_key="",
    )
    handler: Any = current_runtime().jobs[LOOK_UP].handler
    return handler(asked)["entries"]


def test_what_stands_in_the_register_is_told_and_what_does_not_is_left_out(installation: Flask):
    found = entry(published())
    (told,) = looked_up(SERVICE, f" {found.number} ", "nobody's")
    assert told["number"] == found.number
    assert (told["holder"], told["state"]) == (found.organisation_name, "valid")


def test_a_number_of_another_service_is_not_taken_for_it(installation: Flask):
    assert looked_up("another-service", entry(published()).number) == []
