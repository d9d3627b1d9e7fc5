"""Random processes whose instance goes over to a renamed copy after every action, there and back."""

import re
from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.bpmn.bundle import read_processes
from engine.definitions import Definition
from engine.machine import state
from engine.machine.effects import Entered
from engine.migration.plan import MigrationPlan, pair_up
from engine.migration.translation import Translation
from engine.migration.version import Version, graphs_of
from tests.engine.machine import ANYTHING, Driver, shape
from tests.engine.processes import Drawn, processes
from tests.engine.twins import Open, _answer, in_order, open_of
from tests.engine.writing import _all, written

MARK = "R"
_ID = re.compile(r'\b(id|sourceRef|targetRef|default|attachedToRef)="([a-z]\d+)"')


def renamed(content: bytes) -> bytes:
    """The same process, each element and flow under another id."""
    return _ID.sub(rf'\1="\2{MARK}"', content.decode()).encode()


def version(content: bytes) -> Version:
    files = {"0.bpmn": content}
    return Version(Definition("", read_processes(files, ANYTHING), {}), graphs_of(files))


def plans(here: bytes, there: bytes, names: list[str]) -> list[MigrationPlan]:
    """There and back."""
    one, other = version(here), version(there)
    away = {name: name + MARK for name in names}
    back = {after: before for before, after in away.items()}
    return [pair_up(one, other, "p", away), pair_up(other, one, "p", back)]


class Traveller(Driver):
    """An instance that goes over to the other version after every action."""

    def __init__(self, drawn: Drawn, variables: Mapping[str, Any]) -> None:
        content = written(drawn.net)
        self.versions = [content, renamed(content)]
        names = [node.id for node in _all(drawn.net)]
        self.plans = plans(self.versions[0], self.versions[1], names)
        self.travelled = 0
        super().__init__(content, variables=variables)

    def settle(self) -> "Driver":
        super().settle()
        if not self.ended:
            self.travel()
        return self

    def travel(self) -> None:
        before, opened = shape(self.instance), self.waits()
        found = self.plans[self.travelled % 2]
        Translation(self.instance, found).run(self.host)
        self.travelled += 1
        self.files = {"0.bpmn": self.versions[self.travelled % 2]}
        noted = self.instance.drain()
        assert not any(isinstance(effect, Entered) for effect in noted)
        assert _plain(shape(self.instance)) == _plain(before)
        assert len(self.waits()) == len(opened)
        saved = state.dump(self.instance)
        super().settle()
        assert state.dump(self.instance) == saved


def _plain(rows: list[tuple[int, str, int, int | None]]) -> list[tuple[Any, ...]]:
    return [(number, name.removesuffix(MARK), *more) for number, name, *more in rows]


def open_at(driver: Driver) -> list[Open]:
    """What is open, under the names of the first version."""
    found = []
    for each in open_of(driver):
        address = tuple((name.removesuffix(MARK), index) for name, index in each.address)
        found.append(Open(each.what, address, each.order, each.token, each.branch))
    return in_order(found)


def compare(plain: Driver, traveller: Traveller) -> None:
    """Both stand at the same place, and came there by the same elements."""
    places = [[(each.what, each.address) for each in open_at(d)] for d in (plain, traveller)]
    assert places[0] == places[1]
    assert traveller.data == plain.data
    assert traveller.ended == plain.ended
    assert traveller.incidents == plain.incidents == []
    path = Counter(name.removesuffix(MARK) for name in traveller.path)
    assert path == Counter(plain.path)


@settings(max_examples=25, suppress_health_check=list(HealthCheck), derandomize=True)
@given(processes(), st.integers(0, 1 << 30))
def test_going_over_to_a_renamed_copy_at_every_wait_changes_nothing_of_the_course(drawn, seed):
    lots, variables = Random(seed), {**drawn.variables, "key": "k"}
    nodes = {node.id: node for node in _all(drawn.net)}
    plain, traveller = Driver(written(drawn.net), variables=variables), Traveller(drawn, variables)
    compare(plain, traveller)
    for _ in range(25):
        if plain.ended:
            break
        number = lots.randrange(len(open_at(plain)))
        node = nodes[open_at(plain)[number].address[-1][0]]
        values = {name: lots.choice(choices) for name, choices in node.asks}
        for driver in (plain, traveller):
            _answer(driver, open_at(driver)[number], values, "")
        compare(plain, traveller)
