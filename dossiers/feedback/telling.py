"""E-mail to who sent a petition, in his language."""

from enum import StrEnum
from typing import Any, Final

from flask_babel import force_locale, format_date

from accounts.models import Account
from accounts.notices import Mail, write
from accounts.runtime import runtime
from core.database import db
from core.errors import N_
from core.i18n import date_pattern, translated
from dossiers.context import jurisdiction
from dossiers.feedback.models import Petition


class Word(StrEnum):
    """What an e-mail is about."""

    RECEIVED = "received"
    ASKED = "asked"
    REFUSED = "refused"
    ANSWERED = "answered"


_SUBJECTS: Final = {
    Word.RECEIVED: N_("%(reference)s: we have your petition"),
    Word.ASKED: N_("%(reference)s: please say more"),
    Word.REFUSED: N_("%(reference)s: your petition is not dealt with"),
    Word.ANSWERED: N_("%(reference)s: your petition is answered"),
}
_TEXTS: Final = {
    Word.RECEIVED: N_("It is to be answered by %(until)s. Nobody whom it concerns reads it."),
    Word.ASKED: N_("To answer you, we need to know: %(question)s"),
    Word.REFUSED: N_("Why: %(answer)s"),
    Word.ANSWERED: N_("%(answer)s"),
}
_LOOK: Final = N_("See your petition:\n%(address)s")
_HELLO: Final = N_("Hello %(name)s,")


def tell_sender(petition: Petition, word: Word, secret: str = "") -> None:
    """Write to the sender; who has no account gets his link with the first e-mail."""
    account = db.session.get(Account, petition.sender_id) if petition.sender_id else None
    language = account.language if account else petition.language
    with force_locale(language):
        facts = _facts(petition, language, secret)
        subject, parts = translated(_SUBJECTS[word], facts), [translated(_TEXTS[word], facts)]
        if facts["address"]:
            parts.append(translated(_LOOK, facts))
        hello = translated(_HELLO, facts)
    if account is not None:
        write(account, subject, "\n\n".join(parts))
    elif petition.email:
        runtime().post(Mail(petition.email, subject, "\n\n".join([hello, *parts]) + "\n"))


def _facts(petition: Petition, language: str, secret: str) -> dict[str, Any]:
    site = jurisdiction().public_url
    own = f"{site}/petitions/{petition.id}" if petition.sender_id else ""
    return {
        "reference": petition.reference,
        "name": petition.name,
        "question": petition.question,
        "answer": petition.answer,
        "until": format_date(petition.answer_until, date_pattern(language)),
        "address": f"{site}/petitions/link/{secret}" if secret else own,
    }
