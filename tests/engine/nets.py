"""Processes as plain data, for the oracle to play and for the engine as XML; no code of the engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Scopes = list[dict[str, Any]]


@dataclass(frozen=True)
class Test:
    """A condition: a variable is, or is less than, a value."""

    __test__ = False

    variable: str
    operator: Literal["=", "<"]
    value: Any

    def holds(self, scopes: Scopes) -> bool:
        """Whether it does; null and what cannot be compared is no."""
        found = read(scopes, self.variable)
        if self.operator == "=":
            return bool(found == self.value)
        return isinstance(found, int) and bool(found < self.value)


@dataclass(frozen=True)
class Flow:
    """A sequence flow."""

    id: str
    source: str
    target: str
    when: Test | None = None


@dataclass(frozen=True)
class Repeat:
    """How an activity is repeated: for each of `items`, or while `while_` holds, `most` times."""

    kind: Literal["parallel", "sequential", "rounds"]
    items: tuple[int, ...] = ()
    results: str = ""
    result: str = ""
    enough: int | None = None
    while_: Test | None = None
    most: int = 0
    before: bool = False


@dataclass(frozen=True)
class Node:
    """A flow node. `name` is that of a message or link, or the code of an error or escalation.

    `writes` is what a script does: a variable, and a constant to set or `+ 1`. `asks` is what a
    person answers: variables and the values to choose from. `errors`: codes a job may end with.
    """

    id: str
    kind: str
    name: str = ""
    default: str = ""
    host: str = ""
    interrupts: bool = True
    inside: "Net | None" = None
    repeat: Repeat | None = None
    writes: tuple[str, Any] | None = None
    asks: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    errors: tuple[str, ...] = ()
    inputs: tuple[tuple[str, Any], ...] = ()
    outputs: tuple[tuple[str, str], ...] = ()


@dataclass
class Net:
    """A process or subprocess as drawn; flows and nodes in the order of the file."""

    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    def into(self, node: str) -> list[Flow]:
        """The flows that lead to a node."""
        return [flow for flow in self.flows if flow.target == node]

    def out_of(self, node: str) -> list[Flow]:
        """The flows that leave a node; a link is one too."""
        return [flow for flow in (*self.flows, *self.links) if flow.source == node]

    def guards(self, host: str) -> list[Node]:
        """The boundary events of an activity."""
        return [node for node in self.nodes.values() if node.host == host]

    @property
    def links(self) -> list[Flow]:
        """From each throwing end of a link to the catching one."""
        catches = {node.name: node.id for node in self.nodes.values() if node.kind == "link-in"}
        throws = [node for node in self.nodes.values() if node.kind == "link-out"]
        return [Flow(f"link {node.id}", node.id, catches[node.name]) for node in throws]

    def leads(self, start: str, flow: Flow, without: str) -> bool:
        """Whether there is a way from a node over a flow that does not pass a certain node."""
        seen, pending = set[str](), [start]
        while pending:
            here = pending.pop()
            if here in seen or here == without:
                continue
            seen.add(here)
            pending += [guard.id for guard in self.guards(here)]
            for out in self.out_of(here):
                if out == flow:
                    return True
                pending.append(out.target)
        return False


def read(scopes: Scopes, name: str) -> Any:
    """The value of a variable; None where there is none."""
    return next((scope[name] for scope in scopes if name in scope), None)


def write(scopes: Scopes, values: Mapping[str, Any]) -> None:
    """Set variables in the nearest scope that has them, else in the outermost one."""
    for name, value in values.items():
        next((scope for scope in scopes if name in scope), scopes[-1])[name] = value
