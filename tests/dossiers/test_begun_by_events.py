"""A process that an event began is about no dossier, and works like any other."""

from flask import Flask

from core.database import transaction
from engine import operations, queries, run_due_jobs
from engine.queries import EVERYTHING
from tests.engine.models import flows, model, service

NIGHTLY = model(
    '<startEvent id="s"><signalEventDefinition signalRef="sig"/></startEvent>'
    '<task id="t" motcua:status="received"/>'
    + service("number", "number.reserve")
    + '<endEvent id="e"/>'
    + flows("s -> t", "t -> number", "number -> e"),
    '<signal id="sig" name="night"/>',
)


def test_its_statuses_change_nothing_and_what_needs_a_dossier_is_an_incident(installation: Flask):
    with transaction():
        operations.deploy({"p.bpmn": NIGHTLY})
    with transaction():
        operations.broadcast_signal("night", {})
    run_due_jobs(installation)

    (incident,) = queries.incidents(visible_to=EVERYTHING)
    assert incident.element_id == "number"
    with transaction():
        operations.cancel(incident.instance_id, "it has no dossier")
    assert queries.find_instance(incident.instance_id, visible_to=EVERYTHING).state == "cancelled"
