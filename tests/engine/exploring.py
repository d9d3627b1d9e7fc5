"""Every way a small net can go, data left aside: written from BPMN 2.0.2, chapter 13, for comparing.

A marking is a bag of flows that carry a token; a start has carried one already.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from hypothesis import strategies as st

from tests.engine.nets import Flow, Net, Node, Test
from tests.engine.processes import Draw

Marking = tuple[str, ...]


@dataclass
class Explored:
    """What was seen: markings that cannot go on, two tokens on one flow, nodes that never moved."""

    stuck: set[Marking] = field(default_factory=set)
    doubled: set[Marking] = field(default_factory=set)
    moved: set[str] = field(default_factory=set)
    ways: dict[Marking, set[tuple[str, Marking]]] = field(default_factory=dict)

    @property
    def endless(self) -> set[Marking]:
        """Markings from which no way leads to an end."""
        ending: set[Marking] = {()}
        while (
            more := {
                here for here, ways in self.ways.items() if any(to in ending for _, to in ways)
            }
            - ending
        ):
            ending |= more
        return self.ways.keys() - ending

    def after(self, start: Marking, path: tuple[str, ...]) -> set[Marking]:
        """The markings where a path of nodes can lead."""
        found = {start}
        for name in path:
            found = {to for here in found for moved, to in self.ways[here] if moved == name}
        return found


def first_marking(net: Net) -> Marking:
    """A token on the flow out of the start."""
    (start,) = (node.id for node in net.nodes.values() if node.kind == "start")
    return tuple(flow.id for flow in net.out_of(start))


def explore(net: Net, limit: int = 5000) -> Explored | None:
    """Play every way; None when there are too many. No way is followed beyond a doubled token."""
    seen, pending = Explored(), [first_marking(net)]
    while pending:
        marking = pending.pop()
        if marking in seen.ways:
            continue
        if len(seen.ways) == limit:
            return None
        moves = seen.ways[marking] = set(_moves(net, marking))
        if max(Counter(marking).values(), default=0) > 1:
            seen.doubled.add(marking)
            continue
        if marking and not moves:
            seen.stuck.add(marking)
        seen.moved |= {name for name, _ in moves}
        pending += [following for _, following in moves]
    return seen


def _moves(net: Net, marking: Marking) -> Iterator[tuple[str, Marking]]:
    for node in net.nodes.values():
        full = [flow.id for flow in net.into(node.id) if flow.id in marking]
        for taken in _taken(net, node, full, marking):
            for given in _given(net, node):
                left = Counter(marking)
                left.subtract(taken)
                yield node.id, tuple(sorted((left + Counter(given)).elements()))


def _taken(net: Net, node: Node, full: list[str], marking: Marking) -> list[list[str]]:
    if not full:
        return []
    if node.kind == "and":
        return [full] if len(full) == len(net.into(node.id)) else []
    if node.kind == "or":
        return [full] if _alone(net, node, full, marking) else []
    return [[flow] for flow in full]


def _alone(net: Net, gateway: Node, full: list[str], marking: Marking) -> bool:
    into = net.into(gateway.id)
    here = {flow.id: flow.target for flow in net.flows}
    others = {here[flow] for flow in marking} - {gateway.id}
    return not any(
        any(net.leads(other, flow, gateway.id) for flow in into if flow.id not in full)
        and not any(net.leads(other, flow, gateway.id) for flow in into if flow.id in full)
        for other in others
    )


def _given(net: Net, node: Node) -> list[list[str]]:
    out = [flow.id for flow in net.out_of(node.id)]
    if node.kind == "xor":
        return [[flow] for flow in out]
    if node.kind == "or":
        sizes = range(1, len(out) + 1)
        return [list(chosen) for size in sizes for chosen in combinations(out, size)]
    return [out]


@st.composite
def nets(draw: Draw) -> Net:
    """A small net of gateways and tasks joined at random: sound or not, everything can be reached."""
    count = draw(st.integers(2, 5))
    net = Net()
    net.nodes["s"] = Node("s", "start")
    kinds = [draw(st.sampled_from(["task", "and", "xor", "or"])) for _ in range(count)]
    names = [f"n{number}" for number in range(count)]
    ways = {("s", "n0")}
    for number in range(1, count):
        ways.add((names[draw(st.integers(0, number - 1))], names[number]))
    for _ in range(draw(st.integers(0, 3))):
        one, other = (draw(st.integers(0, count - 1)) for _ in range(2))
        if one != other and other:
            ways.add((names[one], names[other]))
    for name, kind in zip(names, kinds, strict=True):
        net.nodes[name] = Node(name, kind)
    _finish(net, sorted(ways))
    return net


def _finish(net: Net, ways: list[tuple[str, str]]) -> None:
    """Give dead ends an end event, and each choice a variable that says where to go."""
    for name in [node for node in net.nodes if node not in {one for one, _ in ways}]:
        net.nodes[f"e_{name}"] = Node(f"e_{name}", "end")
        ways.append((name, f"e_{name}"))
    for one, other in ways:
        several = [way for way in ways if way[0] == one]
        chooses = net.nodes[one].kind in {"xor", "or"} and len(several) > 1
        when = Test(f"{one}_{other}", "=", value=True) if chooses else None
        net.flows.append(Flow(f"{one}_{other}", one, other, when))
