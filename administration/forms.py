"""The questions that every proposal answers, whatever it is about."""

from pathlib import Path
from typing import Final

from forms import Form

FROM, UNTIL, REASON = "ruling_from", "ruling_until", "ruling_reason"
_ENGLISH: Final = {
    FROM: {"dateLabel": "In force from"},
    UNTIL: {"dateLabel": "Until the end of (optional)"},
    REASON: {
        "label": "Why it shall change",
        "description": "The one who decides and auditors will read it.",
    },
}
_CONTENT: Final = Path(__file__).with_name("ruling.form").read_bytes()

RULING: Final = Form.parse(_CONTENT, {"en": _ENGLISH}, file="ruling.form")
"""Since when, until when, and why."""
