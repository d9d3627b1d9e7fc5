"""One process: where it stands, what it waits for, what is stuck and what happened in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from flask import render_template, request

from engine import queries
from engine.elements import name_of
from engine.models import InstanceState
from engine.queries import HistoryView, InstanceView
from web.operator.blueprint import blueprint, visible
from web.operator.cases import cases_of
from web.operator.lines import lines_of, names_of

PAGE_SIZE = 50


@dataclass(frozen=True)
class Happening:
    """A line of the history: what happened, at which element, by whom."""

    entry: HistoryView
    element: str
    actor: str


@blueprint.get("/instances/<uuid:instance_id>")
def instance(instance_id: UUID) -> str:
    """The process as it stands."""
    found = queries.find_instance(instance_id, visible_to=visible())
    return render_template(
        "operator/instance.html",
        instance=found,
        running=is_running(found),
        suspended=found.state == InstanceState.SUSPENDED,
        case=cases_of([instance_id]).get(instance_id),
        tokens=queries.tokens(instance_id, visible_to=visible()),
        incidents=queries.incidents(visible_to=visible(), instance_id=instance_id),
        proposals=lines_of(queries.interventions(visible_to=visible(), instance_id=instance_id)),
    )


@blueprint.get("/instances/<uuid:instance_id>/history")
def history(instance_id: UUID) -> str:
    """What happened in it, oldest first."""
    found = queries.find_instance(instance_id, visible_to=visible())
    after = request.args.get("after", type=int)
    entries = queries.history(instance_id, visible_to=visible(), after=after, limit=PAGE_SIZE + 1)
    shown = entries[:PAGE_SIZE]
    return render_template(
        "operator/history.html",
        instance=found,
        case=cases_of([instance_id]).get(instance_id),
        happenings=list(_happenings(found, shown)),
        first=after is None,
        last=shown[-1].seq if len(entries) > PAGE_SIZE else None,
    )


def is_running(found: InstanceView) -> bool:
    """Whether anything can still happen in it."""
    return found.ended_at is None


def _happenings(found: InstanceView, entries: list[HistoryView]) -> Iterable[Happening]:
    actors = names_of(each.actor for each in entries)
    for each in entries:
        place = name_of(found.definition_id, each.element_id) if each.element_id else ""
        yield Happening(each, place, actors.get(each.actor, ""))
