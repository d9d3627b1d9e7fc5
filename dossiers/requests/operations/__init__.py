"""The only code that changes requests. Each function works in its caller's transaction."""

from dossiers.requests.operations.answering import deny, grant, take_back
from dossiers.requests.operations.corrections import ask_correction, correct
from dossiers.requests.operations.endings import ask_stop, propose_refusal, propose_stop
from dossiers.requests.operations.extensions import propose_extension
from dossiers.requests.operations.supplements import Asking, Defect, tick

__all__ = [
    "Asking",
    "Defect",
    "ask_correction",
    "ask_stop",
    "correct",
    "deny",
    "grant",
    "propose_extension",
    "propose_refusal",
    "propose_stop",
    "take_back",
    "tick",
]
