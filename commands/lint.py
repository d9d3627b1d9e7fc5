"""`motcua lint PATH...`: what a designer should mend in process models."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import orjson
from flask import Flask
from flask_babel import force_locale

from commands.console import plain_errors
from core import i18n
from engine.lint import Finding, Severity, lint
from workflows.pack import read_pack
from workflows.shapes import IN_PACK

LANGUAGE = "en"


@click.command("lint")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write findings as JSON, in both languages.")
@click.option("--soundness", is_flag=True, help="Also play every way, to see where it gets stuck.")
@click.option("--language", type=click.Choice(i18n.LANGUAGES), default=LANGUAGE)
@plain_errors
def lint_models(paths: tuple[Path, ...], *, as_json: bool, language: str, soundness: bool) -> None:
    """Name what to mend in process models: files (.bpmn), or the folders of services.

    Fails when there are errors. A folder is read with the work shapes that its service names.
    """
    models = {name: content for path in paths for name, content in _models(path)}
    shapes = {name for name in models if f"/{IN_PACK}" in name}
    found = [each for each in lint(models, play=soundness) if each.file not in shapes]
    app = Flask(__name__)
    i18n.init_app(app, time_zone="UTC")
    with app.app_context():
        if as_json:
            rows = [as_row(finding) for finding in found]
            click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
        else:
            click.echo("\n".join(lines(found, language)))
    if any(finding.severity is Severity.ERROR for finding in found):
        raise click.exceptions.Exit(1)


def _models(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_file():
        yield str(path), path.read_bytes()
        return
    for name, content in read_pack(path).files.items():
        if name.endswith(".bpmn"):
            yield str(path / name), content


def lines(found: Iterable[Finding], language: str) -> Iterable[str]:
    """A paragraph for each finding, then their number."""
    severities = []
    with force_locale(language):
        for finding in found:
            severities.append(finding.severity)
            yield f"{place(finding)}: {finding.severity} {finding.rule}"
            yield f"    {i18n.translated(finding.title, finding.params)}."
            yield f"    {i18n.translated(finding.remedy, finding.params)}"
    errors = severities.count(Severity.ERROR)
    yield f"{errors} errors, {len(severities) - errors} warnings"


def place(finding: Finding) -> str:
    """File, line, id and name."""
    name = f" “{finding.element_name}”" if finding.element_name else ""
    return f"{finding.file}:{finding.line} {finding.element_id}{name}"


def as_row(finding: Finding) -> Mapping[str, Any]:
    """A finding as JSON, its texts by language."""
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "file": finding.file,
        "line": finding.line,
        "element_id": finding.element_id,
        "element_name": finding.element_name,
        "message": in_languages(finding.title, finding.params),
        "remedy": in_languages(finding.remedy, finding.params),
        "path": list(finding.path),
    }


def in_languages(text: str, params: Mapping[str, Any]) -> dict[str, str]:
    """A message in every language."""
    found = {}
    for language in i18n.LANGUAGES:
        with force_locale(language):
            found[language] = i18n.translated(text, params)
    return found
