"""What can be settled, what is in force, and what was decided before."""

from collections.abc import Sequence

from flask import render_template

from administration import SettingKind, queries
from administration.kinds import kinds
from administration.models import ProposalState
from administration.queries import Settled
from administration.timeline import Value
from core.clock import today
from dossiers.calendars.years import Year, year_of
from dossiers.settled import CALENDAR_DAY
from web.settling.blueprint import blueprint
from web.settling.years import standing_words
from web.visitors import known_visitor


@blueprint.get("/")
def overview() -> str:
    """All kinds, and the proposals that wait for a decision."""
    return render_template(
        "settling/overview.html",
        kinds=list(kinds()),
        waiting=queries.proposals(visible_to=known_visitor()),
    )


@blueprint.get("/<kind>")
def settled(kind: str) -> str:
    """What holds of a kind today or will."""
    sort, found = kinds().kind(kind), queries.settled(kind, visible_to=known_visitor())
    return render_template(
        "settling/settled.html",
        kind=sort,
        found=found,
        defaults=_unsettled(sort, found),
        years=_years() if kind == CALENDAR_DAY else (),
        standing_words=standing_words,
    )


@blueprint.get("/<kind>/decisions")
def decisions(kind: str) -> str:
    """All proposals of a kind, newest first, with what became of each."""
    found = queries.proposals(visible_to=known_visitor(), state=None, kind=kind)
    return render_template(
        "settling/decisions.html",
        kind=kinds().kind(kind),
        found=found,
        open=ProposalState.PROPOSED,
    )


def _years() -> Sequence[Year]:
    """This year and the next one, with how far one may rely on them."""
    return [year_of(today().year), year_of(today().year + 1)]


def _unsettled(kind: SettingKind, found: list[Settled]) -> list[tuple[str, Value]]:
    """The values that hold because nobody has decided anything else for everybody."""
    decided = {each.key for each in found if each.agency_id.int == 0}
    return [(kind.key(value), value) for value in kind.defaults() if kind.key(value) not in decided]
