"""What pages tell of a dossier's lead and of its parts at other agencies."""

from dataclasses import dataclass

from accounts.actor import Actor
from dossiers.models import Dossier
from dossiers.sub_dossiers.queries import may_open, ties_of
from web.papers import agency_of


@dataclass(frozen=True)
class ShownTie:
    """Another dossier of the same case; `opens` whether the reader may look into it himself."""

    dossier: Dossier
    agency: str
    is_lead: bool
    question: str
    answered: bool
    opens: bool


def shown_ties(dossier: Dossier, *, visible_to: Actor) -> list[ShownTie]:
    """The lead first, then the parts, with their agencies by name."""
    return [
        ShownTie(
            dossier=(other := tie.other(dossier)),
            agency=agency_of(other),
            is_lead=other.id == tie.lead.id,
            question=tie.asked.question,
            answered=tie.asked.answered_at is not None,
            opens=may_open(other, visible_to),
        )
        for tie in ties_of(dossier)
    ]
