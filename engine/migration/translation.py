"""Puts every token of a restored machine on its element in the new version.

Nothing is entered anew: tasks, jobs, timers and subscriptions go on waiting. What must be written
down beside the machine's own state is returned as `Moved`, one for each token.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from SpiffWorkflow.util.task import TaskState

from engine.errors import ElementFailed, MigrationRefused
from engine.machine.gateways import InclusiveGateway, ParallelGateway
from engine.machine.nodes import Node
from engine.machine.process import Host, Instance, Scope
from engine.machine.token import Token
from engine.migration.listening import Followed, renew_boundaries, renew_listeners, renew_waits
from engine.migration.marking import faults
from engine.migration.plan import MigrationPlan, Place, ScopePair
from engine.migration.remarks import Remark, remark


@dataclass
class Moved:
    """A token that goes on elsewhere, with what became of its waits."""

    token: Token
    pair: ScopePair
    old: Node
    new: Node
    waits: Followed = ()


@dataclass
class Translation:
    """One machine on its way from one version to the other."""

    machine: Instance
    plan: MigrationPlan
    pairs: list[tuple[Scope, ScopePair]] = field(default_factory=list)
    against: list[Remark] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)

    def run(self, host: Host) -> list[Moved]:
        """Translate; raises MigrationRefused with every reason, and then the machine is worthless."""
        self._match(self.machine, self.plan.root)
        self._require_none()
        for scope, pair in self.pairs:
            self.against += faults(self.plan, scope, pair)
        self.machine.host = host
        for scope, pair in self.pairs:
            self._rebind(scope, pair)
        for scope, pair in self.pairs:
            self.against += renew_listeners(scope, pair)
        for each in self.moved:
            self._renew(each)
        self._require_none()
        for scope, _ in self.pairs:
            _let_joins_go(scope)
        return [each for each in self.moved if each.token.is_live]

    def _require_none(self) -> None:
        if self.against:
            raise MigrationRefused(list(dict.fromkeys(self.against)))

    def _match(self, scope: Scope, pair: ScopePair) -> None:
        """Find the counterpart of everything that lives, or the reasons why it has none."""
        self.pairs.append((scope, pair))
        for token in _tokens_of(scope):
            place = pair.places[token.task_spec.name]
            if place.is_open:
                self._match_open(token, place, pair)
            elif token.keeps_alive:
                self.against += place.against

    def _match_open(self, token: Token, place: Place, pair: ScopePair) -> None:
        for way in _ways_that_count(token):
            if pair.flow(way) is None:
                self.against.append(remark("flow-gone", token.task_spec.name, flow=way))
        inside = self.machine.scopes.get(token.id)
        if inside is not None:
            self._match(inside, pair.inside[place.source.name])

    def _rebind(self, scope: Scope, pair: ScopePair) -> None:
        scope.spec = pair.target
        scope.root.task_spec = pair.target.start
        names = [pair.counterpart(name) for name in scope.compensable]
        scope.compensable = [node.name for node in names if node is not None and node.undone_by]
        for token in _tokens_of(scope):
            new = pair.counterpart(token.task_spec.name)
            if new is not None:
                self.moved.append(Moved(token, pair, token.task_spec, new))
                token.task_spec = new
                _rename_flows(token, pair)

    def _renew(self, each: Moved) -> None:
        token = each.token
        if not token.is_live:
            return
        if not token.is_run and token.keeps_alive:
            self.against += renew_boundaries(token, each.old, each.pair)
        try:
            each.waits = renew_waits(token, each.old, each.pair)
        except ElementFailed as failure:
            self.against.append(remark("not-computable", each.old.name, message=str(failure)))


def _tokens_of(scope: Scope) -> Iterator[Token]:
    """The live tokens of a scope itself, runs of repeated elements included."""
    return (token for token in list(scope.tasks.values()) if token is not scope.root)


def _ways_that_count(token: Token) -> list[str]:
    """The flows that a token will still be asked for: by which it came to a join, where it goes."""
    internal, node = token.internal_data, token.task_spec
    joins = isinstance(node, ParallelGateway | InclusiveGateway) and len(node.incoming) > 1
    return [*([internal["via"]] if joins else ()), *internal.get("chosen", ())]


def _rename_flows(token: Token, pair: ScopePair) -> None:
    internal = token.internal_data
    if "via" in internal:
        internal["via"] = pair.flow(internal["via"]) or internal["via"]
    if "chosen" in internal:
        internal["chosen"] = [pair.flow(way) for way in internal["chosen"]]


def _let_joins_go(scope: Scope) -> None:
    """A join with fewer flows than before may have everybody it waits for."""
    for token in sorted(_tokens_of(scope), key=lambda token: token.id):
        node = token.task_spec
        waits = isinstance(node, ParallelGateway) and token.state == TaskState.WAITING
        if waits and token.is_live and node._update_hook(token):
            token._set_state(TaskState.READY)
