"""A signing desk with its own keys, a page to seal, and documents sealed once for all tests."""

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from flask import Flask

import signing
from core.config import Settings
from signing import Agency, SealAppearance, SigningDesk

AGENCY = Agency("H19", "Sở Y tế tỉnh Đồng Nai")
OTHER_AGENCY = Agency("G03", "Bộ Y tế")
APPEARANCE = SealAppearance(
    lines=("Cơ quan ký: %(agency)s", "Thời gian ký: %(time)s"),
    box=(340, 60, 552, 118),
    description="Con dấu điện tử",
)
XML = '<notice xmlns="urn:example" Id="n1"><number>000000123/PCBB-ĐNAI</number></notice>'.encode()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One installation for all tests that do not change its keys."""
    return application(tmp_path_factory.mktemp("data"))


@pytest.fixture
def desk(app: Flask) -> Iterator[SigningDesk]:
    """The signing desk, with the application's context open."""
    with app.app_context():
        yield signing.signing_desk()


@pytest.fixture(scope="session")
def sealed_pdf(app: Flask) -> bytes:
    """A good PDF; never changed, only copied."""
    with app.app_context():
        return signing.seal_pdf(page(), agency=AGENCY, appearance=APPEARANCE)


@pytest.fixture(scope="session")
def sealed_xml(app: Flask) -> bytes:
    """A good package; never changed, only copied."""
    with app.app_context():
        return signing.seal_xml(XML, agency=AGENCY)


def application(folder: Path, *, timestamp_url: str = "") -> Flask:
    """An application that can do nothing but sign."""
    app = Flask("signing")
    signing.init_app(app, Settings(data_directory=folder, timestamp_url=timestamp_url))
    return app


def page() -> bytes:
    """A PDF of one empty page."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    written = io.BytesIO()
    pdf.save(written)
    return written.getvalue()
