"""A mutant: one file of a pack with one small fault in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.pack import ServicePack

NOTHING = "–"
Touch = tuple[str, str]
"""What a scenario must come by to notice: `node`, `table` or `form`, and its id."""

Sort = tuple[str, str]
"""A file and what is changed in it, such as `retries`."""


@dataclass(frozen=True)
class Mutant:
    """One fault. `what` names the thing changed, such as `status`; `old` and `new` are its texts.

    Only scenarios that come by `near` or `touches` can notice; without either any can. Those that
    come by `near` are asked first.
    """

    file: str
    line: int
    element: str
    what: str
    old: str
    new: str
    content: bytes = field(repr=False)
    touches: frozenset[Touch] = frozenset()
    near: frozenset[Touch] = frozenset()

    @property
    def id(self) -> str:
        """The name by which the list of equivalent mutants knows it; without line numbers."""
        return f"{self.file} {self.element} {self.what}: {self.old} → {self.new}"

    @property
    def sort(self) -> Sort:
        """Faults of one sort are often noticed by the same scenario."""
        return self.file, self.what

    def applied(self, pack: ServicePack) -> ServicePack:
        """The pack with this fault."""
        return ServicePack({**pack.files, self.file: self.content})

    def as_row(self) -> Mapping[str, str | int]:
        """The mutant as JSON."""
        return {
            "id": self.id,
            "file": self.file,
            "line": self.line,
            "element": self.element,
            "what": self.what,
            "old": self.old,
            "new": self.new,
        }
