"""Where evidence comes from: our own authority's from this process, all other by the network."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from asn1crypto import x509 as asn1

from signing.revocation.evidence import Evidence, gathered
from signing.revocation.fetching import Fetcher
from signing.revocation.publishing import Publisher


@dataclass(frozen=True)
class Sources:
    """Without a publisher nothing is known of our own certificates, without a fetcher of others."""

    publisher: Publisher | None = None
    fetcher: Fetcher | None = None

    def published(self, chain: Sequence[asn1.Certificate], since: datetime | None) -> Evidence:
        """What is published about each certificate of a trusted chain, its root first.

        With `since`, only what was published then or later.
        """
        found = gathered(self._each(chain, since))
        return found.since(since) if since else found

    def _each(
        self, chain: Sequence[asn1.Certificate], since: datetime | None
    ) -> Iterable[Evidence]:
        for issuer, certificate in pairwise(chain):
            own = self.publisher.published(issuer, since) if self.publisher else None
            if own is not None:
                yield own
            elif self.fetcher is not None:
                yield self.fetcher.published(certificate, issuer, since)


NO_SOURCES: Final = Sources()
