"""Withdrawing a dossier that was received: asked for, and granted or denied."""

from accounts.actor import Actor
from dossiers.errors import TooLateToWithdraw
from dossiers.models import Dossier
from dossiers.requests.models import DossierRequest, RequestKind
from dossiers.requests.operations.keeping import ask
from dossiers.requests.rules import is_decided, rules_of
from engine import operations as engine
from engine.messages import MessageOutcome
from workflows.sections.requests import ASKED

WITHDRAWAL = "withdrawal"


def must_be_asked(dossier: Dossier) -> bool:
    """Whether the rule wants a withdrawal of this dossier to be granted first."""
    received = dossier.received_at is not None
    return received and rules_of(dossier).withdrawal.after_reception == ASKED


def ask_withdrawal(dossier: Dossier, *, reason: str, actor: Actor) -> DossierRequest:
    """Ask to have a locked dossier back. Raises TooLateToWithdraw, RequestStands."""
    if is_decided(dossier):
        raise TooLateToWithdraw
    return ask(dossier, RequestKind.WITHDRAWAL, reason, {}, by=actor, by_applicant=True)


def carry_out(request: DossierRequest, dossier: Dossier) -> None:
    """Tell the process what was granted. Raises TooLateToWithdraw where it no longer listens."""
    tell_process(dossier, request.reason, request.asked_by)


def tell_process(dossier: Dossier, reason: str, by: str) -> None:
    """Tell a process that its dossier is withdrawn. Raises TooLateToWithdraw."""
    outcome = engine.publish_message(
        WITHDRAWAL, str(dossier.id), {WITHDRAWAL: {"reason": reason, "by": by}}
    )
    if outcome is not MessageOutcome.DELIVERED:
        raise TooLateToWithdraw
