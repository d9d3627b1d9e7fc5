"""An application that can typeset, and the two letters that the tests look at."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import letters
from core.config import Settings
from letters import qr

EXAMPLES = Path(__file__).parent / "examples"
HEAD = '#set document(title: "Letter")\n#set text(font: "Tinos", lang: "vi")\n'
NOTICE: dict[str, Any] = {
    "dated": "2026-11-21T08:00:00+07:00",
    "superior": "Ủy ban nhân dân tỉnh Đồng Nai",
    "agency": "Sở Y tế",
    "number": "000000123/PCBB-ĐNAI",
    "place": "Đồng Nai",
    "date_text": "ngày 21 tháng 11 năm 2026",
    "code": "000.00.19.H19-261121-0001",
    "check_url": "http://127.0.0.1:8000/check/000000123",
    "rows": [
        {"label": "Tên cơ sở", "value": "Công ty TNHH Nguyễn Thị Thúy Phượng"},
        {"label": "Dấu chồng", "value": "ẩn ẵ ẳ ợ ỹ ữ Ặ Ễ Ộ Ữ Ỡ"},
    ],
}


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """Typesetting needs no database."""
    app = Flask("letters")
    letters.init_app(app, settings)
    with app.app_context():
        yield app


@pytest.fixture
def notice(app: Flask) -> Callable[..., bytes]:
    """Typeset the declaration notice, with changed data if you like."""
    files = {
        "official.typ": (EXAMPLES / "official.typ").read_bytes(),
        "qr.svg": qr.svg(NOTICE["check_url"]),
    }

    def render(**changes: Any) -> bytes:
        template = (EXAMPLES / "notice.typ").read_text()
        return letters.render(template, data=NOTICE | changes, files=files)

    return render
