"""What a signer answers: signatures, a promise, or a refusal."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Request:
    """One thing to sign: the SHA-256 of what is covered, and what a person reads before approving.

    `reference` names it at the signer. Asking again with the same one asks for the same thing.
    """

    digest: bytes
    title: str
    reference: str


@dataclass(frozen=True)
class Signed:
    """The raw signatures, in the order in which they were asked for."""

    signatures: tuple[bytes, ...]

    @property
    def signature(self) -> bytes:
        """The only one."""
        (only,) = self.signatures
        return only


@dataclass(frozen=True)
class Waiting:
    """A person must approve until then; `transaction` is what to ask for."""

    transaction: str
    until: datetime


@dataclass(frozen=True)
class Refused:
    """The person, or the signer, said no; `reason` in the signer's own words."""

    reason: str


@dataclass(frozen=True)
class Expired:
    """Nobody approved in time."""


Answer = Signed | Waiting | Refused | Expired


@dataclass(frozen=True)
class Callback:
    """What a signer tells of its own accord about one of its transactions."""

    transaction: str
    answer: Answer
