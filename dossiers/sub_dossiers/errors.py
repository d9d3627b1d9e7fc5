"""What goes wrong with sub-dossiers."""

from core.errors import N_, InvalidRequest


class PartNotUnderstood(InvalidRequest):
    """What the process says of a sub-dossier cannot be made."""

    code = "part-not-understood"
    title = N_("The sub-dossier cannot be opened: %(fault)s")
    remedy = N_("Correct what the process gives to “sub-dossier.open”, then try it again.")
