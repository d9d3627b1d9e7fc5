"""Scenario files read: every misspelt word is named with its line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any

import yaml
from marshmallow import Schema, ValidationError

from core.errors import MotcuaError
from studio.errors import ScenarioBroken
from studio.scenarios.words import (
    EXPECTATIONS,
    REFUSED,
    STEPS,
    BusinessError,
    CommonFile,
    Failure,
    ScenarioFile,
)
from workflows.manifest import PlainLoader
from workflows.pack import ServicePack

FOLDER = "scenarios/"
EQUIVALENTS = "scenarios/equivalent-mutants.yaml"
BASE = "from"
Path = tuple[str | int, ...]
Answers = Mapping[str, Sequence[Mapping[str, Any]]]
"""What outside systems answer, by kind of job: one answer after the other, the last one for good."""


@dataclass(frozen=True)
class Step:
    """One step: its word, what stands behind it, and the line (from 1).

    `refused` says that the service must refuse it: by an error's code, or by the fields complained of.
    """

    word: str
    argument: Any
    line: int
    refused: str | tuple[str, ...] | None = None


@dataclass(frozen=True)
class Scenario:
    """A scenario as written: when it begins, what outside systems answer, and its steps."""

    file: str
    name: str
    at: datetime
    systems: Answers
    answers: Mapping[str, Any]
    steps: tuple[Step, ...]

    @property
    def foreseen(self) -> frozenset[str]:
        """The elements at which the scenario expects an incident, sooner or later."""
        named = (step.argument.get("incidents", ()) for step in self.steps if step.word == "expect")
        return frozenset(element for elements in named for element in elements)


def read_scenarios(pack: ServicePack) -> list[Scenario]:
    """The scenarios of a pack; raises ScenarioBroken naming the file, the line and what is wrong.

    A file whose name begins with `_` is no scenario: others take its values `from` it.
    """
    return [
        _File(pack, path).scenario()
        for path in sorted(pack.files)
        if path.startswith(FOLDER)
        and path.endswith((".yaml", ".yml"))
        and path != EQUIVALENTS
        and not path.removeprefix(FOLDER).startswith("_")
    ]


class _File:
    """One file, as data and with the line of every key."""

    def __init__(self, pack: ServicePack, path: str) -> None:
        self.pack, self.path = pack, path
        self.lines: dict[Path, int] = {(): 1}
        try:
            loader = PlainLoader(pack.file(path))
            node = loader.get_single_node()
            self.data = loader.construct_document(node)
        except (yaml.YAMLError, RecursionError, ValueError, MotcuaError) as error:
            raise self._broken((), f"It is not valid YAML: {error}.") from error
        if not isinstance(self.data, dict):
            raise self._broken((), "It must hold “name”, “at”, “answers” and “steps”.")
        for path_, line in _lines(node, ()):
            if path_ in self.lines:
                raise ScenarioBroken(
                    scenario=path, fault=f"Line {line}: “{path_[-1]}” is there twice."
                )
            self.lines[path_] = line

    def scenario(self) -> Scenario:
        """The file as a scenario."""
        data = {**self._common(), **self.data}
        data.pop(BASE, None)
        found = self._checked(ScenarioFile(), data, ())
        at = datetime.fromisoformat(found["at"])
        if at.tzinfo is None:
            raise self._broken(("at",), "“at” needs its offset from UTC, such as +07:00.")
        return Scenario(
            file=self.path.removeprefix(FOLDER),
            name=found["name"],
            at=at,
            systems=self.systems(found.get("systems", {}), ("systems",)),
            answers=found["answers"],
            steps=tuple(self._step(number, each) for number, each in enumerate(found["steps"])),
        )

    def systems(self, given: Mapping[str, Any], path: Path) -> Answers:
        """Each system's answers as a list."""
        lists = {kind: each if isinstance(each, list) else [each] for kind, each in given.items()}
        for kind, answers in lists.items():
            for answer in answers:
                self._check_answer(answer, (*path, kind))
        return lists

    def _common(self) -> dict[str, Any]:
        """What the file takes from another one; answers and systems are put together key by key."""
        name = self.data.get(BASE)
        if name is None:
            return {}
        if f"{FOLDER}{name}" not in self.pack.files:
            raise self._broken((BASE,), f"There is no file {FOLDER}{name}.")
        base = _File(self.pack, f"{FOLDER}{name}")
        common = dict(base._checked(CommonFile(), base.data, ()))
        for part in ("answers", "systems"):
            own = self.data.get(part, {})
            if isinstance(own, dict):
                self.data[part] = {**common.get(part, {}), **own}
        return common

    def _check_answer(self, answer: Any, path: Path) -> None:
        if not isinstance(answer, dict):
            raise self._broken(
                path, f"“{path[-1]}” must answer with variables: name, colon, value."
            )
        for word, schema in (("fails", Failure()), ("bpmn_error", BusinessError())):
            if word in answer:
                self._checked(schema, answer, path)

    def _step(self, number: int, given: Any) -> Step:
        path: Path = ("steps", number)
        step = {given: None} if isinstance(given, str) else given
        if not isinstance(step, dict):
            raise self._broken(path, f"A step begins with one of: {', '.join(STEPS)}.")
        words = [str(word) for word in step if word != REFUSED]
        if len(words) != 1:
            raise self._broken(path, f"A step has one word, but this one has {len(words)}.")
        (word,) = words
        if word not in STEPS:
            raise self._broken((*path, word), _unknown(word, STEPS))
        argument = self._argument(word, step[word], (*path, word))
        line = self.lines.get((*path, word)) or self.lines.get(path, 1)
        return Step(word, argument, line, self._refusal(step.get(REFUSED), path))

    def _argument(self, word: str, given: Any, path: Path) -> Any:
        try:
            argument = STEPS[word].deserialize(given)
        except ValidationError as error:
            raise self._invalid(error, path) from error
        return self.systems(argument, path) if word == "systems" else argument

    def _refusal(self, given: Any, path: Path) -> str | tuple[str, ...] | None:
        if given is None or isinstance(given, str):
            return given
        if isinstance(given, list) and all(isinstance(each, str) for each in given):
            return tuple(given)
        raise self._broken((*path, REFUSED), "“refused” is an error's code, or a list of fields.")

    def _checked(self, schema: Schema, data: Any, path: Path) -> Mapping[str, Any]:
        try:
            found: Mapping[str, Any] = schema.load(data)
        except ValidationError as error:
            raise self._invalid(error, path) from error
        return found

    def _invalid(self, error: ValidationError, path: Path) -> ScenarioBroken:
        where, message = _first(error.messages, path)
        if message == Schema.error_messages.get("unknown", "Unknown field."):
            known = EXPECTATIONS if "expect" in where else ScenarioFile().fields
            return self._broken(where, _unknown(str(where[-1]), known))
        return self._broken(where, f"“{'.'.join(map(str, where))}”: {message}")

    def _broken(self, path: Path, fault: str) -> ScenarioBroken:
        while path not in self.lines:
            path = path[:-1]
        return ScenarioBroken(scenario=self.path, fault=f"Line {self.lines[path]}: {fault}")


def _lines(node: Any, path: Path) -> Iterator[tuple[Path, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*path, key.value)
            yield inner, key.start_mark.line + 1
            yield from _lines(value, inner)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield (*path, number), item.start_mark.line + 1
            yield from _lines(item, (*path, number))


def _first(messages: Any, path: Path) -> tuple[Path, str]:
    """The first message of marshmallow's tree, with its path."""
    while isinstance(messages, dict):
        key, messages = next(iter(messages.items()))
        path = path if key == "_schema" else (*path, key)
    return path, " ".join(map(str, messages))


def _unknown(word: str, known: Mapping[str, Any]) -> str:
    near = get_close_matches(word, known, n=1)
    hint = f"Did you mean “{near[0]}”?" if near else f"Choose one of: {', '.join(known)}."
    return f"There is no word “{word}”. {hint}"
