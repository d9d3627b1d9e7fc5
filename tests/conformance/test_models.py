"""The reader of other tools' models counts what cannot run here, and sees what nobody named."""

from pathlib import Path

import pytest

from conformance import __main__ as program
from conformance import bpmn
from conformance.bpmn import read_models
from tests.engine.models import model


@pytest.fixture
def models(tmp_path: Path) -> Path:
    executable = model('<startEvent id="s"/><complexGateway id="c"/><fancyThing id="f"/>')
    picture = executable.replace(b'isExecutable="true"', b"")
    (tmp_path / "a.bpmn").write_bytes(executable)
    (tmp_path / "b.bpmn").write_bytes(picture)
    return tmp_path


def test_what_cannot_run_is_counted_and_named_in_processes_and_in_pictures(models):
    found = [(read.name, read.unsupported, read.passed) for read in read_models(models)]

    assert found == [("a.bpmn", 2, True), ("b.bpmn", 2, True)]


def test_what_nobody_names_is_a_miss(models, monkeypatch, capsys):
    monkeypatch.setenv("BPMN_MIWG", str(models))
    monkeypatch.setattr(bpmn, "lint", lambda files: [])
    _, missed = program.check_models()

    assert missed
    assert "not named: complexGateway (line 6)" in capsys.readouterr().out
