"""Whether what is open would come to its end in the new version: played from where it stands."""

from collections.abc import Callable, Iterator

from SpiffWorkflow.util.task import TaskState

from engine.lint.model import ScopeGraph
from engine.lint.soundness import Fault, Game, Marking, Soundness, at
from engine.machine.gateways import InclusiveGateway, ParallelGateway
from engine.machine.nodes import Node
from engine.machine.process import Scope
from engine.machine.token import Token
from engine.migration.plan import MigrationPlan, ScopePair
from engine.migration.remarks import Remark, remark

BOUND = 2_000
WORDS = {Fault.DEADLOCK: "stuck", Fault.DOUBLED: "twice"}


def faults(plan: MigrationPlan, scope: Scope, pair: ScopePair) -> Iterator[Remark]:
    """What goes wrong from here in the new version and would not have in the old one."""
    tokens = [token for token in scope.tokens() if token.keeps_alive]
    new = _played(plan, pair.target_graph, _marking(tokens, pair.counterpart, pair.flow))
    if new is None or new.fault not in WORDS:
        return
    old = _played(plan, pair.graph, _marking(tokens, pair.source.node, lambda flow: flow))
    if old is None or old.fault is not new.fault:
        path = ", ".join(new.path) or "–"
        yield remark(WORDS[new.fault], new.at[0], at=", ".join(new.at), path=path)


def _marking(
    tokens: list[Token],
    counterpart: Callable[[str], Node | None],
    flow: Callable[[str], str | None],
) -> Marking:
    places: set[str] = set()
    for token in tokens:
        node = counterpart(token.task_spec.name)
        if node is not None:
            places.update(_places(token, node, flow(token.internal_data.get("via", ""))))
    return tuple(sorted(places))


def _places(token: Token, node: Node, via: str | None) -> list[str]:
    """Where a token is: at a join on its flow while it waits, on all of them once it may go."""
    joins = isinstance(node, ParallelGateway | InclusiveGateway) and len(node.incoming) > 1
    if not joins:
        return [at(node.name)]
    return [via or at(node.name)] if token.state == TaskState.WAITING else node.incoming


def _played(plan: MigrationPlan, graph: ScopeGraph | None, marking: Marking) -> Soundness | None:
    """Many instances stand alike: each place is played once for a plan."""
    key = (id(graph), marking)
    if key not in plan.played:
        plan.played[key] = _play(graph, marking)
    return plan.played[key]


def _play(graph: ScopeGraph | None, marking: Marking) -> Soundness | None:
    if graph is None:
        return None
    game = Game(graph, BOUND)
    known = tuple(place for place in marking if place in game.node_at)
    return game.play(known) if known == marking else None
