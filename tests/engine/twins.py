"""One process played three times: restored after every step, kept in memory, and by the oracle."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.errors import BpmnError
from engine.machine.activities import UserTask
from engine.machine.advance import advance
from engine.machine.catching import EventGateway
from engine.machine.gateways import InclusiveGateway, ParallelGateway
from engine.machine.nodes import raise_error
from engine.machine.token import Token
from tests.engine.machine import PLENTY, Driver, shape
from tests.engine.oracle import Address, Game, Wait
from tests.engine.processes import Drawn
from tests.engine.writing import written

LONGEST = 2000


class Kept(Driver):
    """An instance that stays in memory."""

    def settle(self) -> "Driver":
        assert advance(self.instance, PLENTY)
        self.effects.extend(self.instance.drain())
        return self


@dataclass(frozen=True)
class Open:
    """Something the engine waits for, as the oracle tells it."""

    what: str
    address: Address
    order: tuple[int, ...]
    token: Token
    branch: int = 0


def address_of(token: Token) -> Address:
    """The elements around a token and its own, each with the number of its run."""
    around = token.workflow.parent_token
    own = (token.task_spec.name, token.internal_data.get("index"))
    return (*(() if around is None else address_of(around)), own)


def _order(token: Token) -> tuple[int, ...]:
    around = token.workflow.parent_token
    own = token.internal_data.get("listens", token.id)
    return (*(() if around is None else _order(around)), own)


def open_of(driver: Driver) -> list[Open]:
    """Everything an instance waits for."""
    return [found for token in driver.tokens() for found in _open_at(token)]


def _open_at(token: Token) -> list[Open]:
    address, order = address_of(token), _order(token)
    if "row" in token.internal_data:
        what = "user" if isinstance(token.task_spec, UserTask) else "job"
        return [Open(what, address, order, token)]
    return [
        Open(wait.kind, _at(token, address, wait.element_id), order, token, wait.branch)
        for wait in token.internal_data.get("waits", ())
    ]


def _at(token: Token, address: Address, event: str) -> Address:
    if isinstance(token.task_spec, EventGateway):
        return (*address[:-1], (event, None))
    return address


def joining(driver: Driver) -> Counter[Address]:
    """Where tokens wait for other tokens."""
    gateways = (ParallelGateway, InclusiveGateway)
    return Counter(
        address_of(token)
        for token in driver.tokens()
        if isinstance(token.task_spec, gateways) and token.state == TaskState.WAITING
    )


def in_order(waits: list[Any]) -> list[Any]:
    """The same order for the engine and the oracle."""
    return sorted(waits, key=lambda wait: (wait.what, str(wait.address), wait.order))


class Twins:
    """The three instances of one process; each answer goes to all of them."""

    def __init__(self, drawn: Drawn, seed: int = 0) -> None:
        self.lots = Random(seed)
        content, variables = written(drawn.net), {**drawn.variables, "key": "k"}
        self.game = Game(drawn.net, variables, self.lots)
        self.drivers = [Driver(content, variables=variables), Kept(content, variables=variables)]
        self.compare()

    @property
    def ended(self) -> bool:
        """Whether no token is left."""
        return self.game.ended

    @property
    def waits(self) -> list[Wait]:
        """What can come from outside."""
        return in_order(self.game.waits())

    def compare(self) -> None:
        """All three stand at the same place and came there by the same elements."""
        expected = [(wait.what, wait.address) for wait in self.waits]
        for driver in self.drivers:
            assert driver.incidents == []
            assert driver.ended == self.ended
            assert [(wait.what, wait.address) for wait in in_order(open_of(driver))] == expected
            assert joining(driver) == self.game.joining()
            assert driver.data == self.game.frame.variables
            assert Counter(driver.path) == self.game.reached
        restored, kept = self.drivers
        assert shape(restored.instance) == shape(kept.instance)

    def answer(self, number: int, values: Mapping[str, Any], error: str = "") -> None:
        """Let something happen in all three, and compare them."""
        for driver in self.drivers:
            _answer(driver, in_order(open_of(driver))[number], values, error)
        self.game.answer(self.waits[number], values, error)
        self.compare()

    def answer_by_lot(self, lots: Random, *, onwards: bool = False) -> None:
        """Let anything happen; `onwards` nothing that could go on for ever."""
        waits = self.waits
        numbers = [n for n, wait in enumerate(waits) if not (onwards and wait.event.host)]
        number = lots.choice(numbers)
        node = waits[number].event
        errors = ("", *node.errors) if waits[number].what == "job" else ("",)
        values = {name: lots.choice(values) for name, values in node.asks}
        self.answer(number, {} if node.host else values, lots.choice(errors))

    def play(self, lots: Random, actions: int) -> None:
        """So many answers, and then on to the end, which a sound process has."""
        for _ in range(actions):
            if not self.ended:
                self.answer_by_lot(lots)
        for _ in range(LONGEST):
            if self.ended:
                return
            self.answer_by_lot(lots, onwards=True)
        raise AssertionError("the process does not end")


def _answer(driver: Driver, wait: Open, values: Mapping[str, Any], error: str) -> None:
    token = wait.token
    if error:
        raise_error(token, BpmnError(error))
    elif wait.what in {"user", "job"}:
        token.task_spec.finish(token, values)
    else:
        token.task_spec.deliver(token, wait.branch, {})
    driver.settle()
