"""Where the pages of imports are hung, and the words that they use."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint

from accounts.actor import Actor
from core.errors import N_, Message
from core.i18n import translated
from importing import queries
from importing.models import ImportState, RowState
from importing.reporting import field_title
from web.languages import current
from web.visitors import known_visitor

STATES: Final[Mapping[ImportState, Message]] = {
    ImportState.UPLOADED: N_("Columns must be chosen"),
    ImportState.CHECKED: N_("Tried, nothing is written yet"),
    ImportState.RUNNING: N_("Being imported"),
    ImportState.IMPORTED: N_("Imported, waiting for the release"),
    ImportState.RELEASING: N_("Being released"),
    ImportState.RELEASED: N_("Released"),
    ImportState.TAKING_BACK: N_("Being taken back"),
    ImportState.TAKEN_BACK: N_("Taken back"),
}
ROW_STATES: Final[Mapping[RowState, Message]] = {
    RowState.WAITING: N_("Rows without problems"),
    RowState.FAULTY: N_("Rows with problems, left out"),
    RowState.FAILED: N_("Rows that were refused when they were made"),
    RowState.MADE: N_("Rows imported"),
    RowState.RELEASED: N_("Rows released"),
    RowState.TAKEN_BACK: N_("Rows taken back"),
}
MOVING: Final = frozenset({ImportState.RUNNING, ImportState.RELEASING, ImportState.TAKING_BACK})

blueprint = Blueprint(
    "importing", __name__, template_folder="templates", url_prefix="/administration/imports"
)


@blueprint.before_request
def _for_importers() -> None:
    importer()


@blueprint.context_processor
def _known_to_templates() -> dict[str, Any]:
    return {
        "translated": translated,
        "state_name": lambda run: translated(STATES[run.state]),
        "row_states": ROW_STATES,
        "field_title": lambda field: field_title(field, current()),
    }


def importer() -> Actor:
    """The visitor, who may import; raises NotSignedIn, ActionRefused."""
    queries.require_importer(known_visitor())
    return known_visitor()
