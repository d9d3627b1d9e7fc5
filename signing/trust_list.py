"""The list of other authorities that an installation believes: a YAML file beside its profile.

authorities:
  - name: Example Root CA
    certificate: roots/example.pem      # beside this file; or the PEM text itself
    for: [seal, sign, timestamp]        # agencies seal, persons sign
    since: 2020-01-01                   # optional: only what was signed from this day on …
    until: 2031-01-01                   # … and before this one (days in UTC)
    publishes_revocation: true          # then evidence is demanded, and asked for
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final

import yaml
from cryptography import x509

from core.errors import InvalidSetting
from signing.authorities import Authority, Use
from signing.keys import as_asn1

SETTING: Final = "MOTCUA_TRUST_LIST"
_FIELDS: Final = frozenset({"name", "certificate", "for", "since", "until", "publishes_revocation"})


def read_trust_list(path: Path) -> tuple[Authority, ...]:
    """The authorities of a list; raises InvalidSetting naming the file and what is wrong in it."""
    try:
        told = yaml.safe_load(path.read_text("utf-8"))
        return tuple(_authority(each, path.parent) for each in told["authorities"])
    except (OSError, yaml.YAMLError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise InvalidSetting(variable=SETTING, value=f"{path}: {error}") from error


def _authority(told: Mapping[str, Any], folder: Path) -> Authority:
    if strange := told.keys() - _FIELDS:
        raise ValueError(f"unknown field {', '.join(sorted(strange))}")
    if not isinstance(told["publishes_revocation"], bool):
        raise TypeError("publishes_revocation is true or false")
    return Authority(
        certificate=as_asn1(_root(str(told["certificate"]), folder)),
        uses=frozenset(Use(each) for each in told["for"]),
        publishes=told["publishes_revocation"],
        name=str(told["name"]),
        since=_moment(told.get("since")),
        until=_moment(told.get("until")),
    )


def _root(told: str, folder: Path) -> x509.Certificate:
    text = told if told.startswith("-----BEGIN") else (folder / told).read_text("ascii")
    (certificate,) = x509.load_pem_x509_certificates(text.encode("ascii"))
    if certificate.subject != certificate.issuer:
        raise ValueError(f"{certificate.subject.rfc4514_string()} is no root")
    return certificate


def _moment(told: date | None) -> datetime | None:
    return datetime.combine(told, time(), UTC) if told else None
