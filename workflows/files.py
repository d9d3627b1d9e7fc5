"""The files of a pack before anything is made of them: their paths, their size, their syntax."""

import json
import re
from collections.abc import Mapping
from typing import Any

from engine.bpmn.reading import parse_xml
from workflows.errors import PackBroken

LARGEST_FILE = 5_000_000
LARGEST_PACK = 20_000_000
_PATH = re.compile(r"(?!\.)[\w.-]+(/(?!\.)[\w.-]+)*", re.ASCII)


def check_files(files: Mapping[str, bytes]) -> None:
    """Raise PackBroken, or DeploymentRefused for models, for the first file that cannot be read."""
    _check_size(files)
    for path, content in sorted(files.items()):
        if not _PATH.fullmatch(path):
            fault = f"{path!r} is no path inside a pack: letters, digits, “.”, “_” and “-” only."
            raise PackBroken(file=path, fault=fault)
        if path.endswith((".bpmn", ".dmn")):
            parse_xml(path, content)
        elif path.startswith("i18n/"):
            read_texts(path, content)
        elif path.endswith(".typ"):
            read_text(path, content)


def read_texts(path: str, content: bytes) -> dict[str, Any]:
    """The translations of one language: `forms` by form and component, `elements` by id."""
    try:
        texts = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise PackBroken(file=path, fault=f"It is not valid JSON: {error}.") from error
    if not isinstance(texts, dict):
        raise PackBroken(file=path, fault="It must be an object with “forms” and “elements”.")
    forms, elements = texts.get("forms", {}), texts.get("elements", {})
    if not (_maps_to(forms, dict) and _maps_to(elements, str)):
        fault = "“forms” must hold one object for each form, “elements” one text for each id."
        raise PackBroken(file=path, fault=fault)
    for form_id, components in forms.items():
        if not _maps_to(components, dict):
            fault = f"Form “{form_id}” must hold one object for each of its components."
            raise PackBroken(file=path, fault=fault)
    return texts


def read_text(path: str, content: bytes) -> str:
    """A text file; raises PackBroken when it is not UTF-8."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        fault = f"It is not a text in UTF-8 (byte {error.start + 1})."
        raise PackBroken(file=path, fault=fault) from error


def _maps_to(found: Any, kind: type) -> bool:
    return isinstance(found, dict) and all(isinstance(each, kind) for each in found.values())


def _check_size(files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        if len(content) > LARGEST_FILE:
            raise PackBroken(file=path, fault=f"A file may have {LARGEST_FILE} bytes at most.")
    if sum(map(len, files.values())) > LARGEST_PACK:
        raise PackBroken(file="the pack", fault=f"It may have {LARGEST_PACK} bytes at most.")
