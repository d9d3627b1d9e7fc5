"""`motcua verify` answers plainly, in full as JSON, and by how it ends."""

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from click.testing import Result
from flask import Flask

import signing
from commands.verify import verify
from core.config import Settings
from core.database import Model, db
from dossiers.result_data import NAMESPACE
from tests.signing.conftest import XML, page
from wsgi import create_app

AGENCY = signing.Agency("H19", "Sở Y tế tỉnh Đồng Nai")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(Settings(data_directory=tmp_path_factory.mktemp("house"), embedded_workers=0))
    with app.app_context():
        Model.metadata.create_all(db.engine)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def files(app: Flask, tmp_path: Path) -> Path:
    """A folder with a good PDF, a changed one, and a package that tells of an unknown number."""
    with app.app_context():
        good = signing.seal_pdf(page(), agency=AGENCY)
        strange = f'<Result xmlns="{NAMESPACE}"><Number>9/X</Number></Result>'.encode()
        (tmp_path / "good.pdf").write_bytes(good)
        (tmp_path / "changed.pdf").write_bytes(good.replace(b"[ 0 0 595", b"[ 0 0 594"))
        (tmp_path / "unknown.xml").write_bytes(signing.seal_xml(strange, agency=AGENCY))
        (tmp_path / "good.xml").write_bytes(signing.seal_xml(XML, agency=AGENCY))
    return tmp_path


def said(app: Flask, folder: Path, *arguments: str) -> Result:
    named = [each if each.startswith("--") else str(folder / each) for each in arguments]
    result: Result = app.test_cli_runner().invoke(verify, named)
    return result


def test_a_genuine_file_is_told_in_plain_words(app: Flask, files: Path):
    done = said(app, files, "good.pdf")
    assert done.exit_code == 0
    assert "Signed well and unchanged." in done.output
    assert f"1. {AGENCY.name} sealed it" in done.output
    assert "proven by Motcua Development Timestamps" in done.output
    assert "The certificate stands today." in done.output


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["good.pdf", "good.xml"], 0),
        (["changed.pdf"], 1),
        (["good.pdf", "changed.pdf", "unknown.xml"], 1),
        (["good.pdf", "unknown.xml"], 3),
        (["missing.pdf"], 2),
    ],
    ids=["good", "changed", "worst", "unknown", "missing"],
)
def test_it_ends_with_what_is_worst(app: Flask, files: Path, names: list[str], code: int):
    assert said(app, files, *names).exit_code == code


def test_the_full_report_is_json_by_the_line(app: Flask, files: Path):
    done = said(app, files, "--json", "good.xml", "unknown.xml")
    first, second = (orjson.loads(line) for line in done.output.splitlines())
    assert first["answer"] == "signed"
    assert second["answer"] == "differs"
    assert second["differences"] == [{"name": "Number", "in_file": "9/X", "in_register": ""}]
    assert second["file"].endswith("unknown.xml")


def test_why_a_file_is_not_believed_is_said(app: Flask, files: Path):
    assert "The document was changed after it was sealed." in said(app, files, "changed.pdf").output
