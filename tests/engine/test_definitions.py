"""Bundles: named by their content, parsed once, never changed."""

import pytest

from core.database import reading
from engine import definitions, operations, queries
from engine.errors import DefinitionNotFound, DeploymentRefused
from engine.machine.nodes import Node
from engine.machine.process import ProcessSpec
from tests.engine.conftest import Engine
from tests.engine.machine import Driver
from tests.engine.models import (
    boundary,
    cycle,
    flows,
    many,
    message,
    model,
    service,
    user,
)

SIMPLE = model('<startEvent id="s"/>' + user("a") + flows("s -> a"))


def test_the_same_content_has_the_same_name_and_is_kept_once(on: Engine, each_database):
    first, second = on.deploy(SIMPLE), on.deploy(SIMPLE)

    assert first == second == definitions.hash_of({"0.bpmn": SIMPLE})
    with reading():
        assert queries.definition_files(first) == {"0.bpmn": SIMPLE}


def test_names_and_contents_cannot_be_shifted_into_each_other():
    assert definitions.hash_of({"a": b"bc"}) != definitions.hash_of({"ab": b"c"})


def test_an_unknown_definition_is_named_so(on: Engine):
    with pytest.raises(DefinitionNotFound), reading():
        queries.definition_files("0" * 64)


def test_a_refused_bundle_leaves_nothing_behind(on: Engine):
    with pytest.raises(DeploymentRefused):
        on.deploy(model("<complexGateway id='c'/>"))
    with pytest.raises(DefinitionNotFound), reading():
        queries.definition_files(definitions.hash_of({"0.bpmn": b""}))


def test_a_kind_must_be_registered_before_deployment(on: Engine):
    process = model('<startEvent id="s"/>' + service("a", "fax") + flows("s -> a"))
    with pytest.raises(DeploymentRefused, match="Nobody does work of the type “fax”"):
        on.deploy(process)

    on.runtime.on_job("fax", lambda call: None)
    on.deploy(process)


def test_a_file_of_another_kind_is_refused(on: Engine):
    with pytest.raises(DeploymentRefused, match=r"neither \.bpmn nor \.dmn"), on.app.app_context():
        on.act(operations.deploy, {"readme.txt": b"hello"})


def test_a_broken_decision_model_is_refused(on: Engine):
    with pytest.raises(DeploymentRefused, match="The decisions cannot be read"):
        on.act(operations.deploy, {"fee.dmn": b"<broken"})


def everything() -> bytes:
    inside = '<startEvent id="is"/>' + user("iu") + flows("is -> iu")
    beside = '<startEvent id="es" isInterrupting="false">'
    beside += '<messageEventDefinition messageRef="m_news"/></startEvent>' + user("eu")
    beside += flows("es -> eu")
    body = (
        '<startEvent id="s"/>' + user("a") + boundary("b", "a", cycle("R3/PT1H"), interrupts=False)
    )
    body += f'<subProcess id="sub">{many("=[1,2]")}{inside}</subProcess>' + user("after")
    body += f'<subProcess id="beside" triggeredByEvent="true">{beside}</subProcess>'
    return model(body + flows("s -> a", "a -> sub", "b -> after"), message("news"))


def test_running_never_changes_what_was_parsed():
    driver = Driver(everything(), variables={"key": 1})
    spec = driver.instance.spec
    before = snapshot(spec)
    for deed in (
        lambda: driver.deliver("news"),
        lambda: driver.later(hours=1),
        lambda: driver.finish("a"),
        lambda: driver.finish("iu"),
        lambda: driver.finish("iu"),
    ):
        deed()

    assert snapshot(spec) == before


def snapshot(spec: ProcessSpec, seen: frozenset[int] = frozenset()) -> str:
    """Every attribute of every node, subprocesses included."""
    process = repr((spec.name, spec.title, spec.first, sorted(spec.task_specs)))
    nodes = (
        repr({key: shown(value, seen) for key, value in vars(node).items()})
        for node in spec.task_specs.values()
    )
    return "\n".join((process, *nodes))


def shown(value: object, seen: frozenset[int]) -> str:
    if isinstance(value, ProcessSpec):
        return value.name if id(value) in seen else snapshot(value, seen | {id(value)})
    if isinstance(value, Node):
        return str(value.name)
    if isinstance(value, list):
        return str([shown(item, seen) for item in value])
    if type(value).__module__.startswith("SpiffWorkflow"):
        return str({key: str(inner) for key, inner in vars(value).items() if key != "_wf_spec"})
    return repr(value)


def test_a_definition_is_parsed_once_per_process(on: Engine):
    name = on.deploy(SIMPLE)
    with reading():
        assert definitions.definition(name) is definitions.definition(name)
