"""Stylesheet, script and fonts, as the build left them in `static/dist`.

The build puts a hash of its content into each file's name, so browsers may keep it for ever.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import structlog
from flask import Blueprint, Response, request, send_from_directory, url_for

STATIC = Path(__file__).parent / "static"
ENTRY = "source/pages.js"

blueprint = Blueprint(
    "assets", __name__, template_folder="templates", url_prefix="/assets", static_folder=None
)
log = structlog.get_logger()


@blueprint.get("/<path:name>")
def file(name: str) -> Response:
    """One file; its gzip copy when there is one and the browser takes it."""
    zipped = f"{name}.gz"
    if not request.accept_encodings["gzip"] or not (STATIC / zipped).is_file():
        return _kept(send_from_directory(STATIC, name), name)
    response = _kept(send_from_directory(STATIC, zipped), name)
    response.mimetype = "text/css" if name.endswith(".css") else "text/javascript"
    response.headers["Content-Encoding"] = "gzip"
    return response


def stylesheets() -> list[str]:
    """Addresses of the stylesheets of every page."""
    return [_address(name) for name in manifest().get(ENTRY, {}).get("css", [])]


def scripts() -> list[str]:
    """Addresses of the scripts of every page."""
    return [_address(entry["file"]) for entry in (manifest().get(ENTRY),) if entry]


@cache
def manifest() -> dict[str, Any]:
    """What the build made; empty, with a warning, when nobody has built: pages work without."""
    path = STATIC / "dist" / "manifest.json"
    if not path.is_file():
        log.warning("pages_not_built", remedy="run make setup")
        return {}
    content: dict[str, Any] = json.loads(path.read_bytes())
    return content


def _address(name: str) -> str:
    return url_for("assets.file", name=f"dist/{name}")


def _kept(response: Response, name: str) -> Response:
    response.headers["Vary"] = "Accept-Encoding"
    forever = name.startswith("dist/assets/")
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if forever else "public, max-age=3600"
    )
    return response
