"""What a place says about petitions and ratings: terms, values, and where complaints go."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

DEEDS: Final = ("refuse", "ask", "answer", "publish")


@dataclass(frozen=True)
class Term:
    """How long a deed may take: an amount of a unit, as limits of services are written."""

    amount: str
    unit: str


@dataclass(frozen=True)
class PetitionRules:
    """The terms by deed, the months for which a closed petition is kept, and whether all that is known
    for certain. `complaint` says, by language, what a formal complaint is and where it goes."""

    terms: Mapping[str, Term]
    kept_months: int
    verified: bool
    complaint: Mapping[str, str] = field(default_factory=dict)
    complaint_link: str = ""


@dataclass(frozen=True)
class RatingValue:
    """One answer to the question how it was; `disliked` counts against the agency."""

    key: str
    name: Mapping[str, str]
    disliked: bool


NO_PETITIONS: Final = PetitionRules(
    {deed: Term("30", "calendar-day") for deed in DEEDS}, 24, verified=False
)


def read_petition_rules(data: Mapping[str, Any]) -> PetitionRules:
    """The rules of a profile; months to answer where it says nothing."""
    if not data:
        return NO_PETITIONS
    terms = {deed: Term(str(data[deed]["amount"]), str(data[deed]["unit"])) for deed in DEEDS}
    complaint = data.get("complaint", {})
    return PetitionRules(
        terms,
        int(data["kept_months"]),
        verified=bool(data.get("verified", False)),
        complaint=complaint.get("text", {}),
        complaint_link=str(complaint.get("link", "")),
    )


def read_ratings(data: Mapping[str, Any]) -> tuple[RatingValue, ...]:
    """The values of a profile, the best first; none where nobody is asked."""
    return tuple(
        RatingValue(str(key), value["name"], bool(value.get("disliked", False)))
        for key, value in data.get("values", {}).items()
    )
