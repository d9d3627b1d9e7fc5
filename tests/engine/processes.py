"""Random valid processes: blocks inside blocks, and sound nets that are not made of blocks.

Whatever runs at once writes different variables or the same value, and what ends a scope follows an
answer from outside; so the outcome does not depend on the order of moves.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal

from hypothesis import strategies as st

from tests.engine.nets import Flow, Net, Node, Repeat, Test

Draw = Callable[[st.SearchStrategy[Any]], Any]
Ends = tuple[str, str]
Block = Callable[[Net, "Place"], Ends]
Many = Literal["parallel", "sequential"]


@dataclass(frozen=True)
class Drawn:
    """A process, and the variables it is started with."""

    net: Net
    variables: dict[str, Any]


@dataclass(frozen=True)
class Place:
    """What a block may use: `deep` levels more, and whether only one token can be in it at a time."""

    deep: int
    alone: bool = True
    handled: tuple[str, ...] = ()


@dataclass
class Drawing:
    """Draws one process, element by element; ids are unique in the whole of it."""

    draw: Draw
    variables: dict[str, Any] = field(default_factory=dict)
    number: int = 0
    room: int = 30

    def process(self, depth: int) -> Net:
        """A whole process."""
        return self.scope(Place(depth))

    def scope(self, place: Place) -> Net:
        """A process or subprocess: a start, something, an end."""
        net = Net()
        start, end = self.add(net, "start"), self.add(net, "end")
        first, last = self.block(net, place)
        self.flow(net, start, first)
        self.flow(net, last, end)
        return net

    # --- pieces

    def new(self, letter: str) -> str:
        """An id or name that is new."""
        self.number += 1
        return f"{letter}{self.number}"

    def add(self, net: Net, kind: str, **details: Any) -> str:
        """A node; returns its id."""
        node = Node(self.new(kind[0]), kind, **details)
        net.nodes[node.id] = node
        self.room -= 1
        return node.id

    def flow(self, net: Net, source: str, target: str, when: Test | None = None) -> str:
        """A flow; returns its id."""
        net.flows.append(Flow(self.new("f"), source, target, when))
        return net.flows[-1].id

    def some(self, most: int, least: int = 2) -> int:
        """How many."""
        return int(self.draw(st.integers(least, most)))

    def default(self, net: Net, gateway: str, flow: str) -> None:
        """Make a flow the default of its gateway."""
        net.nodes[gateway] = replace(net.nodes[gateway], default=flow)

    # --- blocks

    def block(self, net: Net, place: Place) -> Ends:
        """Anything with one way in and one way out."""
        if place.deep <= 0 or self.room <= 0:
            return self.leaf(net, place)
        kinds: list[Block] = [
            self.leaf,
            self.leaf,
            self.row,
            self.choice,
            self.parallel,
            self.inclusive,
        ]
        kinds += [self.subprocess, self.many, self.events, self.guarded, self.loop, self.link]
        kinds += [self.standard_loop, self.dag, self.maze, self.exit]
        chosen: Block = self.draw(st.sampled_from(kinds))
        return chosen(net, place)

    def deeper(self, place: Place, **changes: Any) -> Place:
        """The place inside a block."""
        return replace(place, deep=place.deep - 1, **changes)

    def leaf(self, net: Net, place: Place) -> Ends:
        """One task or event."""
        kind = self.draw(st.sampled_from(["user", "service", "task", "script", "message", "timer"]))
        if kind == "script":
            node = self.add(net, kind, writes=(self.new("v"), self.some(9)))
        elif kind == "service":
            node = self.add(net, kind, errors=place.handled)
        elif kind == "message":
            how = self.draw(st.sampled_from(["message", "receive"]))
            node = self.add(net, how, name=self.new("m"))
        else:
            node = self.add(net, kind)
        return node, node

    def decided(self, net: Net, values: tuple[Any, ...]) -> tuple[str, str]:
        """A user task that answers with one of these values; returns its id and the variable."""
        variable = self.new("v")
        return self.add(net, "user", asks=((variable, values),)), variable

    def given(self, value: Any) -> str:
        """A variable that the process is started with."""
        variable = self.new("v")
        self.variables[variable] = value
        return variable

    def row(self, net: Net, place: Place) -> Ends:
        """Several blocks one after the other."""
        ends = [self.block(net, self.deeper(place)) for _ in range(self.some(3))]
        for one, other in pairwise(ends):
            self.flow(net, one[1], other[0])
        return ends[0][0], ends[-1][1]

    def choice(self, net: Net, place: Place) -> Ends:
        """An exclusive gateway: a person decides, or what the process was started with."""
        ways = self.some(3)
        split, merge = self.add(net, "xor"), self.add(net, "xor")
        first = split
        if self.draw(st.booleans()):
            first, variable = self.decided(net, tuple(range(ways)))
            self.flow(net, first, split)
        else:
            variable = self.given(self.draw(st.integers(0, ways - 1)))
        tests = [Test(variable, "=", number) for number in range(ways)]
        self.branch(net, place, (split, merge), [*tests[:-1], None])
        self.default(net, split, net.out_of(split)[-1].id)
        return first, merge

    def branch(self, net: Net, place: Place, ends: Ends, tests: list[Test | None]) -> None:
        """A way between two gateways for each condition; one may be a bare flow."""
        for test in tests:
            if test is not None and self.draw(st.integers(0, 4)) == 0:
                self.flow(net, *ends, test)
                continue
            first, last = self.block(net, self.deeper(place))
            self.flow(net, ends[0], first, test)
            self.flow(net, last, ends[1])

    def parallel(self, net: Net, place: Place) -> Ends:
        """Several ways at once."""
        split, join = self.add(net, "and"), self.add(net, "and")
        self.branch(net, place, (split, join), [None] * self.some(3))
        return split, join

    def inclusive(self, net: Net, place: Place) -> Ends:
        """Some of several ways, else the default one."""
        split, join = self.add(net, "or"), self.add(net, "or")
        wanted = [self.draw(st.booleans()) for _ in range(self.some(3))]
        tests: list[Test | None] = [Test(self.given(taken), "=", value=True) for taken in wanted]
        self.branch(net, place, (split, join), [*tests, None])
        self.default(net, split, net.out_of(split)[-1].id)
        return split, join

    def loop(self, net: Net, place: Place) -> Ends:
        """Back again while somebody wants it, or until a counter is full."""
        merge, split = self.add(net, "xor"), self.add(net, "xor")
        first, last = self.block(net, self.deeper(place))
        self.flow(net, merge, first)
        if place.alone and self.draw(st.booleans()):
            reset, counter = self.new("s"), self.new("v")
            net.nodes[reset] = Node(reset, "script", writes=(counter, 0))
            counts = self.add(net, "script", writes=(counter, "+ 1"))
            self.flow(net, reset, merge)
            entry, again = reset, Test(counter, "<", self.some(3))
        else:
            counts, variable = self.decided(net, (False, True))
            entry, again = merge, Test(variable, "=", value=True)
        self.flow(net, last, counts)
        self.flow(net, counts, split)
        self.flow(net, split, merge, again)
        after = self.add(net, "task")
        self.default(net, split, self.flow(net, split, after))
        return entry, after

    def events(self, net: Net, place: Place) -> Ends:
        """An event-based gateway."""
        gateway, merge = self.add(net, "events"), self.add(net, "xor")
        for _ in range(self.some(3)):
            kind = self.draw(st.sampled_from(["message", "timer", "receive"]))
            event = self.add(net, kind, name=self.new("m"))
            first, last = self.block(net, self.deeper(place))
            self.flow(net, gateway, event)
            self.flow(net, event, first)
            self.flow(net, last, merge)
        return gateway, merge

    def link(self, net: Net, place: Place) -> Ends:
        """A jump instead of a flow."""
        name = self.new("l")
        first, last = self.block(net, self.deeper(place))
        away, here = self.add(net, "link-out", name=name), self.add(net, "link-in", name=name)
        self.flow(net, last, away)
        return first, here

    def exit(self, net: Net, place: Place) -> Ends:
        """Somebody may end the whole scope, by a terminating end, an error or an escalation."""
        decider, variable = self.decided(net, (False, True))
        split, after = self.add(net, "xor"), self.add(net, "task")
        self.flow(net, decider, split)
        code = self.draw(st.sampled_from(["", *place.handled]))
        end = self.add(net, "error", name=code) if code else self.add(net, "terminate")
        self.flow(net, split, end, Test(variable, "=", value=True))
        self.default(net, split, self.flow(net, split, after))
        return decider, after

    def guard(self, net: Net, host: str, kind: str, place: Place, **details: Any) -> str | None:
        """A boundary event with a way of its own; returns where that ends if it interrupts."""
        event = self.add(net, f"boundary-{kind}", host=host, **details)
        alone = place.alone and net.nodes[event].interrupts
        around = replace(place, deep=0, alone=alone)
        first, last = self.block(net, around)
        self.flow(net, event, first)
        if net.nodes[event].interrupts:
            return last
        self.flow(net, last, self.add(net, "end"))
        return None

    def guarded(self, net: Net, place: Place) -> Ends:
        """A task with boundary events; the interrupting ones come back to the way behind it."""
        code = self.new("E")
        kind = self.draw(st.sampled_from(["user", "service", "receive"]))
        errors = (*place.handled, code) if kind == "service" else ()
        host = self.add(net, kind, name=self.new("m"), errors=errors)
        merge = self.add(net, "xor")
        self.flow(net, host, merge)
        caught = [self.guard(net, host, "error", place, name=code)] if kind == "service" else []
        for last in (*caught, *self.timers_and_messages(net, host, place)):
            if last is not None:
                self.flow(net, last, merge)
        return host, merge

    def timers_and_messages(self, net: Net, host: str, place: Place) -> list[str | None]:
        """Up to two boundary events of these kinds."""
        made = []
        for _ in range(self.some(2, 0)):
            kind = self.draw(st.sampled_from(["timer", "message"]))
            interrupts = self.draw(st.booleans())
            name = self.new("m")
            made.append(self.guard(net, host, kind, place, name=name, interrupts=interrupts))
        return made

    def subprocess(self, net: Net, place: Place) -> Ends:
        """A subprocess, perhaps with variables of its own, guarded by events of every kind."""
        code, late = self.new("E"), self.new("N")
        within = self.deeper(place, handled=(*place.handled, code))
        inside = self.scope(within)
        if self.draw(st.booleans()):
            self.escalate(inside, late)
        own, outer = self.new("v"), self.new("v")
        mapped: dict[str, Any] = {}
        if self.draw(st.booleans()):
            mapped = {"inputs": ((own, 7),), "outputs": ((outer, own),)}
        host = self.add(net, "subprocess", inside=inside, **mapped)
        merge = self.add(net, "xor")
        self.flow(net, host, merge)
        named = self.draw(st.sampled_from([code, ""]))
        lasts = [
            self.guard(net, host, "error", place, name=named if not place.handled else code),
            self.guard(
                net, host, "escalation", place, name=late, interrupts=self.draw(st.booleans())
            ),
            *self.timers_and_messages(net, host, place),
        ]
        for last in lasts:
            if last is not None:
                self.flow(net, last, merge)
        return host, merge

    def escalate(self, net: Net, code: str) -> None:
        """Tell it first that a subprocess began."""
        start = next(flow for flow in net.flows if net.nodes[flow.source].kind == "start")
        net.flows.remove(start)
        teller = self.add(net, "escalation", name=code)
        self.flow(net, start.source, teller)
        self.flow(net, teller, start.target)

    def many(self, net: Net, place: Place) -> Ends:
        """A task or subprocess for each of some items."""
        kind: Many = self.draw(st.sampled_from(["parallel", "sequential"]))
        items = tuple(range(self.some(3, 0)))
        if self.draw(st.booleans()):
            return self.many_subprocesses(net, place, kind, items)
        task = self.draw(st.sampled_from(["user", "user", "script", "service", "task"]))
        answer = self.new("v")
        details: dict[str, Any] = {}
        if task == "user":
            details["asks"] = ((answer, (1, 2, 3)),)
        if task == "script":
            details["writes"] = (answer, 5)
        enough = self.draw(st.sampled_from([None, 2])) if task == "user" else None
        repeat = Repeat(kind, items, self.new("r"), answer, enough)
        node = self.add(net, task, repeat=repeat, **details)
        return node, node

    def many_subprocesses(self, net: Net, place: Place, kind: Many, items: tuple[int, ...]) -> Ends:
        """A subprocess for each of some items."""
        alone = place.alone and kind == "sequential"
        inside = self.scope(self.deeper(place, alone=alone))
        node = self.add(net, "subprocess", inside=inside, repeat=Repeat(kind, items))
        return node, node

    def standard_loop(self, net: Net, place: Place) -> Ends:
        """A task or subprocess again and again."""
        most, before = self.some(3, 1), self.draw(st.booleans())
        if self.draw(st.booleans()):
            inside = self.scope(self.deeper(place))
            repeat = Repeat("rounds", most=most, before=before)
            node = self.add(net, "subprocess", inside=inside, repeat=repeat)
            return node, node
        variable = self.given(self.draw(st.booleans()))
        repeat = Repeat("rounds", while_=Test(variable, "=", value=True), most=most, before=before)
        node = self.add(net, "user", asks=((variable, (True, False)),), repeat=repeat)
        return node, node

    # --- nets without blocks

    def dag(self, net: Net, place: Place) -> Ends:
        """Tasks that wait for several earlier ones, across each other: each edge carries one token."""
        count = self.some(5, 3) if place.deep else 3
        ways = {(one, one + 1) for one in range(count - 1)}
        for other in range(2, count):
            ways |= {(one, other) for one in range(other - 1) if self.draw(st.booleans())}
        places = [self.corner(net, number, ways) for number in range(count)]
        for one, other in sorted(ways):
            self.flow(net, places[one][1], places[other][0])
        return places[0][0], places[-1][1]

    def corner(self, net: Net, number: int, ways: set[tuple[int, int]]) -> Ends:
        """A task with a join before and a split behind it, where there are several ways."""
        task = self.add(net, self.draw(st.sampled_from(["user", "task", "message"])), name="go")
        first = last = task
        if sum(other == number for _, other in ways) > 1:
            first = self.add(net, "and")
            self.flow(net, first, task)
        if sum(one == number for one, _ in ways) > 1:
            last = self.add(net, "and")
            self.flow(net, task, last)
        return first, last

    def maze(self, net: Net, place: Place) -> Ends:
        """Choices that lead forwards and back to anywhere: one token that somebody leads."""
        count = self.some(4) if place.deep else 2
        merges = [self.add(net, "xor") for _ in range(count + 1)]
        for number in range(count):
            ways = self.draw(st.lists(st.integers(0, count), min_size=1, max_size=2))
            decider, variable = self.decided(net, tuple(range(len(ways) + 1)))
            split = self.add(net, "xor")
            self.flow(net, merges[number], decider)
            self.flow(net, decider, split)
            for answer, target in enumerate(ways):
                self.flow(net, split, merges[target], Test(variable, "=", answer))
            self.default(net, split, self.flow(net, split, merges[number + 1]))
        return merges[0], merges[-1]


@st.composite
def processes(draw: Draw, depth: int = 3) -> Drawn:
    """A valid, sound process whose outcome does not depend on the order of moves."""
    drawing = Drawing(draw)
    return Drawn(drawing.process(depth), drawing.variables)
