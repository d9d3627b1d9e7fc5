"""Facts of the whole case: a called process has copies of what its caller knew."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.machine.effects import Changed
from engine.machine.process import Instance, Scope
from engine.machine.token import Token
from engine.machine.variables import changed


def renew(machine: Instance, facts: Mapping[str, Any], at: Token) -> None:
    """Set them, and note what the element at this token changed."""
    for owner, _, change in renewed(machine, facts):
        machine.emit(Changed(at.id, owner, at.task_spec.name, change))


def renewed(
    machine: Instance, facts: Mapping[str, Any]
) -> Iterator[tuple[int, str, dict[str, dict[str, Any]]]]:
    """Set variables of the process, and of each called process where they are what they were in it.

    Gives for each scope that changed the number of its token (0: the process itself), the element
    that called it, and by name the value before and the new one.
    """
    before = {name: machine.data[name] for name in facts if name in machine.data}
    for owner, element_id, scope in _processes(machine):
        new = facts if scope is machine else _copied(scope, before, facts)
        change = changed(scope.data, new)
        scope.data.update(new)
        if change:
            yield owner, element_id, change


def _processes(machine: Instance) -> Iterator[tuple[int, str, Scope]]:
    yield 0, "", machine
    for owner, scope in machine.scopes.items():
        if scope.isolated and scope.parent_token is not None:
            yield owner, scope.parent_token.task_spec.name, scope


def _copied(scope: Scope, before: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: facts[name]
        for name, value in before.items()
        if name in scope.data and scope.data[name] == value
    }
