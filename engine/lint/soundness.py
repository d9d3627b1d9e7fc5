"""Plays every way a process can go, and tells whether it can get stuck.

A scope is played as a game of tokens on its flows: choices go each way, an interrupting event may
come instead of its activity's end, one that interrupts nothing once beside it. Conditions and data
are not looked at, so a way may be shown that no case takes. A subprocess is one move here and a
game of its own.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from engine.bpmn.reading import XmlElement, is_true
from engine.lint.model import FlowNode, Model, ScopeGraph

BOUND = 20_000
WIDEST = 6
WAITING = frozenset({"inclusiveGateway", "complexGateway"})
# The place of a token on each flow, in order; a start or a link has a place of its own.
Marking = tuple[str, ...]


class Verdict(StrEnum):
    """What is known of a scope."""

    SOUND = "sound"
    UNSOUND = "unsound"
    UNDECIDED = "undecided"


class Fault(StrEnum):
    """What can go wrong with the tokens."""

    DEADLOCK = "deadlock"
    DOUBLED = "doubled"
    ENDLESS = "endless"
    STRANDED = "stranded"


@dataclass(frozen=True)
class Soundness:
    """The verdict on a scope; an unsound one has the path (ids of elements) and where it ends."""

    scope: ScopeGraph
    verdict: Verdict
    fault: Fault | None = None
    path: tuple[str, ...] = ()
    at: tuple[str, ...] = ()


@dataclass(frozen=True)
class Move:
    """An element that lets tokens go on: the places it takes them from, and where it puts them."""

    element: str
    taken: tuple[str, ...]
    given: tuple[str, ...]


def soundness(model: Model, bound: int = BOUND) -> list[Soundness]:
    """The verdict on every process and subprocess with a start, `bound` markings each at most."""
    return [Game(scope, bound).play() for scope in model.scopes if _starts(scope)]


def _starts(scope: ScopeGraph) -> list[str]:
    return [key for key, node in scope.nodes.items() if node.kind == "startEvent"]


class Game:
    """The game of one scope."""

    def __init__(self, scope: ScopeGraph, bound: int) -> None:
        self.scope, self.bound = scope, bound
        self.before: dict[Marking, tuple[Marking, str] | None] = {}
        self.leading_to: dict[Marking, list[Marking]] = {}
        self.moved: set[str] = set()
        self.node_at = dict(_places(scope))
        self.keys = {node: key for key, node in scope.nodes.items()}
        self.reaching = {
            key: {flow: _sources(scope, flow, node) for flow in map(place_of, node.incoming)}
            for key, node in scope.nodes.items()
            if node.kind in WAITING
        }

    def play(self, first: Marking | None = None) -> Soundness:
        """Explore until everything is seen, a fault is found or the bound is reached.

        `first` are the places where tokens are already; without it a start has one.
        """
        starts = [(at(key),) for key in _starts(self.scope)]
        pending: deque[Marking] = deque(starts if first is None else [first])
        self.before = dict.fromkeys(pending)
        while pending and len(self.before) <= self.bound:
            marking = pending.popleft()
            moves = list(self.moves(marking))
            if marking and not moves:
                return self.unsound(Fault.DEADLOCK, marking)
            for move in moves:
                following = _after(marking, move)
                self.moved.add(move.element)
                self.leading_to.setdefault(following, []).append(marking)
                if following not in self.before:
                    self.before[following] = (marking, move.element)
                    pending.append(following)
                    if len(set(following)) < len(following):
                        return self.unsound(Fault.DOUBLED, following)
        return Soundness(self.scope, Verdict.UNDECIDED) if pending else self.end()

    def end(self) -> Soundness:
        """The verdict after everything was seen."""
        endless = self._endless()
        if endless is not None:
            return self.unsound(Fault.ENDLESS, endless)
        nodes = self.scope.nodes.items()
        stranded = [key for key, node in nodes if key not in self.moved and not _apart(node)]
        if stranded:
            return Soundness(self.scope, Verdict.UNSOUND, Fault.STRANDED, at=tuple(stranded))
        return Soundness(self.scope, Verdict.SOUND)

    def _endless(self) -> Marking | None:
        """The first marking from which no way leads to an end; an event subprocess may be one."""
        nodes = self.scope.nodes.values()
        if any(node.listens and node.kind != "boundaryEvent" for node in nodes):
            return None
        ending: set[Marking] = set()
        pending: list[Marking] = [()]
        while pending:
            marking = pending.pop()
            if marking not in ending:
                ending.add(marking)
                pending += self.leading_to.get(marking, [])
        return next((marking for marking in self.before if marking not in ending), None)

    def unsound(self, fault: Fault, marking: Marking) -> Soundness:
        """The shortest way to a fault, and the elements where the tokens are then."""
        path: list[str] = []
        step = self.before[marking]
        while step is not None:
            path.append(step[1])
            step = self.before[step[0]]
        places = tuple(self.node_at[place].id for place in marking)
        if fault is Fault.DOUBLED:
            places = tuple(name for name in dict.fromkeys(places) if places.count(name) > 1)
        return Soundness(self.scope, Verdict.UNSOUND, fault, tuple(reversed(path)), places)

    def moves(self, marking: Marking) -> Iterator[Move]:
        """Everything that can happen next."""
        for key in dict.fromkeys(self.keys[self.node_at[place]] for place in marking):
            node = self.scope.nodes[key]
            here = tuple(dict.fromkeys(p for p in marking if self.node_at[p] is node))
            if node.kind == "parallelGateway":
                if len(here) >= len(node.incoming):
                    yield Move(key, here, _given(node))
            elif node.kind in WAITING:
                if self._nobody_follows(key, here, marking):
                    yield from (Move(key, here, given) for given in _subsets(_given(node)))
            else:
                yield from (move for place in here for move in self._single(key, place, marking))

    def _single(self, key: str, place: str, marking: Marking) -> Iterator[Move]:
        """What an element does with one token."""
        node = self.scope.nodes[key]
        if node.kind in {"exclusiveGateway", "eventBasedGateway"}:
            yield from (Move(key, (place,), (given,)) for given in _given(node))
        elif node.kind == "endEvent" and node.event in {"terminate", "error", "cancel"}:
            yield Move(key, marking, ())
        else:
            given = (*_given(node), *(at(self.keys[other]) for other in self.scope.linked(node)))
            yield Move(key, (place,), given)
            for event in self.scope.attached.get(node.id, []):
                if event.event != "compensate":
                    beside = () if _interrupts(event) else given
                    yield Move(key, (place,), (*beside, at(self.keys[event])))

    def _nobody_follows(self, key: str, here: Marking, marking: Marking) -> bool:
        """Whether no other token can still come to an inclusive gateway (BPMN 2.0.2, 13.4.3)."""
        others = {self.keys[self.node_at[place]] for place in marking} - {key}
        sources = self.reaching[key]
        return not any(
            any(other in sources[flow] for flow in sources if flow not in here)
            and not any(other in sources[flow] for flow in sources if flow in here)
            for other in others
        )


def at(key: str) -> str:
    """The place of a token that came by no flow: at a start, an event or a link."""
    return f"at {key}"


def place_of(flow: XmlElement) -> str:
    """The place of a token on a flow."""
    ends = f"{flow.get('sourceRef')} -> {flow.get('targetRef')}"
    return str(flow.get("id") or ends)


def _places(scope: ScopeGraph) -> Iterator[tuple[str, FlowNode]]:
    for key, node in scope.nodes.items():
        yield at(key), node
        yield from ((place_of(flow), node) for flow in node.incoming)


def _given(node: FlowNode) -> Marking:
    return tuple(place_of(flow) for flow in node.outgoing)


def _subsets(places: Marking) -> Iterator[Marking]:
    """Every choice of an inclusive gateway; of very wide ones only single ways and all together."""
    sizes = range(1, len(places) + 1) if len(places) <= WIDEST else (1, len(places))
    return (chosen for size in sizes for chosen in combinations(places, size))


def _after(marking: Marking, move: Move) -> Marking:
    left = list(marking)
    for place in move.taken:
        left.remove(place)
    return tuple(sorted([*left, *move.given]))


def _interrupts(event: FlowNode) -> bool:
    return is_true(event.element, "cancelActivity", default=True)


def _apart(node: FlowNode) -> bool:
    """Whether an element is played on its own, or only together with another one."""
    return node.listens or node.undoes


def _sources(scope: ScopeGraph, flow: str, gateway: FlowNode) -> frozenset[str]:
    """The nodes from which a flow into a gateway is reached without passing the gateway."""
    found: set[str] = set()
    for key, node in scope.nodes.items():
        if node is not gateway:
            seen = scope.reach([node], without=gateway)
            if any(place_of(out) == flow for other in seen for out in other.outgoing):
                found.add(key)
    return frozenset(found)
