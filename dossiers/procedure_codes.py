"""The national code of the procedure that a dossier asks for: one service may serve several."""

from core.clock import day_of
from dossiers.models import Dossier
from dossiers.settled import facts_of
from workflows.queries import service_version

USUAL = "procedure_code"


def procedure_code_of(dossier: Dossier) -> str:
    """The code as it was decided when the dossier was sent; empty where nobody knows it.

    A draft tells that of the version with which it began.
    """
    pack = service_version(dossier.service_version)
    name = next(
        (
            code.setting
            for code in pack.manifest.procedure_codes
            if pack.read(code.when, dossier.answers) is True
        ),
        USUAL,
    )
    return str(facts_of(pack, dossier.agency_id, day=day_of(dossier.submitted_at))[name])
