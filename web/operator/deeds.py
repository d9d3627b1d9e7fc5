"""Suspending, resuming and cancelling a process: asked once more, with a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from accounts.policy import Action
from core.database import transaction
from core.errors import N_, MotcuaError
from core.i18n import translated
from engine import operations, queries
from web.operator import forms
from web.operator.blueprint import acting, blueprint, visible
from web.operator.cases import cases_of
from web.operator.forms import Faulty

Page = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Deed:
    """What is done to a process as a whole, and how its page speaks of it."""

    title: str
    meaning: str
    done: str
    do: Callable[[UUID, str, str], None]
    grave: bool = False


def _suspend(instance_id: UUID, reason: str, actor: str) -> None:
    operations.suspend(instance_id, actor=actor, reason=reason)


def _cancel(instance_id: UUID, reason: str, actor: str) -> None:
    operations.cancel(instance_id, reason, actor=actor)


DEEDS: Final = {
    "suspend": Deed(
        N_("Suspend the process"),
        N_(
            "It stops where it stands. Messages and timers are kept and have their effect when it is "
            "resumed. Nobody can do its tasks until then."
        ),
        N_("The process is suspended."),
        _suspend,
    ),
    "cancel": Deed(
        N_("Cancel the process"),
        N_(
            "It ends at once with everything that is open in it, and the dossier goes no further. This "
            "cannot be undone."
        ),
        N_("The process is cancelled."),
        _cancel,
        grave=True,
    ),
}


@blueprint.get("/instances/<uuid:instance_id>/<any(suspend, cancel):name>")
def ask(instance_id: UUID, name: str) -> Page:
    """Ask whether it shall really be done, and why."""
    acting(Action.INSTANCE_CONTROL, instance_id)
    return _page(instance_id, name, {})


@blueprint.post("/instances/<uuid:instance_id>/<any(suspend, cancel):name>")
def do(instance_id: UUID, name: str) -> Page:
    """Do it."""
    deed, actor = DEEDS[name], acting(Action.INSTANCE_CONTROL, instance_id)
    try:
        with transaction():
            deed.do(instance_id, forms.reason(), actor.id)
    except Faulty as fault:
        return _page(instance_id, name, fault.errors), 400
    except MotcuaError as error:
        return _page(instance_id, name, forms.faults_of(error)), error.status
    flash(translated(deed.done), "done")
    return redirect(url_for("operator.instance", instance_id=instance_id), 303)


@blueprint.post("/instances/<uuid:instance_id>/resume")
def resume(instance_id: UUID) -> Response:
    """Let a suspended process go on."""
    with transaction():
        operations.resume(instance_id, actor=acting(Action.INSTANCE_CONTROL, instance_id).id)
    flash(translated(RESUMED), "done")
    return redirect(url_for("operator.instance", instance_id=instance_id), 303)


RESUMED: Final = N_("The process goes on.")


def _page(instance_id: UUID, name: str, errors: dict[str, str]) -> str:
    deed = DEEDS[name]
    return render_template(
        "operator/deed.html",
        instance=queries.find_instance(instance_id, visible_to=visible()),
        case=cases_of([instance_id]).get(instance_id),
        deed=deed,
        title=translated(deed.title),
        meaning=translated(deed.meaning),
        given=forms.text("reason"),
        errors=errors,
    )
