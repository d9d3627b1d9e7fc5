"""The rules of the house, kept by machine: floors, translations, error codes, logs, papers."""

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import settings_reference, translations_check
from core.errors import MotcuaError
from core.logs import PERSONAL

ROOT = Path(__file__).parent.parent
ROOMS = [room for room in translations_check.rooms() if room.name != "migrations"]
SOURCES = sorted(
    path for room in ROOMS for path in room.rglob("*.py") if "node_modules" not in path.parts
)
LOG_METHODS = {"debug", "info", "warning", "error", "exception", "critical"}
LONGEST_FUNCTION = 40
LONGEST_FILE = 400


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def subclasses(kind: type[MotcuaError]) -> Iterator[type[MotcuaError]]:
    for child in kind.__subclasses__():
        yield child
        yield from subclasses(child)


@pytest.fixture(scope="module")
def all_errors() -> list[type[MotcuaError]]:
    for room in ROOMS:
        for module in pkgutil.walk_packages([str(room)], f"{room.name}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    return [each for each in subclasses(MotcuaError) if each.__module__.split(".")[0] != "tests"]


def test_an_import_only_goes_down_the_floors():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_only_commands_look_through_the_front_door():
    """wsgi.py is a single module, which import-linter cannot see."""
    importers = {
        path.relative_to(ROOT).parts[0]
        for path in SOURCES
        for node in _nodes(path)
        if isinstance(node, ast.ImportFrom) and node.module == "wsgi"
    }
    assert importers <= {"commands"}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_text_of_a_room_is_translated(room):
    assert list(translations_check.problems(room)) == []


def test_every_error_has_a_code_of_its_own(all_errors):
    codes = Counter(error.code for error in all_errors)
    assert [code for code, times in codes.items() if times > 1] == []


def test_every_error_says_what_is_wrong_and_how_to_mend_it(all_errors):
    silent = [each for each in all_errors if not each.title.strip() or not each.remedy.strip()]
    assert silent == []


def test_the_page_of_settings_says_what_the_code_says():
    assert settings_reference.PAGE.read_text("utf-8") == settings_reference.reference()


def test_every_direct_dependency_has_its_reason_written_down():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = [project["project"]["dependencies"], *project["dependency-groups"].values()]
    wanted = {re.split(r"[\[>=<]", each)[0] for group in groups for each in group}
    page = (ROOT / "docs" / "decisions" / "dependencies.md").read_text("utf-8")
    given = set(re.findall(r"[\w*-]+", " ".join(re.findall(r"^\| (.+?) \|", page, re.MULTILINE))))
    assert {each for each in wanted if not each.startswith("types-")} - given == set()


def test_a_log_line_is_a_fixed_text_without_personal_data():
    assert [found for path in SOURCES for found in _loose_log_lines(path)] == []


def test_functions_and_files_stay_short():
    assert [name_of(path) for path in SOURCES if len(_lines(path)) > LONGEST_FILE] == []
    assert [found for path in SOURCES for found in _long_functions(path)] == []


def _loose_log_lines(path: Path) -> Iterator[str]:
    for node in _nodes(path):
        if isinstance(node, ast.Call) and _is_log_method(node.func):
            message = node.args[0] if node.args else None
            personal = {word.arg for word in node.keywords} & PERSONAL
            if not isinstance(message, ast.Constant) or personal:
                yield f"{name_of(path)}:{node.lineno}"


def _is_log_method(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and function.attr in LOG_METHODS
        and isinstance(function.value, ast.Name)
        and function.value.id.strip("_") in {"log", "logger"}
    )


def _long_functions(path: Path) -> Iterator[str]:
    for node in _nodes(path):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{name_of(path)}:{node.lineno} {node.name}"


def _nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text("utf-8")))


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()
