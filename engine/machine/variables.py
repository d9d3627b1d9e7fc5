"""Variables: every (sub)process is a scope, an element may have variables of its own.

Reading looks from the element outwards. Writing goes to the nearest scope that has the name, else
to the outermost one; inputs stay with their element, and only mapped outputs leave it (Camunda 8,
"variable scopes" and "variable propagation").
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.machine.effects import Changed
from engine.machine.process import Scope
from engine.machine.token import Token


def scopes_of(token: Token) -> Iterator[dict[str, Any]]:
    """The variables a token sees, innermost first."""
    current: Token | None = token
    while current is not None:
        if "locals" in current.internal_data:
            yield current.internal_data["locals"]
        if "run" in current.internal_data:
            yield current.internal_data["run"]
        scope = current.workflow
        yield scope.data
        current = None if scope.isolated else scope.parent_token


def owned_scopes_of(token: Token) -> Iterator[tuple[int, dict[str, Any]]]:
    """The same scopes, each with the token that it belongs to; 0 is the process itself."""
    current: Token | None = token
    while current is not None:
        for own in ("locals", "run"):
            if own in current.internal_data:
                yield current.id, current.internal_data[own]
        scope = current.workflow
        yield owner_of(scope), scope.data
        current = None if scope.isolated else scope.parent_token


def owner_of(scope: Scope) -> int:
    """The token inside which a scope is; 0 for the process itself."""
    return 0 if scope.parent_token is None else scope.parent_token.id


def scopes_inside(scope: Scope) -> Iterator[dict[str, Any]]:
    """The variables seen from inside a scope, innermost first."""
    yield scope.data
    if not scope.isolated and scope.parent_token is not None:
        yield from scopes_of(scope.parent_token)


class Variables(Mapping[str, Any]):
    """Several scopes as one read-only mapping; the first one that has a name wins."""

    __slots__ = ("_scopes",)

    def __init__(self, scopes: Sequence[Mapping[str, Any]]) -> None:
        self._scopes = scopes

    def __getitem__(self, name: str) -> Any:
        for scope in self._scopes:
            if name in scope:
                return scope[name]
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for scope in self._scopes for name in scope))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def visible(token: Token, *inner: Mapping[str, Any]) -> Variables:
    """What an expression at this token sees; `inner` mappings hide everything else."""
    return Variables([*inner, *scopes_of(token)])


def write_up(token: Token, name: str, value: Any, *, past_own: bool) -> None:
    """Set a variable in the nearest scope that has it, else in the outermost one.

    `past_own` leaves out the element's own variables: what a mapping sets is meant to leave it.
    """
    scopes = list(owned_scopes_of(token))
    if past_own and "locals" in token.internal_data:
        scopes = scopes[1:]
    owner, scope = next((pair for pair in scopes if name in pair[1]), scopes[-1])
    change = changed(scope, {name: value})
    scope[name] = value
    if change:
        token.workflow.instance.emit(Changed(token.id, owner, token.task_spec.name, change))


def changed(scope: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What setting these variables changes in a scope: by name, the value before and the new one."""
    return {
        name: {"old": scope[name], "new": value} if name in scope else {"new": value}
        for name, value in new.items()
        if name not in scope or type(scope[name]) is not type(value) or scope[name] != value
    }


def write_path(token: Token, path: Sequence[str], value: Any) -> None:
    """Set what an output mapping names; `a.b` changes one entry of a copy of `a`."""
    name, *rest = path
    if rest:
        value = _with_entry(visible(token).get(name), rest, value)
    write_up(token, name, value, past_own=True)


def _with_entry(target: Any, path: Sequence[str], value: Any) -> dict[str, Any]:
    entries = dict(target) if isinstance(target, Mapping) else {}
    name, *rest = path
    entries[name] = _with_entry(entries.get(name), rest, value) if rest else value
    return entries


def local_entry(into: dict[str, Any], path: Sequence[str], value: Any) -> None:
    """Set what an input mapping names among the element's own variables."""
    name, *rest = path
    into[name] = _with_entry(into.get(name), rest, value) if rest else value
