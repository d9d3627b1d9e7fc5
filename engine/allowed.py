"""What may be done to a token, and doing it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from core.errors import N_, Message
from engine.errors import InterventionRefused, InterventionUnsound, ScopeNotFound
from engine.history import was_done
from engine.machine.boundary import Boundary
from engine.machine.catching import EventGateway
from engine.machine.containers import EventSubprocess
from engine.machine.gateways import Choosing, ParallelGateway
from engine.machine.interventions import move, repeat, skip
from engine.machine.nodes import Node
from engine.machine.process import Instance, Scope
from engine.machine.token import Token
from engine.models import InterventionKind
from engine.moving import fault_of_move, is_join
from engine.step import Step

GATEWAYS = (Choosing, ParallelGateway, EventGateway)
ACTIVITIES = frozenset(
    {
        "task",
        "manualTask",
        "userTask",
        "serviceTask",
        "sendTask",
        "scriptTask",
        "businessRuleTask",
        "receiveTask",
        "callActivity",
        "subProcess",
    }
)
GONE = N_("No token stands there any more.")
GUARDS = N_("This event only guards something: it has no token of its own.")
A_RUN = N_("This is one run of a repeated element: skip the run, or move the element as a whole.")
ASIDE = N_("This element is done beside the process: it can only be skipped.")
AT_A_JOIN = N_("It waits at a join, and those from the other branches would wait for ever.")
NO_TARGET = N_("The same process or subprocess has no such element.")
INTO_A_JOIN = N_("A join would wait for ever for the other branches: choose an element behind it.")
BY_EVENT = N_("No flow leads to this element: only an event does, or undoing.")
A_GATEWAY = N_("A gateway does nothing that could be skipped: move the token behind it.")
NO_ACTIVITY = N_("Only tasks and subprocesses can be repeated.")
NOT_DONE = N_("This element has not been done in this process yet.")


@dataclass(frozen=True)
class Proposal:
    """What is to be done.

    Move: the `token` goes to `target_id`. Skip: the `token` leaves its element with `variables`.
    Repeat: `element_id` is done once more in the scope `token`, 0 for the process itself.
    """

    kind: InterventionKind
    token: int = 0
    element_id: str = ""
    target_id: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)


def judge(step: Step, proposal: Proposal) -> str:
    """The id of the element that is meant; raises InterventionRefused with the reason."""
    if proposal.kind is InterventionKind.REPEAT:
        return _repeated(step, proposal).element.id
    token = _token(step.machine, proposal)
    if proposal.kind is InterventionKind.MOVE:
        _judge_move(step, token, proposal)
    elif isinstance(token.task_spec, GATEWAYS):
        _refuse(AT_A_JOIN if is_join(token.task_spec) else A_GATEWAY)
    return token.task_spec.element.id


def do(step: Step, proposal: Proposal) -> None:
    """Do what was judged to be possible."""
    if proposal.kind is InterventionKind.REPEAT:
        repeat(scope_of(step.machine, proposal.token), _repeated(step, proposal))
        return
    token = _token(step.machine, proposal)
    if proposal.kind is InterventionKind.MOVE:
        move(token, token.workflow.spec.node(proposal.target_id))
    else:
        skip(token, proposal.variables)


def scope_of(machine: Instance, number: int) -> Scope:
    """The process (0), or the subprocess inside this token; raises ScopeNotFound."""
    found = machine if number == 0 else machine.scopes.get(number)
    if found is None:
        raise ScopeNotFound()
    return found


def _token(machine: Instance, proposal: Proposal) -> Token:
    token = machine.find(proposal.token)
    if token is None or proposal.element_id not in {"", token.task_spec.name}:
        _refuse(GONE)
    if not token.keeps_alive:
        _refuse(GUARDS)
    return token


def _judge_move(step: Step, token: Token, proposal: Proposal) -> None:
    internal = token.internal_data
    if token.is_run:
        _refuse(A_RUN)
    if "aside" in internal or "undoes_for" in internal:
        _refuse(ASIDE)
    if is_join(token.task_spec):
        _refuse(AT_A_JOIN)
    target = token.workflow.spec.task_specs.get(proposal.target_id)
    if not isinstance(target, Node):
        _refuse(NO_TARGET)
    if is_join(target):
        _refuse(INTO_A_JOIN)
    if _is_reached_by_event(target, token.workflow):
        _refuse(BY_EVENT)
    fault = fault_of_move(step.definition_id, token, target)
    if fault is not None:
        raise InterventionUnsound(at=", ".join(fault.at), path=", ".join(fault.path) or "–")


def _is_reached_by_event(target: Node, scope: Scope) -> bool:
    undoing = {getattr(node, "undone_by", "") for node in scope.spec.task_specs.values()}
    return isinstance(target, Boundary | EventSubprocess) or target.name in undoing


def _repeated(step: Step, proposal: Proposal) -> Node:
    scope = scope_of(step.machine, proposal.token)
    node = scope.spec.task_specs.get(proposal.element_id)
    if not isinstance(node, Node):
        _refuse(NO_TARGET)
    if node.element.kind not in ACTIVITIES or node.handles_events:
        _refuse(NO_ACTIVITY)
    if not was_done(step.machine.id, node.name):
        _refuse(NOT_DONE)
    return node


def _refuse(reason: Message) -> NoReturn:
    raise InterventionRefused(reason=reason)
