"""What is wrong with a row, where, and how to mend it."""

import dataclasses
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from core.errors import N_, Message, MotcuaError

TEXTS: Final[Mapping[str, tuple[Message, Message]]] = {
    "missing": (N_("Nothing is given"), N_("Fill this cell.")),
    "too-long": (N_("The text is too long"), N_("Shorten it to at most 1000 letters.")),
    "not-a-date": (
        N_("“%(value)s” is no day"),
        N_("Write the day as the chosen format says, or as 2024-12-31."),
    ),
    "future": (N_("This day has not come yet"), N_("Give the day on which it was issued.")),
    "agency-unknown": (
        N_("There is no agency “%(value)s”"),
        N_("Give its code, or name the code in the list of replacements."),
    ),
    "unit-unknown": (
        N_("The agency has no unit “%(value)s”"),
        N_("Give the code of a unit that is there, or of one in an earlier row."),
    ),
    "taken": (N_("“%(value)s” is taken already"), N_("Give another one, or leave the row out.")),
    "twice": (
        N_("“%(value)s” is in the row %(row)s, too"),
        N_("Leave one of the two rows out."),
    ),
    "imported": (
        N_("This row was imported before"),
        N_("Nothing needs to be done, unless the earlier import is taken back."),
    ),
    "email": (N_("“%(value)s” is no e-mail address"), N_("Correct it or leave it empty.")),
    "login": (
        N_("“%(value)s” cannot be a login"),
        N_("Use at most 100 letters, digits and the signs . _ @ -"),
    ),
    "role-unknown": (N_("There is no role “%(value)s”"), N_("Give one of: %(roles)s")),
    "service-unknown": (N_("There is no service “%(value)s”"), N_("Give the key of a service.")),
    "enterprise-number": (
        N_("“%(value)s” is no enterprise number"),
        N_("Check the digits; the last one is a check digit."),
    ),
    "owner-unknown": (
        N_("There is no citizen with the login “%(value)s”"),
        N_("Correct it, or leave it empty: then it is the organisation's alone."),
    ),
    "officer-unknown": (
        N_("There is nobody of the staff with the login “%(value)s”"),
        N_("Correct it, or leave it empty: then the task waits in its queue."),
    ),
    "not-a-moment": (
        N_("“%(value)s” is no moment"),
        N_("Write a day as the chosen format says, perhaps with a time: 31/12/2024 14:30."),
    ),
    "not-yet": (N_("This moment has not come yet"), N_("Give the moment at which it happened.")),
    "due-early": (
        N_("It is due before it was received"),
        N_("Correct one of the two, or leave the due day empty: then it is counted."),
    ),
    "state-unknown": (
        N_("No dossier can go on from “%(value)s”"),
        N_("Give one of: %(states)s; or name it in the list of replacements."),
    ),
    "amount": (N_("“%(value)s” is no amount"), N_("Write a number, such as 3.000.000.")),
    "channel-unknown": (
        N_("There is no channel “%(value)s”"),
        N_("Give one of: online, counter, post."),
    ),
    "numbers-differ": (
        N_("The answers name the organisation “%(value)s”"),
        N_("Both must be the same, or the number of the applicant empty."),
    ),
    "answer": (
        N_("%(message)s"),
        N_("Complete or correct it in the file: the form of the service asks for it."),
    ),
}


@dataclass(frozen=True)
class Problem:
    """One fault: the field (empty for the row as a whole), title and remedy with their parameters."""

    field: str
    code: str
    title: str
    remedy: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As a row keeps it."""
        return asdict(self)


def problem(name: str, code: str, **params: Any) -> Problem:
    """A problem of the table above."""
    title, remedy = TEXTS[code]
    return Problem(name, code, str(title), str(remedy), params)


def problem_of(error: MotcuaError) -> Problem:
    """What an operation refused, told of the row as a whole."""
    params = {name: str(value) for name, value in error.params.items()}
    return Problem("", error.code, str(error.title), str(error.remedy), params)
