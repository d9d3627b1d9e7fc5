"""The paper that a leader looks at before he confirms: the letter as far as it can be known by then."""

from collections.abc import Mapping
from typing import Any

from accounts.actor import Actor
from core.clock import now
from core.database import reading
from dossiers.issuing import subject_of, typeset
from dossiers.letters import letter_context, photo_of
from dossiers.queries import TaskItem
from dossiers.sittings.queries import rule_of
from engine import queries as engine
from engine.queries import EVERYTHING
from workflows.pack import expression


def paper_of(item: TaskItem, *, actor: Actor) -> bytes | None:
    """A PDF without number, signature and seal; None where the service names no letter.

    Typeset outside of transactions.
    """
    rule = rule_of(item)
    if rule is None or not rule.paper:
        return None
    with reading():
        told = engine.variables(item.task.instance_id, visible_to=EVERYTHING)
    given = {name: _value(text, told) for name, text in rule.paper.items()}
    subject = subject_of(item.proceeding.dossier_id)
    context = letter_context(
        subject, {}, now(), table=given.get("table"), decided=given.get("facts")
    )
    context["signer"] = {**context["signer"], "name": actor.name}
    photo = photo_of(subject.documents, str(given.get("photo") or ""))
    return typeset(subject.pack, given["letter"], context, context["dossier"]["track_url"], photo)


def _value(text: str, told: Mapping[str, Any]) -> Any:
    return expression(text).evaluate(told) if text.startswith("=") else text
