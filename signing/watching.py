"""Whether results can be sealed: keys that can be read, with certificates that last."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from core.clock import now
from core.errors import N_
from core.readiness import Finding, Level
from signing.certificates import Purpose
from signing.key_table import KeyTable
from signing.keys import AnyKey

ENDING_SOON: Final = timedelta(days=30)


def look_at_keys(table: KeyTable) -> Finding:
    """Whether every key that is in use can be read and is valid for another month.

    Raises OSError or ValueError when one cannot be read.
    """
    keys = list(_keys_in_use(table))
    if not keys:
        return Finding(Level.OK, N_("There is no signing key yet: the first seal makes one."))
    last = min(key.certificate.not_valid_after_utc for key in keys)
    if last - now() > ENDING_SOON:
        return Finding(Level.OK, N_("The signing keys can be used."))
    return Finding(
        Level.DEGRADED,
        N_("A signing certificate ends on %(date)s: renew it."),
        {"date": last.date().isoformat()},
    )


def _keys_in_use(table: KeyTable) -> Iterator[AnyKey]:
    owned = [
        f"{purpose}/{path.name}"
        for purpose in (Purpose.SEAL, Purpose.PERSON)
        for path in sorted((table.folder / purpose).glob("*"))
    ]
    for place in (Purpose.ISSUING, *owned):
        key = table.newest(place)
        if key is not None:
            yield key
