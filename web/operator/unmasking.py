"""Showing one hidden value of a process to an operator: for a reason, once, on record."""

from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext as _

from accounts.freshness import require_fresh
from accounts.policy import Action
from core.database import transaction
from dossiers import operations
from dossiers.errors import AnswerNotHidden
from dossiers.inside import hidden_value
from engine.dmn.words import literal
from web.operator import forms
from web.operator.blueprint import acting, blueprint
from web.operator.cases import cases_of

LONGEST = 9
ADDRESS = "/instances/<uuid:instance_id>/variables/unmask"


@blueprint.get(ADDRESS)
def ask_to_unmask(instance_id: UUID) -> str:
    """Ask what the value is wanted for."""
    actor = acting(Action.INSTANCE_UNMASK, instance_id)
    require_fresh(actor)
    hidden_value(instance_id, _scope(), _field(), visible_to=actor)
    return _page(instance_id)


@blueprint.post(ADDRESS)
def unmask(instance_id: UUID) -> str | tuple[str, int]:
    """Show the value, and record who wanted it and what for."""
    actor, reason = acting(Action.INSTANCE_UNMASK, instance_id), forms.text("reason")
    if not reason:
        return _page(instance_id, errors={"reason": _("Write what you need the value for")}), 400
    with transaction():
        value = operations.unmask_variable(
            instance_id, _scope(), _field(), reason=reason, actor=actor
        )
    return _page(instance_id, value=literal(value))


def _field() -> str:
    return request.values.get("field", "")


def _scope() -> int:
    """The number of the set of variables; raises AnswerNotHidden for anything else."""
    text = request.values.get("scope", "0")
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST:
        raise AnswerNotHidden(field=_field())
    return int(text)


def _page(
    instance_id: UUID, *, value: str | None = None, errors: dict[str, str] | None = None
) -> str:
    return render_template(
        "operator/unmask.html",
        instance_id=instance_id,
        case=cases_of([instance_id]).get(instance_id),
        field=_field(),
        scope=_scope(),
        value=value,
        errors=errors or {},
        back=url_for("operator.variables", instance_id=instance_id),
    )
