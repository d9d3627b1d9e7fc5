"""Run the cases of the DMN kit through `engine.dmn`, as any caller would."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from conformance.kit import Case, cases_in, groups_in
from core.errors import MotcuaError
from engine.dmn import DecisionModel, parse_bundle
from feel.values import to_feel

# The kit's numbers are rounded to so many digits (its runners compare with this precision).
TOLERANCE = Decimal("1e-8")


@dataclass(frozen=True)
class Miss:
    """A case that came out differently."""

    case: Case
    found: str


@dataclass(frozen=True)
class Group:
    """The outcome of one folder; `name` is its path in the kit."""

    name: str
    total: int
    misses: tuple[Miss, ...]

    @property
    def passed(self) -> int:
        """How many results were as expected."""
        return self.total - len(self.misses)


def run_kit(folder: Path) -> Iterator[Group]:
    """Every folder of the kit, one after the other."""
    for group in groups_in(folder):
        yield run_group(group)


def run_group(folder: Path) -> Group:
    """All cases of one folder."""
    models = _models(folder)
    cases = list(cases_in(folder))
    misses = [miss for case in cases if (miss := _tried(case, models)) is not None]
    return Group(f"{folder.parent.name}/{folder.name}", len(cases), tuple(misses))


def _models(folder: Path) -> Mapping[str, DecisionModel]:
    files = {file.name: file.read_bytes() for file in sorted(folder.glob("*.dmn"))}
    try:
        return parse_bundle(files, strict=False)
    except MotcuaError as error:
        print(f"{folder.name}: {error}")
        return {}


def _tried(case: Case, models: Mapping[str, DecisionModel]) -> Miss | None:
    """None when the result is as expected; an error of ours is the null that the kit asks for."""
    if case.model not in models:
        return Miss(case, "the model cannot be read")
    try:
        value = to_feel(models[case.model].evaluate(case.target, case.inputs).value)
    except MotcuaError as error:
        return None if case.expected is None else Miss(case, str(error))
    except Exception as error:  # noqa: BLE001 - a fault of ours is one miss, not the end of the run
        return Miss(case, repr(error))
    if case.target != case.output and isinstance(value, dict):
        value = value.get(case.output, value)
    return None if close(value, case.expected) else Miss(case, repr(value))


def close(found: Any, expected: Any) -> bool:
    """Equal, numbers up to the kit's rounding."""
    if type(found) is not type(expected):
        return False
    if isinstance(found, Decimal):
        return bool(abs(found - expected) <= TOLERANCE * max(1, abs(expected)))
    if isinstance(found, list):
        return len(found) == len(expected) and all(map(close, found, expected))
    if isinstance(found, dict):
        return found.keys() == expected.keys() and all(
            close(value, expected[name]) for name, value in found.items()
        )
    return bool(found == expected)
