"""Whether the application lives, whether it is ready to serve, and its measurements."""

from importlib.metadata import version
from typing import Any

from flask import Blueprint, Response

from api import language, problems, trace
from api.errors import ForInsiders
from api.insiders import is_insider
from core.i18n import translated
from core.metrics import CONTENT_TYPE, Gauge, metrics
from core.readiness import Finding, Level, parts

blueprint = Blueprint("probes", __name__)
for begin in (trace.begin, language.begin):
    blueprint.before_request(begin)
blueprint.after_request(trace.show)


@blueprint.get("/healthz")
def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def ready() -> tuple[dict[str, Any], int]:
    """How every part is doing, with a sentence about each for those who run the installation.

    503 only when a part is down without which nothing works.
    """
    seen, detailed = parts().readiness(), is_insider()
    found = {name: _told(each, detailed=detailed) for name, each in seen.findings.items()}
    return {"status": seen.level, "parts": found}, 503 if seen.level is Level.DOWN else 200


@blueprint.get("/metrics")
def measured() -> Response:
    """Everything that is measured, as Prometheus reads it; only for those who run the installation."""
    if not is_insider():
        return problems.answer_motcua_error(ForInsiders())
    return Response(metrics().text(), content_type=CONTENT_TYPE)


def build() -> list[Gauge]:
    """Which version runs."""
    labels = (version("motcua"),)
    return [Gauge("motcua_build_info", "1 for the version that runs.", {labels: 1.0}, ("version",))]


def _told(finding: Finding, *, detailed: bool) -> dict[str, str]:
    state = {"state": str(finding.level)}
    if not detailed:
        return state
    return state | {"detail": translated(finding.sentence, finding.params)}
