"""What is to be said about a plan or an instance: reasons against, and what changes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from core.errors import N_

TEXTS: Mapping[str, str] = {
    # reasons against
    "gone": N_("“%(element)s” has no counterpart in the new version: name one"),
    "other-kind": N_("“%(target)s” is of another kind (%(new)s) than “%(element)s” (%(old)s)"),
    "other-scope": N_("“%(target)s” does not stand in the same subprocess as “%(element)s”"),
    "other-loop": N_("“%(target)s” is not repeated in the same way as “%(element)s”"),
    "other-item": N_("“%(target)s” gives its items or results other names than “%(element)s”"),
    "unreachable": N_("No way leads to “%(target)s” in the new version"),
    "flow-gone": N_("What waits in “%(element)s” came by the flow “%(flow)s”, which is gone"),
    "stuck": N_("It would get stuck at %(at)s in the new version, on the way %(path)s"),
    "twice": N_("%(at)s could run twice at once in the new version, on the way %(path)s"),
    "not-computable": N_("“%(element)s” cannot be prepared in the new version: %(message)s"),
    "under-way": N_("A message is under way to “%(element)s”, which is gone: try again later"),
    "other-version": N_("The process does not run in the version from which the plan starts"),
    "no-release": N_("The new version belongs to no release of the same service"),
    # what changes
    "form-changed": N_("“%(element)s” gets another form"),
    "limit-changed": N_("“%(element)s” has another time limit; open tasks keep theirs"),
    "people-changed": N_("“%(element)s” is done by other people"),
    "work-changed": N_("“%(element)s” is work of another type; open jobs keep theirs"),
    "inputs-changed": N_(
        "“%(element)s” has other inputs; where it has begun they stay as they are"
    ),
    "loop-changed": N_(
        "“%(element)s” is repeated over something else; what has begun keeps its items"
    ),
    "timer-changed": N_("“%(element)s” has another time; running timers keep their moment"),
    "message-changed": N_("“%(element)s” waits for another message or signal"),
    "interrupting-changed": N_("“%(element)s” interrupts now, or does so no longer"),
    "event-added": N_("“%(element)s” now also waits for “%(event)s”"),
    "event-removed": N_("“%(element)s” no longer waits for “%(event)s”"),
    "undoing-lost": N_("“%(element)s” can no longer be undone, even where it is finished"),
    "scope-changed": N_("What runs in “%(element)s” goes on in “%(target)s”"),
}


@dataclass(frozen=True)
class Remark:
    """One sentence about an element. `text` is an English message id, filled with `params`."""

    code: str
    element_id: str
    params: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def text(self) -> str:
        """The sentence as a message id."""
        return TEXTS[self.code]

    def __str__(self) -> str:
        return self.text % self.params

    def as_json(self) -> dict[str, Any]:
        """As kept in a report."""
        return asdict(self)


def remark(code: str, element_id: str, **params: str) -> Remark:
    """A remark whose text may name its own element."""
    return Remark(code, element_id, {"element": element_id, **params})
