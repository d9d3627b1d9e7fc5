"""The variables of a process: shown to those who ask for them, which is noted, and changed."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts.policy import Action
from core.database import transaction
from core.errors import MotcuaError
from dossiers.inside import look_inside
from dossiers.looks import note_look_inside
from engine import operations, queries
from engine.dmn.words import literal
from forms.personal import MASK
from web.operator import forms
from web.operator.blueprint import acting, blueprint, visible
from web.operator.cases import cases_of
from web.operator.forms import Faulty
from web.visitors import known_visitor


@blueprint.get("/instances/<uuid:instance_id>/variables")
def variables(instance_id: UUID) -> str:
    """What the process holds. That it was looked at is on record."""
    acting(Action.INSTANCE_READ, instance_id)
    return _page(instance_id, {})


@blueprint.post("/instances/<uuid:instance_id>/variables")
def change(instance_id: UUID) -> str | Response | tuple[str, int]:
    """Set one variable, and try an incident again if that was asked for."""
    actor = acting(Action.INSTANCE_CHANGE, instance_id)
    try:
        with transaction():
            _change(instance_id, actor.id)
    except Faulty as fault:
        return _page(instance_id, fault.errors), 400
    except MotcuaError as error:
        return _page(instance_id, forms.faults_of(error)), error.status
    flash(_("The variable “%(name)s” was changed.", name=forms.text("name")), "done")
    return redirect(url_for("operator.instance", instance_id=instance_id), 303)


def _change(instance_id: UUID, actor: str) -> None:
    name, value, reason = forms.all_of(_name, _value, forms.reason)
    scope, incident = forms.number("scope"), forms.text("retry")
    if incident:
        operations.retry_incident(
            instance_id,
            forms.identity(incident),
            actor=actor,
            changes={name: value},
            scope=scope,
            reason=reason,
        )
    else:
        operations.change_variables(
            instance_id, {name: value}, scope=scope, actor=actor, reason=reason
        )


def _value() -> Any:
    if MASK in forms.text("value"):
        raise Faulty({"value": _("A mask is no value. Have the hidden value shown first")})
    return forms.value("value")


def _name() -> str:
    name = forms.text("name")
    if not name:
        raise Faulty({"name": _("Name the variable")})
    return name


def _page(instance_id: UUID, errors: dict[str, str]) -> str:
    found = queries.find_instance(instance_id, visible_to=visible())
    note_look_inside(instance_id, known_visitor())
    return render_template(
        "operator/variables.html",
        instance=found,
        case=cases_of([instance_id]).get(instance_id),
        running=found.ended_at is None,
        scopes=look_inside(instance_id, visible_to=known_visitor(), instead=MASK),
        incidents=queries.incidents(visible_to=visible(), instance_id=instance_id),
        written=literal,
        typed={name: forms.text(name) for name in ("scope", "name", "value", "reason", "retry")},
        errors=errors,
    )
