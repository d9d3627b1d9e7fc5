"""A token game to compare the engine with: plain data, no code of the engine, moves in any order.

Written from BPMN 2.0.2, chapter 13. `Game` plays one process with its data, one answer from outside
after the other; what can move by itself moves in an order drawn by lot.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.engine.nets import Flow, Net, Node, Repeat, Scopes, read, write

Address = tuple[tuple[str, int | None], ...]


@dataclass
class Frame:
    """One running (sub)process."""

    net: Net
    owner: "Mark | None"
    variables: dict[str, Any]
    marks: list["Mark"] = field(default_factory=list)


@dataclass(eq=False)
class Mark:
    """A token at a node. `phase`: new, joins, waits, inside, repeats or gone."""

    serial: int
    node: Node
    frame: Frame
    via: str = ""
    phase: str = "new"
    own: dict[str, Any] = field(default_factory=dict)
    index: int | None = None
    body: "Mark | None" = None
    runs: list["Mark"] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    results: list[Any] = field(default_factory=list)
    done: int = 0
    fired: set[str] = field(default_factory=set)

    @property
    def scopes(self) -> Scopes:
        """The variables it sees, innermost first."""
        outer = [] if self.frame.owner is None else self.frame.owner.scopes
        return [self.own, self.frame.variables, *outer]

    @property
    def path(self) -> tuple["Mark", ...]:
        """The marks around it and itself; of a run, its body is left out."""
        outer = () if self.frame.owner is None else self.frame.owner.path
        return (*outer, self)


@dataclass(frozen=True)
class Wait:
    """Something that can come from outside. `what`: user, job, message or timer."""

    what: str
    address: Address
    order: tuple[int, ...]
    mark: Mark = field(compare=False)
    event: Node = field(compare=False)


class Game:
    """One instance of a process."""

    def __init__(self, net: Net, variables: Mapping[str, Any], lots: Random) -> None:
        self.lots = lots
        self.serial = 0
        self.reached: Counter[str] = Counter()
        self.frame = Frame(net, None, dict(variables))
        self.enter(self.frame)
        self.settle()

    @property
    def ended(self) -> bool:
        """Whether no token is left."""
        return not self.frame.marks

    # --- what is there

    def marks(self, frame: Frame | None = None) -> Iterator[Mark]:
        """Every token."""
        for mark in (self.frame if frame is None else frame).marks:
            yield mark
            for inside in mark.frames:
                yield from self.marks(inside)

    def joining(self) -> Counter[Address]:
        """Where tokens wait for other tokens."""
        return Counter(address_of(mark) for mark in self.marks() if mark.phase == "joins")

    def waits(self) -> list[Wait]:
        """What can come from outside."""
        return [wait for mark in self.marks() for wait in self._waits_of(mark)]

    def _waits_of(self, mark: Mark) -> Iterator[Wait]:
        if mark.phase == "waits":
            for event in self._awaited(mark):
                yield _wait(mark, event)
        if mark.body is None and mark.phase in {"waits", "inside", "repeats"}:
            for guard in mark.frame.net.guards(mark.node.id):
                if kind_of(guard) in {"message", "timer"} and guard.id not in mark.fired:
                    yield _wait(mark, guard)

    def _awaited(self, mark: Mark) -> list[Node]:
        if mark.node.kind != "events":
            return [mark.node]
        net = mark.frame.net
        return [net.nodes[flow.target] for flow in net.out_of(mark.node.id)]

    # --- what comes from outside

    def answer(self, wait: Wait, values: Mapping[str, Any], error: str = "") -> None:
        """Let something happen that is waited for, and all that follows from it."""
        mark = wait.mark
        if error:
            assert self.throw(mark, "error", error)
        elif wait.event.host:
            self.fire(mark, wait.event)
        elif mark.node.kind == "events":
            self.reached[wait.event.id] += 1
            mark.node = wait.event
            self.leave(mark)
        else:
            write(mark.scopes, values)
            self.leave(mark)
        self.settle()

    # --- what moves by itself

    def settle(self) -> None:
        """Move whatever can move, in any order; but what ends a scope leaves nobody time."""
        while able := [mark for mark in self.marks() if self.can_move(mark)]:
            ending = [mark for mark in able if mark.node.kind in {"terminate", "error"}]
            self.move(self.lots.choice(ending or able))

    def can_move(self, mark: Mark) -> bool:
        """Whether a token goes on by itself."""
        if mark.phase == "joins":
            return mark.node.kind == "or" and self.is_complete(mark)
        return mark.phase == "new"

    def is_complete(self, mark: Mark) -> bool:
        """Whether nobody can follow to an inclusive gateway (BPMN 2.0.2, table 13.4.3)."""
        net, gateway = mark.frame.net, mark.node.id
        if any(other.node is mark.node and other.phase == "new" for other in mark.frame.marks):
            return False
        here = {other.via for other in self.joined(mark)}
        full = [flow for flow in net.into(gateway) if flow.id in here]
        empty = [flow for flow in net.into(gateway) if flow.id not in here]
        elsewhere = {other.node.id for other in mark.frame.marks} - {gateway}
        return not any(
            any(net.leads(other, flow, gateway) for flow in empty)
            and not any(net.leads(other, flow, gateway) for flow in full)
            for other in elsewhere
        )

    def joined(self, mark: Mark) -> list[Mark]:
        """The oldest token on each flow into the gateway of one of them."""
        found: dict[str, Mark] = {}
        for other in sorted(mark.frame.marks, key=lambda other: other.serial):
            if other.node is mark.node and other.phase == "joins":
                found.setdefault(other.via, other)
        return list(found.values())

    def move(self, mark: Mark) -> None:
        """Let one token do the next thing."""
        if mark.phase == "joins":
            self.merge(mark)
            return
        if mark.body is None:
            self.reached[mark.node.id] += 1
            if mark.node.repeat is not None:
                self.repeat(mark, mark.node.repeat)
                return
        if mark.node.kind in {"and", "or"} and len(mark.frame.net.into(mark.node.id)) > 1:
            mark.phase = "joins"
            if mark.node.kind == "and" and len(self.joined(mark)) == len(
                mark.frame.net.into(mark.node.id)
            ):
                self.merge(mark)
            return
        getattr(self, f"_{mark.node.kind.replace('-', '_')}", self._waiting)(mark)

    def merge(self, mark: Mark) -> None:
        """Let the tokens of a complete join go on as one."""
        for other in self.joined(mark):
            if other is not mark:
                self.drop(other)
        self.leave(mark)

    def _waiting(self, mark: Mark) -> None:
        mark.phase = "waits"

    def _start(self, mark: Mark) -> None:
        self.leave(mark)

    _end = _task = _xor = _and = _or = _link_in = _link_out = _start

    def _script(self, mark: Mark) -> None:
        assert mark.node.writes is not None
        name, value = mark.node.writes
        written = (read(mark.scopes, name) or 0) + 1 if value == "+ 1" else value
        write(mark.scopes, {name: written})
        self.leave(mark)

    def _subprocess(self, mark: Mark) -> None:
        assert mark.node.inside is not None
        mark.phase = "inside"
        frame = Frame(mark.node.inside, mark, dict(mark.node.inputs))
        mark.frames.append(frame)
        self.enter(frame)

    def _terminate(self, mark: Mark) -> None:
        frame = mark.frame
        for other in list(frame.marks):
            self.drop(other)
        self.close(frame)

    def _error(self, mark: Mark) -> None:
        assert self.throw(mark, "error", mark.node.name)

    def _escalation(self, mark: Mark) -> None:
        self.throw(mark, "escalation", mark.node.name)
        if mark.phase != "gone":
            self.leave(mark)

    # --- tokens come and go

    def put(self, frame: Frame, node: str, via: str = "") -> Mark:
        """A new token."""
        self.serial += 1
        mark = Mark(self.serial, frame.net.nodes[node], frame, via)
        frame.marks.append(mark)
        return mark

    def drop(self, mark: Mark) -> None:
        """Take a token away, with its runs and everything inside."""
        if mark.phase == "gone":
            return
        mark.phase = "gone"
        for run in list(mark.runs):
            self.drop(run)
        for frame in mark.frames:
            for inside in list(frame.marks):
                self.drop(inside)
        mark.frames.clear()
        mark.frame.marks.remove(mark)
        if mark.body is not None:
            mark.body.runs.remove(mark)

    def enter(self, frame: Frame) -> None:
        """Put a token on the start."""
        start = next(node for node in frame.net.nodes.values() if node.kind == "start")
        self.put(frame, start.id)

    def leave(self, mark: Mark) -> None:
        """Go on from a node that is done."""
        if mark.body is not None:
            self.run_done(mark)
            return
        frame, flows = mark.frame, self.chosen(mark)
        for flow in flows:
            self.put(frame, flow.target, flow.id)
        self.drop(mark)
        self.close(frame)

    def chosen(self, mark: Mark) -> list[Flow]:
        """The flows that get a token."""
        flows = mark.frame.net.out_of(mark.node.id)
        if mark.node.kind not in {"xor", "or"}:
            return flows
        own = [flow for flow in flows if flow.id != mark.node.default]
        hold = [flow for flow in own if flow.when is None or flow.when.holds(mark.scopes)]
        taken = hold or [flow for flow in flows if flow.id == mark.node.default]
        assert taken, f"no way out of {mark.node.id}"
        return taken[:1] if mark.node.kind == "xor" else taken

    def close(self, frame: Frame) -> None:
        """Go on behind a subprocess that is empty."""
        if frame.marks or frame.owner is None or frame.owner.phase == "gone":
            return
        owner = frame.owner
        owner.frames.remove(frame)
        seen = [frame.variables, *owner.scopes]
        for target, source in owner.node.outputs:
            write(owner.scopes, {target: read(seen, source)})
        self.leave(owner)

    # --- events

    def throw(self, mark: Mark, what: str, code: str) -> bool:
        """Look for the nearest boundary event for an error or escalation, own code first."""
        current: Mark | None = mark
        while current is not None:
            host = current.body or current
            guards = [g for g in host.frame.net.guards(host.node.id) if kind_of(g) == what]
            for fitting in (code, ""):
                for guard in guards:
                    if guard.name == fitting:
                        self.fire(host, guard)
                        return True
            current = host.frame.owner
        return False

    def fire(self, host: Mark, guard: Node) -> None:
        """Go the way of a boundary event."""
        self.reached[guard.id] += 1
        for flow in host.frame.net.out_of(guard.id):
            self.put(host.frame, flow.target, flow.id)
        if guard.interrupts:
            self.drop(host)
        elif kind_of(guard) == "timer":
            host.fired.add(guard.id)

    # --- repeated activities

    def repeat(self, body: Mark, how: Repeat) -> None:
        """Begin an activity that is repeated."""
        body.phase = "repeats"
        body.results = [None] * len(how.items)
        wanted = {"parallel": len(how.items), "sequential": min(1, len(how.items)), "rounds": 1}
        count = wanted[how.kind]
        if how.kind == "rounds" and how.before and not self.goes_on(body, how, body.scopes):
            count = 0
        for index in range(count):
            self.run(body, how, index)
        if not count:
            self.repeated(body, how)

    def run(self, body: Mark, how: Repeat, index: int) -> None:
        """Begin one run."""
        run = self.put(body.frame, body.node.id)
        run.body, run.index = body, index
        run.own = {"loopCounter": index + 1}
        if how.kind != "rounds":
            run.own |= {how.result: None} if how.result else {}
            run.own["item"] = how.items[index]
        body.runs.append(run)

    def run_done(self, run: Mark) -> None:
        """Go on after one run."""
        body = run.body
        assert body is not None
        assert run.index is not None
        how = body.node.repeat
        assert how is not None
        body.done += 1
        goes_on = body.done < len(how.items)
        if how.kind == "rounds":
            goes_on = self.goes_on(body, how, run.scopes)
        elif how.result:
            body.results[run.index] = read(run.scopes, how.result)
        self.drop(run)
        if not goes_on or body.done == how.enough:
            self.repeated(body, how)
        elif how.kind != "parallel":
            self.run(body, how, run.index + 1)

    def goes_on(self, body: Mark, how: Repeat, scopes: Scopes) -> bool:
        """Whether another round follows."""
        if how.most and body.done >= how.most:
            return False
        return how.while_ is None or how.while_.holds(scopes)

    def repeated(self, body: Mark, how: Repeat) -> None:
        """Leave a repeated activity."""
        for run in list(body.runs):
            self.drop(run)
        if how.results:
            write(body.scopes, {how.results: body.results})
        self.leave(body)


def kind_of(event: Node) -> str:
    """What an event waits for, of a boundary event too."""
    kind = event.kind.removeprefix("boundary-")
    return {"receive": "message", "service": "job"}.get(kind, kind)


def address_of(mark: Mark) -> Address:
    """Where a token is: the elements around it and its own, each with the number of its run."""
    return tuple((each.node.id, each.index) for each in mark.path)


def _wait(mark: Mark, event: Node) -> Wait:
    around = address_of(mark)[:-1]
    own = (event.id, mark.index if event is mark.node else None)
    serials = tuple(each.serial for each in mark.path)
    return Wait(kind_of(event), (*around, own), serials, mark, event)
