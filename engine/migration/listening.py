"""What a token waits for, and who listens beside it, once it stands on its new element."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from engine.errors import ElementFailed
from engine.machine.catching import EventGateway
from engine.machine.effects import Wait, WaitsOpened
from engine.machine.nodes import Node
from engine.machine.process import ProcessSpec, Scope
from engine.machine.token import REACH, Token
from engine.machine.triggers import Trigger
from engine.machine.variables import Variables, scopes_inside, visible
from engine.migration.pairs import Waiting, same_trigger
from engine.migration.plan import ScopePair
from engine.migration.remarks import Remark, remark

# What was waited for, and what it has become; None where nothing waits for it any more.
Followed = Sequence[tuple[Wait, Wait | None]]


def renew_waits(token: Token, was: Node, pair: ScopePair) -> Followed:
    """Let a token wait for what its new element waits for; what stays the same goes on unchanged.

    Timers keep their moment. Raises ElementFailed for a message whose key cannot be computed.
    """
    held: list[Wait] = token.internal_data.get("waits", [])
    if not held:
        return ()
    before, after = _triggers(was, pair.source), _triggers(token.task_spec, pair.target)
    branches = _branches(was, token.task_spec, pair)
    context = context_of(token)
    followed, waiting = [], {}
    for wait in held:
        branch = branches.get(wait.branch)
        kept = None
        if branch is not None:
            old, new = before[wait.branch], after[branch]
            if wait.kind == "timer" or same_trigger(old, new):
                now = replace(wait, branch=branch, element_id=new.element_id)
            else:
                now = new.wait(token, context, branch)
            waiting[branch] = now
            kept = now if _continues(wait, now) else None
        followed.append((wait, kept))
    for branch in range(len(after)):
        if branch not in waiting:
            waiting[branch] = after[branch].wait(token, context, branch)
    token.internal_data["waits"] = [waiting[branch] for branch in sorted(waiting)]
    going_on = [kept for _, kept in followed]
    opened = tuple(wait for wait in token.internal_data["waits"] if wait not in going_on)
    if opened:
        token.workflow.instance.emit(WaitsOpened(token.id, opened))
    return followed


def _continues(old: Wait, new: Wait) -> bool:
    return (old.kind, old.name, old.key) == (new.kind, new.name, new.key)


def _triggers(node: Node, spec: ProcessSpec) -> list[Trigger]:
    if isinstance(node, EventGateway):
        behind = [spec.node(flow.target) for flow in node.flows]
        return [each.trigger for each in behind if isinstance(each, Waiting)]
    return [node.trigger] if isinstance(node, Waiting) else []


def _branches(old: Node, new: Node, pair: ScopePair) -> Mapping[int, int]:
    """Which event of the new element each event of the old one has become, by number."""
    if not isinstance(old, EventGateway):
        return {0: 0}
    targets = [flow.target for flow in new.flows]
    found = [pair.counterpart(flow.target) for flow in old.flows]
    return {
        number: targets.index(node.name)
        for number, node in enumerate(found)
        if node is not None and node.name in targets
    }


def context_of(token: Token) -> Variables:
    """What the event of a waiting token sees: one beside an activity sees what that sees."""
    host = token.internal_data.get("listens")
    if host is None:
        return visible(token)
    if host == 0:
        return Variables(list(scopes_inside(token.workflow)))
    return visible(token.workflow.tasks[host])


def renew_boundaries(token: Token, old: Node, pair: ScopePair) -> Iterator[Remark]:
    """Let exactly the boundary events of its new element listen beside an activity.

    One that has fired and listens no longer is not armed again. Yields what cannot be armed.
    """
    if token.internal_data.get("incident", {}).get("phase") == REACH:
        return
    events = token.task_spec.boundaries
    numbers: list[int] = token.internal_data.get("boundary", [])
    kept: list[Node] = []
    for number in list(numbers):
        listener = token.workflow.tasks[number]
        if listener.task_spec in events and listener.task_spec not in kept:
            kept.append(listener.task_spec)
        else:
            numbers.remove(number)
            listener.cancel()
    known = [pair.counterpart(event.name) for event in old.boundaries]
    for event in events:
        if event.trigger.is_awaited and event not in known:
            try:
                event.listen(token, event.trigger.wait(token, visible(token)))
            except ElementFailed as failure:
                yield remark("not-computable", event.name, message=str(failure))


def renew_listeners(scope: Scope, pair: ScopePair) -> Iterator[Remark]:
    """Let exactly the event subprocesses of the new version listen; yields what cannot be armed."""
    for token in scope.tokens():
        listens = token.internal_data.get("listens") == 0
        if listens and token.task_spec not in pair.target.event_subprocesses:
            token.cancel()
    if any(_interrupted(token) for token in scope.tokens()):
        return
    known = [pair.counterpart(node.name) for node in pair.source.event_subprocesses]
    for node in pair.target.event_subprocesses:
        if node.trigger.is_awaited and node not in known:
            try:
                context = Variables(list(scopes_inside(scope)))
                node.trigger.wait(scope.root, context)
                node.listen(scope)
            except ElementFailed as failure:
                yield remark("not-computable", node.name, message=str(failure))


def _interrupted(token: Token) -> bool:
    """Whether this is an event subprocess that has taken the place of everything around it."""
    node = token.task_spec
    return node.handles_events and token.keeps_alive and bool(getattr(node, "interrupts", False))
