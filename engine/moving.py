"""Whether a process could still come to its end after a move: played from where its tokens stand."""

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.reading import parse_xml
from engine.definitions import files_of
from engine.lint.model import Model, ScopeGraph
from engine.lint.soundness import Fault, Game, Marking, Soundness, at
from engine.machine.gateways import InclusiveGateway, ParallelGateway
from engine.machine.nodes import Node
from engine.machine.process import Scope
from engine.machine.token import Token

BOUND = 5_000
FAULTS = frozenset({Fault.DEADLOCK, Fault.DOUBLED})


def fault_of_move(definition_id: str, token: Token, target: Node) -> Soundness | None:
    """What can go wrong after the move and could not before; None when nothing is known to."""
    scope = token.workflow
    graph = _graph(definition_id, scope)
    if graph is None:
        return None
    before = _play(graph, _marking(scope))
    after = _play(graph, _marking(scope, moved=token, target=target))
    return after if after.fault in FAULTS and before.fault is not after.fault else None


def is_join(node: Node) -> bool:
    """Whether a node waits for tokens on several flows."""
    return isinstance(node, ParallelGateway | InclusiveGateway) and len(node.incoming) > 1


def _play(graph: ScopeGraph, marking: Marking) -> Soundness:
    return Game(graph, BOUND).play(marking)


def _marking(scope: Scope, moved: Token | None = None, target: Node | None = None) -> Marking:
    tokens = (token for token in scope.tokens() if token.keeps_alive and token is not moved)
    places = [place for token in tokens for place in _places(token)]
    if target is not None:
        places.append(at(target.name))
    return tuple(sorted(places))


def _places(token: Token) -> list[str]:
    """Where a token is: at a join on its flow while it waits, on all of them once it may go."""
    internal, node = token.internal_data, token.task_spec
    if "aside" in internal or "undoes_for" in internal or node.handles_events:
        return []
    if not is_join(node):
        return [at(node.name)]
    waits = token.state == TaskState.WAITING and "via" in internal
    return [internal["via"]] if waits else list(node.incoming)


def _graph(definition_id: str, scope: Scope) -> ScopeGraph | None:
    path = _path(scope)
    for name, content in files_of(definition_id).items():
        if name.endswith(".bpmn"):
            for graph in Model(parse_xml(name, content)).scopes:
                if _path_of(graph) == path:
                    return graph
    return None


def _path(scope: Scope) -> tuple[str, ...]:
    names = [scope.spec.name]
    while not scope.isolated and scope.parent_token is not None:
        scope = scope.parent_token.workflow
        names.insert(0, scope.spec.name)
    return tuple(names)


def _path_of(graph: ScopeGraph) -> tuple[str, ...]:
    around = [graph.element, *graph.element.iterancestors("{*}process", "{*}subProcess")]
    return tuple(element.get("id", "") for element in reversed(around))
