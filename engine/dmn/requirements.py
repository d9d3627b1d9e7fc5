"""The nodes of a requirements graph: inputs, decisions, business knowledge models, decision
services.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.dmn.boxed import box_in, compile_box, function_of
from engine.dmn.document import (
    Element,
    child,
    children,
    full_reference,
    name_of,
    place_of,
    text_in,
    variable_name,
)
from engine.dmn.environment import Environment
from feel.compiler import Code
from feel.expression import Expression
from feel.types import Type


@dataclass(frozen=True, slots=True)
class InputData:
    """A value that the caller gives."""

    element_id: str
    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Decision:
    """A value that the model computes; `requires` are references to other nodes.

    One without logic (`code` is None) is decided by people: the caller gives its value. One that is
    a literal expression keeps it, to say why it is null.
    """

    element_id: str
    name: str
    variable: str
    type: Type
    requires: tuple[str, ...]
    code: Code | None
    question: str
    table_id: str
    expression: Expression | None


@dataclass(frozen=True, slots=True)
class KnowledgeModel:
    """A function that decisions may call."""

    element_id: str
    name: str
    type: Type
    requires: tuple[str, ...]
    parameters: tuple[str, ...]
    code: Code


@dataclass(frozen=True, slots=True)
class DecisionService:
    """Decisions offered as a function of some inputs."""

    element_id: str
    name: str
    type: Type
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


Requirable = InputData | Decision | KnowledgeModel | DecisionService


def read_nodes(root: Element, environment: Environment) -> Iterator[Requirable]:
    """All nodes of a model. Raises DecisionError."""
    for element in children(root, "inputData"):
        yield InputData(element.get("id", ""), variable_name(element), _type(element, environment))
    for element in children(root, "decision"):
        yield _decision(element, environment)
    for element in children(root, "businessKnowledgeModel"):
        yield _knowledge(element, environment)
    for element in children(root, "decisionService"):
        yield _service(element, environment)


def _type(element: Element, environment: Environment) -> Type:
    variable = child(element, "variable")
    return environment.type_named(None if variable is None else variable.get("typeRef"))


def _decision(element: Element, environment: Environment) -> Decision:
    box = box_in(element)
    table = child(element, "decisionTable")
    return Decision(
        element.get("id", ""),
        name_of(element),
        variable_name(element),
        _type(element, environment),
        _requirements(element),
        None if box is None else compile_box(box, environment, name_of(element)),
        text_in(element, "question"),
        "" if table is None else place_of(table),
        environment.compiled(text_in(child(element, "literalExpression"))),
    )


def _knowledge(element: Element, environment: Environment) -> KnowledgeModel:
    logic = child(element, "encapsulatedLogic")
    code: Code = (
        (lambda _scope, _run: None)
        if logic is None
        else function_of(logic, environment, name_of(element))
    )
    parameters = () if logic is None else tuple(map(name_of, children(logic, "formalParameter")))
    return KnowledgeModel(
        element.get("id", ""),
        variable_name(element),
        _type(element, environment),
        _requirements(element),
        parameters,
        code,
    )


def _service(element: Element, environment: Environment) -> DecisionService:
    return DecisionService(
        element.get("id", ""),
        variable_name(element),
        _type(element, environment),
        # The parameters' order (DMN 10.4), whatever that of the elements.
        (*_targets(element, "inputData"), *_targets(element, "inputDecision")),
        _targets(element, "outputDecision"),
    )


def _targets(element: Element, kind: str) -> tuple[str, ...]:
    return tuple(full_reference(part) for part in children(element, kind))


def _requirements(element: Element) -> tuple[str, ...]:
    needs = children(element, "informationRequirement", "knowledgeRequirement")
    kinds = ("requiredInput", "requiredDecision", "requiredKnowledge")
    return tuple(full_reference(part) for need in needs for part in children(need, *kinds))
