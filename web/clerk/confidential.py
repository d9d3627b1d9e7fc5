"""Reading what another system answered, for a task that one has taken; each look is on record."""

from uuid import UUID

from flask import render_template, url_for

from dossiers import queries
from dossiers.confidential.reading import read_answer
from web.clerk.blueprint import blueprint
from web.confidential import shown
from web.visitors import known_visitor


@blueprint.get("/tasks/<uuid:task_id>/confidential/<uuid:enquiry_id>")
def read_confidential(task_id: UUID, enquiry_id: UUID) -> str:
    """What was answered."""
    actor = known_visitor()
    enquiry, answer = read_answer(task_id, enquiry_id, actor=actor)
    item = queries.find_task(task_id, visible_to=actor)
    dossier = queries.find_dossier(item.proceeding.dossier_id, visible_to=actor)
    (told,) = shown([enquiry], dossier)
    return render_template(
        "clerk/confidential.html",
        item=item,
        told=told,
        answer=answer,
        back=url_for("clerk.task", task_id=task_id),
    )
