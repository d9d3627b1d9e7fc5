"""Compares an element with its counterpart: what speaks against it, and what changes."""

from collections.abc import Iterator
from typing import Any

from engine.machine.activities import ServiceTask, UserTask
from engine.machine.boundary import Boundary
from engine.machine.catching import Catch
from engine.machine.containers import CallActivity, EventSubprocess, Subprocess
from engine.machine.expressions import Value
from engine.machine.loops import Loop
from engine.machine.nodes import Node
from engine.machine.triggers import Trigger
from engine.migration.remarks import Remark, remark

Waiting = Catch | Boundary | EventSubprocess


def kind_of(node: Node) -> str:
    """What an element is, as far as a token on it can tell."""
    name = type(node).__name__
    return f"{name} ({node.trigger.kind})" if isinstance(node, Waiting) else name


def reasons_against(source: Node, target: Node) -> Iterator[Remark]:
    """Why no token of the one element can stand on the other."""
    old, new = kind_of(source), kind_of(target)
    if old != new:
        yield remark("other-kind", source.name, target=target.name, old=old, new=new)
    elif _loop_kind(source) != _loop_kind(target):
        yield remark("other-loop", source.name, target=target.name)
    elif _loop_names(source) != _loop_names(target):
        yield remark("other-item", source.name, target=target.name)


def changes(source: Node, target: Node) -> Iterator[Remark]:
    """What is different where a token goes on."""
    if isinstance(source, UserTask) and isinstance(target, UserTask):
        yield from _task_changes(source, target)
    if isinstance(source, ServiceTask) and isinstance(target, ServiceTask):
        yield from _if_other("work-changed", source, (source.kind,), (target.kind,))
    if isinstance(source, Waiting) and isinstance(target, Waiting):
        yield from _trigger_changes(source, target)
    if _inputs(source) != _inputs(target):
        yield remark("inputs-changed", source.name)
    if isinstance(source.loop, Loop) and isinstance(target.loop, Loop):
        old, new = source.loop, target.loop
        yield from _if_other(
            "loop-changed", source, (old.collection, old.until), (new.collection, new.until)
        )
    if source.undone_by and not target.undone_by:
        yield remark("undoing-lost", source.name)
    yield from _scope_changes(source, target)


def _task_changes(source: UserTask, target: UserTask) -> Iterator[Remark]:
    old, new = source.assignment, target.assignment
    yield from _if_other("form-changed", source, (old.form_key,), (new.form_key,))
    people = (old.candidate_groups, old.assignee), (new.candidate_groups, new.assignee)
    yield from _if_other("people-changed", source, *people)
    limits = (old.due_at, old.follow_up_at), (new.due_at, new.follow_up_at)
    if texts(limits[0]) != texts(limits[1]) or not same_attributes(source, target):
        yield remark("limit-changed", source.name)


def same_attributes(source: Node, target: Node) -> bool:
    """Whether both elements bear the same attributes of our namespace."""
    return dict(source.element.attributes) == dict(target.element.attributes)


def _trigger_changes(source: Waiting, target: Waiting) -> Iterator[Remark]:
    if not same_trigger(source.trigger, target.trigger):
        changed = "timer-changed" if source.trigger.kind == "timer" else "message-changed"
        yield remark(changed, source.name)
    if getattr(source, "interrupts", None) != getattr(target, "interrupts", None):
        yield remark("interrupting-changed", source.name)


def _scope_changes(source: Node, target: Node) -> Iterator[Remark]:
    if not isinstance(source, Subprocess) or not isinstance(target, Subprocess):
        return
    if isinstance(source, CallActivity) and isinstance(target, CallActivity):
        old, new = source.called, target.called
    else:
        old, new = source.name, target.name
    if old != new:
        yield remark("scope-changed", source.name, target=new)


def same_trigger(old: Trigger, new: Trigger) -> bool:
    """Whether two events wait for the same, as drawn."""
    return _drawn(old) == _drawn(new)


def _drawn(trigger: Trigger) -> tuple[Any, ...]:
    timer = trigger.timer
    when = None if timer is None else (timer.kind, timer.value.text)
    return (trigger.kind, *texts((trigger.name, trigger.key)), when, trigger.code)


def texts(values: tuple[Value | None, ...]) -> tuple[str, ...]:
    """Values as they are drawn."""
    return tuple("" if value is None else value.text for value in values)


def _if_other(
    code: str, source: Node, old: tuple[Value | None, ...], new: tuple[Value | None, ...]
) -> Iterator[Remark]:
    if texts(old) != texts(new):
        yield remark(code, source.name)


def _inputs(node: Node) -> list[tuple[tuple[str, ...], str]]:
    return [(line.target, line.source.text) for line in node.element.inputs]


def _loop_kind(node: Node) -> tuple[str, bool]:
    loop = node.loop
    return type(loop).__name__, isinstance(loop, Loop) and loop.sequential


def _loop_names(node: Node) -> tuple[str, str, str]:
    loop = node.loop
    return (loop.item, loop.result_name, loop.results) if isinstance(loop, Loop) else ("", "", "")
