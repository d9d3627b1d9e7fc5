"""The state of an instance as bytes: only live tokens and variables, nothing of the model.

JSON with tags for what JSON lacks. A tag is an object with the one key U+0001 and a letter; user
data that looks like a tag is wrapped, so no variable can ever be taken for one.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from engine.machine.effects import Wait
from engine.machine.process import Host, Instance, ProcessSpec, Scope
from engine.machine.token import Token
from feel.durations import DaysDuration, MonthsDuration, parse_duration

VERSION = 2
MARK = "\x01"
_MARK_IN_JSON = b"\\u0001"
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS

_TAGS: dict[type, str] = {
    Decimal: "n",
    datetime: "d",
    date: "a",
    time: "t",
    DaysDuration: "p",
    MonthsDuration: "p",
}
_READERS: dict[str, Callable[[Any], Any]] = {
    MARK + "n": Decimal,
    MARK + "d": datetime.fromisoformat,
    MARK + "a": date.fromisoformat,
    MARK + "t": time.fromisoformat,
    MARK + "p": parse_duration,
}
_WRAPPED = MARK + "o"
_NESTED = frozenset({list, dict})


def encode(value: Any) -> bytes:
    """Bytes from which `decode` makes an equal value; raises TypeError for foreign kinds."""
    tags = 0

    def tagged(item: Any) -> Any:
        nonlocal tags
        tags += 1
        return {MARK + _TAGS[type(item)]: _text(item)}

    try:
        encoded = orjson.dumps(value, tagged, _OPTIONS)
    except KeyError as error:
        raise TypeError(f"cannot be kept in a process: {error}") from error
    # More marks than tags: somebody's data holds the mark itself, and is wrapped the slow way.
    if encoded.count(_MARK_IN_JSON) != tags:
        return orjson.dumps(_wrapped(value), tagged, _OPTIONS)
    return encoded


def decode(encoded: bytes) -> Any:
    """The value that `encode` made these bytes of."""
    value = orjson.loads(encoded)
    return _untagged(value) if _MARK_IN_JSON in encoded else value


def _text(item: Any) -> str:
    return str(item.isoformat()) if isinstance(item, date | time) else str(item)


def _wrapped(value: Any) -> Any:
    if isinstance(value, list):
        return [_wrapped(item) for item in value]
    if isinstance(value, dict):
        inner = {key: _wrapped(item) for key, item in value.items()}
        looks_like_a_tag = len(value) == 1 and next(iter(value)).startswith(MARK)
        return {_WRAPPED: inner} if looks_like_a_tag else inner
    return value


def _untagged(value: Any) -> Any:
    """Every tag replaced by its value. What is neither object nor list is not even looked at."""
    if value.__class__ is list:
        return [_untagged(item) if item.__class__ in _NESTED else item for item in value]
    if value.__class__ is not dict:
        return value
    if len(value) == 1:
        ((key, inner),) = value.items()
        if key == _WRAPPED:
            return {name: _untagged(item) for name, item in inner.items()}
        if key in _READERS:
            return _READERS[key](inner)
    return {
        key: _untagged(item) if item.__class__ in _NESTED else item for key, item in value.items()
    }


def dump(instance: Instance) -> bytes:
    """The whole state of an instance."""
    return encode([VERSION, instance.last_id, *_scope_out(instance)])


def load(
    state: bytes, spec: ProcessSpec, identity: UUID, business_key: str, host: Host
) -> Instance:
    """The instance that `dump` wrote; raises ValueError for a version this code cannot read."""
    version, last_id, *scope = decode(state)
    if version == 1:
        scope = _scope_of_1(scope)
    elif version != VERSION:
        raise ValueError(f"state of version {version}, this code reads up to {VERSION}")
    instance = Instance(spec, identity, business_key, host)
    instance.last_id = last_id
    _scope_in(instance, scope)
    return instance


def variables_of(state: bytes) -> dict[str, Any]:
    """The variables of the process itself, without building an instance."""
    variables: dict[str, Any] = decode(state)[2]
    return variables


def _scope_out(scope: Scope) -> list[Any]:
    return [scope.data, [_token_out(token) for token in scope.tokens()], scope.compensable]


def _token_out(token: Token) -> list[Any]:
    row: list[Any] = [token.id, token.task_spec.name, token.state, _internal_out(token)]
    inside = token.workflow.instance.scopes.get(token.id)
    if token._children or inside is not None:
        row.append([_token_out(child) for child in token.children])
    if inside is not None:
        row.append(_scope_out(inside))
    return row


def _internal_out(token: Token) -> Mapping[str, Any]:
    internal = token.internal_data
    if "waits" not in internal:
        return internal
    return {**internal, "waits": [_wait_out(wait) for wait in internal["waits"]]}


def _wait_out(wait: Wait) -> list[Any]:
    return [getattr(wait, name) for name in Wait.__dataclass_fields__]


def _scope_in(scope: Scope, stored: list[Any]) -> None:
    scope.data, tokens, scope.compensable = stored
    for row in tokens:
        _token_in(scope, scope.root, row)


def _token_in(scope: Scope, parent: Token, stored: list[Any]) -> None:
    number, name, state, internal, *more = stored
    token = Token(scope, scope.spec.node(name), parent, state, number)
    parent._children.append(number)
    token._set_state(state)
    token.internal_data = internal
    if "waits" in internal:
        internal["waits"] = [Wait(*wait) for wait in internal["waits"]]
    for row in more[0] if more else ():
        _token_in(scope, token, row)
    if len(more) > 1:
        inside = scope.instance.open(token.task_spec.entered(token), token)
        _scope_in(inside, more[1])


def _scope_of_1(stored: list[Any]) -> list[Any]:
    """A scope of version 1, which kept no finished activities."""
    data, tokens = stored
    return [data, [_token_of_1(token) for token in tokens], []]


def _token_of_1(stored: list[Any]) -> list[Any]:
    row, more = stored[:4], stored[4:]
    if more:
        row.append([_token_of_1(child) for child in more[0]])
    if len(more) > 1:
        row.append(_scope_of_1(more[1]))
    return row
