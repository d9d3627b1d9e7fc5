"""The files and the commands of docs/howto-import.md, as they stand."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import select

from accounts.models import Unit
from commands.imports import import_file
from core.database import db
from dossiers.models import Dossier
from importing.models import ImportRun

PAGE = (Path(__file__).parents[2] / "docs" / "howto-import.md").read_text("utf-8")
FILES = dict(re.findall(r"`([\w.]+)`:\n\n```\w+\n(.*?)```", PAGE, re.DOTALL))
COMMANDS = re.findall(r"```sh\nmotcua import (.*?)\n```", PAGE)


def test_the_page_leads_to_imported_units_and_dossiers(
    installation: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    dry, real, dossiers = (run(installation, *shlex.split(command)) for command in COMMANDS)
    assert dry == "All 2 rows can be imported.\n"
    assert "2 made. Another administrator releases it." in real
    db.session.rollback()
    assert "1 made." in dossiers
    assert [each.sort for each in db.session.scalars(select(ImportRun))] == ["units", "dossiers"]
    assert db.session.scalars(select(Dossier.legacy_code)).all() == ["H26.16-250310-0007"]
    assert {each.code for each in db.session.scalars(select(Unit))} == {"NV", "NV1"}


def test_a_dry_run_with_problems_names_them_and_fails(installation: Flask, tmp_path: Path):
    file = tmp_path / "staff.csv"
    file.write_text("login,name\nmotcua,Hà\n", "utf-8")
    told = run(installation, "staff", str(file), "--by", "quantri", "--dry-run", fails=True)
    assert "row 1, login: “motcua” is taken already." in told
    assert "1 of 1 rows have problems." in told


def run(app: Flask, *words: str, fails: bool = False) -> str:
    done = CliRunner().invoke(import_file, words, obj=ScriptInfo(create_app=lambda: app))
    assert done.exit_code == int(fails), done.output
    return str(done.output)
