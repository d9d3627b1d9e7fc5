"""Which identity providers there are: `identity.yaml` of the profile, or the file of the settings.

A value may name where it is kept: `setting:identity_secret`, `env:NAME` or `file:/path`.
"""

import ipaddress
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from accounts.actor import GRANTABLE_ROLES, Kind
from core.config import Settings
from core.errors import InvalidSetting
from workflows import profiles
from workflows.manifest import PlainLoader

SETTING = "MOTCUA_IDENTITY_PROVIDERS"
_CLAIMS = frozenset({"login", "name", "email", "number"})


@dataclass(frozen=True)
class Provider:
    """One identity provider and what its claims mean here.

    `claims` maps login, name, email and number to names of claims. `levels` maps values of `acr` to
    levels of assurance; any other value is level 1. `groups` maps a group to pairs of a role and the
    code of an agency, None for all. With `key`, a PEM, we prove ourselves by private_key_jwt.
    """

    code: str
    kind: Kind
    names: Mapping[str, str]
    issuer: str
    client: str
    secret: str = ""
    key: str = ""
    key_id: str = ""
    scopes: Sequence[str] = ("openid",)
    claims: Mapping[str, str] | None = None
    levels: Mapping[str, int] | None = None
    groups_claim: str = "groups"
    groups: Mapping[str, Sequence[tuple[str, str | None]]] | None = None


def read_providers(settings: Settings) -> Mapping[str, Provider]:
    """The providers by code; raises InvalidSetting naming the file and what is wrong in it.

    One that speaks without TLS is left out, unless it and the site are both on this very machine.
    """
    path = Path(settings.identity_providers or _of_profile(settings))
    if not settings.identity_providers and not path.is_file():
        return {}
    try:
        data = yaml.load(path.read_text("utf-8"), PlainLoader)  # noqa: S506  a SafeLoader
        found = [_provider(each, settings) for each in data["providers"]]
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidSetting(variable=SETTING, value=f"{path}: {error}") from error
    return {each.code: each for each in found if _is_private(each.issuer, settings)}


def _provider(data: Mapping[str, Any], settings: Settings) -> Provider:
    known = {field.name for field in fields(Provider)}
    if strange := data.keys() - known:
        raise ValueError(f"unknown field {', '.join(sorted(strange))}")
    values = {name: _resolved(value, settings) for name, value in data.items()}
    values["kind"] = Kind(values["kind"])
    values["groups"] = {
        group: tuple(_grant(each) for each in grants)
        for group, grants in values.get("groups", {}).items()
    }
    provider = Provider(**values)
    _check(provider)
    return provider


def _check(provider: Provider) -> None:
    if provider.kind not in {Kind.CITIZEN, Kind.STAFF}:
        raise ValueError(f"{provider.code}: kind must be citizen or staff")
    if strange := (provider.claims or {}).keys() - _CLAIMS:
        raise ValueError(f"{provider.code}: unknown claim {', '.join(sorted(strange))}")
    if provider.kind is Kind.CITIZEN and provider.groups:
        raise ValueError(f"{provider.code}: citizens get no roles from groups")
    if not (provider.secret or provider.key):
        raise ValueError(f"{provider.code}: a secret or a key is needed")


def _grant(data: Mapping[str, str]) -> tuple[str, str | None]:
    if data["role"] not in GRANTABLE_ROLES:
        raise ValueError(f"role {data['role']} cannot be granted")
    return data["role"], data.get("agency")


def _resolved(value: Any, settings: Settings) -> Any:
    if not isinstance(value, str):
        return value
    where, _, name = value.partition(":")
    match where:
        case "setting":
            return str(getattr(settings, name))
        case "env":
            return os.environ[name]
        case "file":
            return Path(name).read_text("utf-8").strip()
    return value


def _is_private(issuer: str, settings: Settings) -> bool:
    """Whether nobody in between can read or change what is said."""
    if issuer.startswith("https://"):
        return True
    return _is_loopback(issuer) and _is_loopback(settings.public_url)


def _is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _of_profile(settings: Settings) -> Path:
    return Path(profiles.__path__[0]) / settings.profile / "identity.yaml"
