"""Personal answers: who sees them at once, and who only one at a time, for a reason on record."""

from collections.abc import Mapping, Sequence
from typing import Any

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from dossiers.models import Dossier
from dossiers.queries import pack_of
from forms import Form, Path, Row
from forms.personal import masked, without_personal


def sees_personal(actor: Actor, dossier: Dossier) -> bool:
    """Whether personal answers are shown to the actor without asking."""
    return policy.allows(actor, Action.DOSSIER_VIEW_PERSONAL, dossier)


def shown_answers(dossier: Dossier, *, visible_to: Actor) -> tuple[Mapping[str, Any], list[str]]:
    """The answers of the application, null for what is hidden; and what is hidden, as `a.0.b`."""
    if sees_personal(visible_to, dossier):
        return dossier.answers, []
    shown, hidden = without_personal(application_form(dossier).components, dossier.answers)
    return shown, [dotted(path) for path in hidden]


def shown_rows(
    form: Form, answers: Mapping[str, Any], rows: Sequence[Row], dossier: Dossier, actor: Actor
) -> list[Row]:
    """Rows of a form's summary as this actor may see them."""
    if sees_personal(actor, dossier):
        return list(rows)
    return masked(rows, without_personal(form.components, answers)[1])


def shown_number(dossier: Dossier, *, visible_to: Actor) -> str | None:
    """The owner's number; null where it is a person's and those are hidden from the actor."""
    if sees_personal(visible_to, dossier):
        return dossier.organisation_number
    return None if pack_of(dossier).owner_number_is_personal else dossier.organisation_number


def application_form(dossier: Dossier) -> Form:
    """The form that the dossier answers."""
    pack = pack_of(dossier)
    return pack.form(pack.manifest.application_form)


def dotted(path: Path) -> str:
    """The place of an answer in one word."""
    return ".".join(map(str, path))
