"""What the providers share that never wait."""

from signing.errors import SignerUnavailable
from signing.keys import AnyKey
from signing.providers.answers import Answer


class AtOnce:
    """Answers at once, or not at all."""

    answers_at_once = True

    def poll(self, key: AnyKey, transaction: str, requests: int) -> Answer:  # noqa: ARG002
        """Nothing ever waits here."""
        raise SignerUnavailable(reason=f"the key {key.kid} signs at once and knows no transactions")
