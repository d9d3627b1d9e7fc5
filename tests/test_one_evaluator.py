"""FEEL is the only language in which models decide: nothing else here evaluates text."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from commands.translations_check import rooms

ROOT = Path(__file__).parent.parent
EVALUATORS = {"eval", "exec", "compile", "__import__"}
# The parts of SpiffWorkflow that run Python in models, and modules that turn text into code.
ENGINES = (
    "SpiffWorkflow.bpmn",
    "SpiffWorkflow.dmn",
    "SpiffWorkflow.spiff",
    "SpiffWorkflow.camunda",
)
MODULES = {"code", "codeop", "marshal", "pickle", "shelve", "RestrictedPython"}


def nodes() -> Iterator[tuple[str, ast.AST]]:
    for room in rooms():
        for path in room.rglob("*.py"):
            if "node_modules" not in path.parts and room.name != "migrations":
                for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                    yield str(path.relative_to(ROOT)), node


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_no_code_is_made_of_text() -> None:
    used = {
        (file, node.id)
        for file, node in nodes()
        if isinstance(node, ast.Name) and node.id in EVALUATORS
    }
    assert used == set()


def test_no_engine_for_scripts_or_other_tables_is_imported() -> None:
    found = {
        (file, name)
        for file, node in nodes()
        for name in imported(node)
        if name.startswith(ENGINES) or name.split(".")[0] in MODULES
    }
    assert found == set()


def test_no_other_engine_is_reachable_when_ours_is_loaded() -> None:
    asked = f"""
import sys, engine, engine.bpmn.bundle, engine.machine.state, forms, workflows.gate
print([name for name in sys.modules if name.startswith({ENGINES!r})])
"""
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
