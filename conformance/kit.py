"""The cases of the DMN technology compatibility kit, as its `testCases.xsd` describes them."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from engine.dmn.document import Element, child, children
from feel.durations import parse_duration
from feel.iso import parse_date, parse_date_time, parse_time

BESIDE = Path(__file__).parent.parent.parent / "shared" / "dmn-tck"
LEVEL = "compliance-level-"
_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
NUMBERS = ("decimal", "double", "integer", "float", "int", "long")
_READERS: Mapping[str, Callable[[str], Any]] = {
    **dict.fromkeys(NUMBERS, Decimal),
    "boolean": lambda text: text.strip() in ("true", "1"),
    "date": parse_date,
    "time": parse_time,
    "dateTime": parse_date_time,
    "duration": parse_duration,
    "dayTimeDuration": parse_duration,
    "yearMonthDuration": parse_duration,
}


@dataclass(frozen=True)
class Case:
    """One expected result: ask `target` of the model with the inputs."""

    file: str
    case_id: str
    model: str
    target: str
    output: str
    inputs: Mapping[str, Any]
    expected: Any


def kit_folder() -> Path | None:
    """The kit's folder: named by DMN_TCK, or lying beside the project; None when there is none."""
    folder = Path(os.environ.get("DMN_TCK") or BESIDE)
    return folder if folder.is_dir() and any(groups_in(folder)) else None


def groups_in(folder: Path) -> Iterator[Path]:
    """The folders of cases, by compliance level and name."""
    levels = [folder] if folder.name.startswith(LEVEL) else folder.glob(f"**/{LEVEL}*/")
    found = (group for level in levels for group in level.iterdir())
    return (group for group in sorted(found) if group.is_dir() and any(group.glob("*.dmn")))


def cases_in(group: Path) -> Iterator[Case]:
    """Every expected result of a folder."""
    for file in sorted(group.glob("*.xml")):
        root = etree.parse(file).getroot()
        model = (root.findtext("{*}modelName") or "").strip()
        for element in children(root, "testCase"):
            yield from _results(file.name, model, element)


def _results(file: str, model: str, element: Element) -> Iterator[Case]:
    inputs = {node.get("name", ""): value_in(node) for node in children(element, "inputNode")}
    for result in children(element, "resultNode"):
        output = result.get("name", "")
        target = element.get("invocableName") or output
        expected = child(result, "expected")
        value = None if expected is None else value_in(expected)
        yield Case(file, element.get("id", ""), model, target, output, inputs, value)


def value_in(element: Element) -> Any:
    """The FEEL value written as a value, a list or components."""
    if element.get(f"{_INSTANCE}nil") == "true":
        return None
    single, several = child(element, "value"), child(element, "list")
    if single is not None:
        return _plain(single)
    if several is not None:
        return _items(several)
    components = list(children(element, "component"))
    return {part.get("name"): value_in(part) for part in components} if components else None


def _items(element: Element) -> list[Any] | None:
    if element.get(f"{_INSTANCE}nil") == "true":
        return None
    return [value_in(item) for item in children(element, "item")]


def _plain(element: Element) -> Any:
    if element.get(f"{_INSTANCE}nil") == "true":
        return None
    kind = element.get(f"{_INSTANCE}type", "string").rpartition(":")[2]
    return _READERS.get(kind, str)(element.text or "")
