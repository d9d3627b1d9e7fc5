"""What lists of operators show beside the engine's own words: people and elements by their names."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from accounts import queries as accounts
from engine import queries
from engine.elements import name_of
from engine.queries import InterventionView
from web.operator.blueprint import visible
from web.operator.cases import Case, cases_of
from web.visitors import known_visitor


@dataclass(frozen=True)
class ProposalLine:
    """A proposal that waits, with what a reader calls its elements and its proposer."""

    proposal: InterventionView
    element: str
    target: str
    proposer: str
    own: bool
    case: Case | None


def names_of(actor_ids: Iterable[str]) -> dict[str, str]:
    """Who somebody is, by the actor's id; an id that is nobody's stands for itself."""
    known = {each: accounts.actor(each) for each in set(actor_ids) if each}
    return {each: actor.name if actor else each for each, actor in known.items()}


def lines_of(found: list[InterventionView]) -> list[ProposalLine]:
    """Proposals as a list shows them."""
    actors = names_of(each.proposed_by for each in found)
    cases = cases_of(each.instance_id for each in found)
    definitions = {each.instance_id: _definition(each.instance_id) for each in found}
    return [
        ProposalLine(
            proposal=each,
            element=name_of(definitions[each.instance_id], each.element_id),
            target=name_of(definitions[each.instance_id], each.target_id) if each.target_id else "",
            proposer=actors.get(each.proposed_by, ""),
            own=each.proposed_by == known_visitor().id,
            case=cases.get(each.instance_id),
        )
        for each in found
    ]


def _definition(instance_id: UUID) -> str:
    return queries.find_instance(instance_id, visible_to=visible()).definition_id
