"""How the installation is doing, on one page."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import and_
from werkzeug.wrappers import Response

from core.i18n import translated
from core.readiness import Level, parts
from dossiers import measures as dossiers
from engine import measures, queries
from engine.models import Instance, InstanceState
from engine.queries import InstanceView
from web.operator.blueprint import blueprint, visible
from web.operator.cases import cases_of, instances_of

MOST = 50


@dataclass(frozen=True)
class PartLine:
    """One part of the installation: what it is called, how it is doing, and a sentence about it."""

    name: str
    level: Level
    sentence: str


@blueprint.get("/")
def overview() -> str:
    """Parts, load, breakers, incidents by cause, suspended processes."""
    suspended = _suspended()
    return render_template(
        "operator/overview.html",
        parts=_parts(),
        jobs=measures.waiting_jobs(),
        tasks=measures.task_load(),
        instances=measures.running_instances(),
        overdue_dossiers=dossiers.overdue_dossiers(),
        breakers=queries.breakers(visible_to=queries.EVERYTHING),
        groups=queries.incident_groups(visible_to=visible(), limit=MOST),
        proposals=len(queries.interventions(visible_to=visible(), limit=MOST)),
        suspended=suspended,
        cases=cases_of(each.id for each in suspended),
    )


@blueprint.get("/find")
def find() -> Response:
    """Go to the process of a dossier, by its reference."""
    reference = request.args.get("reference", "").strip()
    found = instances_of(reference)
    if not found:
        flash(_("No process is about “%(reference)s”.", reference=reference), "note")
        return redirect(url_for("operator.overview"), 303)
    return redirect(url_for("operator.instance", instance_id=found[0]), 303)


def _parts() -> list[PartLine]:
    found = parts().readiness().findings
    return [
        PartLine(name, each.level, translated(each.sentence, each.params))
        for name, each in found.items()
    ]


def _suspended() -> list[InstanceView]:
    """Asked with the words of the index of running instances, which is the small one."""
    running = and_(visible(), Instance.ended_at.is_(None))
    return queries.instances(visible_to=running, state=InstanceState.SUSPENDED, limit=MOST)
