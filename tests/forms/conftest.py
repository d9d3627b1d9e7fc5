"""An app that speaks Vietnamese and English, with the catalogue as it is in the sources."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import Babel

from core import clock

ROOM = Path(__file__).parents[2] / "forms"


@pytest.fixture(scope="session")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("translations")
    source = Path("vi") / "LC_MESSAGES" / "messages.po"
    target = folder / source.with_suffix(".mo")
    target.parent.mkdir(parents=True)
    with (ROOM / "translations" / source).open("rb") as texts, target.open("wb") as compiled:
        write_mo(compiled, read_po(texts, locale="vi"))
    return folder


@pytest.fixture(autouse=True, scope="package")
def speaking_app(catalogues: Path) -> Iterator[Flask]:
    app = Flask("speaking")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(catalogues)
    Babel(app, default_locale="vi", default_timezone="Asia/Ho_Chi_Minh")
    clock.keep_zone(app, "Asia/Ho_Chi_Minh")
    with app.app_context():
        yield app
