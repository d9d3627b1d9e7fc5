"""Where outside systems are and as whom we speak to them: a setting by decision of two persons.

A secret is never typed or shown: a decision names a file in the secrets directory of the servers.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import quote, unquote, urlsplit

import orjson
from flask import Flask
from flask_babel import gettext

from administration import Effect, SettingKind, in_force, settings_of
from administration.kinds import Change
from administration.timeline import Value
from connectors.errors import SecretMissing
from core.config import Settings
from core.errors import N_, Message
from forms import AnswersInvalid, Form
from forms import Path as AnswerPath

CONNECTION: Final = "connection"
_FOLDER: Final = Path(__file__).parent
_SECRET_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_BAD_ADDRESS = N_("Write an address that begins with %(schemes)s and names a host.")
_NO_SUCH_SECRET = N_(
    "The servers keep no secret of this name. Put it into their secrets directory first."
)
_SPOKEN_TO = N_(
    "From %(first)s on messages go to %(address)s instead of %(before)s; those that wait go there too."
)


class System(StrEnum):
    """The systems whose connection is settled."""

    ENTERPRISE_REGISTER = "enterprise-register"
    PAYMENT_PLATFORM = "payment-platform"
    MAIL_SERVER = "mail-server"


_WEB: Final = ("http", "https")
_SCHEMES: Final = {
    System.ENTERPRISE_REGISTER: _WEB,
    System.PAYMENT_PLATFORM: _WEB,
    System.MAIL_SERVER: ("smtp", "smtps", "smtp+starttls"),
}
_NAMES: Final[Mapping[System, Message]] = {
    System.ENTERPRISE_REGISTER: N_("Register of enterprises"),
    System.PAYMENT_PLATFORM: N_("Payment platform"),
    System.MAIL_SERVER: N_("Mail server"),
}


@dataclass(frozen=True)
class Connection:
    """An address, and who we are there."""

    address: str
    account: str = ""
    secret: str = ""

    @property
    def with_login(self) -> str:
        """The address with account and secret in it."""
        scheme, _, place = self.address.partition("://")
        login = f"{quote(self.account, safe='')}:{quote(self.secret, safe='')}@"
        return f"{scheme}://{login if self.account else ''}{place}"


ConnectionOf: TypeAlias = Callable[[System], Connection]


def connections_of(settings: Settings) -> ConnectionOf:
    """How to find the connection of a system today; it raises SecretMissing."""
    configured = _configured(settings)

    def connection(system: System) -> Connection:
        decided = in_force(CONNECTION).get(system)
        if decided is None:
            return configured[system]
        secret = decided.get("secret") or ""
        return Connection(
            decided["address"].rstrip("/"),
            decided.get("account") or "",
            _secret(settings.effective_secrets_directory, secret) if secret else "",
        )

    return connection


def install(app: Flask, settings: Settings) -> None:
    """Register the kind of setting."""
    configured = _configured(settings)
    kind = SettingKind(
        CONNECTION,
        N_("Connections to outside systems"),
        N_("Where the systems are that this site speaks with, and by which account and secret."),
        _form(),
        key=lambda value: str(value["system"]),
        title=lambda value: gettext(_NAMES[System(value["system"])]),
        second_person=True,
        per_agency=False,
        check=lambda value: _check(value, settings.effective_secrets_directory),
        effects=_effects,
        defaults=lambda: [_shown(*each) for each in configured.items()],
    )
    settings_of(app).add(kind)


def _configured(settings: Settings) -> dict[System, Connection]:
    """What holds where nothing is decided."""
    return {
        System.ENTERPRISE_REGISTER: Connection(settings.enterprise_register_url),
        System.PAYMENT_PLATFORM: Connection(
            settings.payment_gateway_url, settings.payment_partner, settings.payment_secret
        ),
        System.MAIL_SERVER: _mail_server(settings.mail_url),
    }


def _mail_server(url: str) -> Connection:
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return Connection(
        f"{parts.scheme}://{place}", unquote(parts.username or ""), unquote(parts.password or "")
    )


def _shown(system: System, connection: Connection) -> Value:
    """A configured connection as people read it: without its secret."""
    return {"system": str(system), "address": connection.address, "account": connection.account}


def _form() -> Form:
    english = orjson.loads((_FOLDER / "connection.en.json").read_bytes())
    file = _FOLDER / "connection.form"
    return Form.parse(file.read_bytes(), {"en": english}, file=file.name)


def _check(value: Value, secrets: Path) -> None:
    """Raise AnswersInvalid for an address of another kind, or a secret that is not there."""
    faults: dict[AnswerPath, list[str]] = {}
    schemes = _SCHEMES[System(value["system"])]
    parts = urlsplit(value["address"])
    if parts.scheme not in schemes or not parts.hostname or "@" in parts.netloc:
        known = ", ".join(f"{each}://" for each in schemes)
        faults["address",] = [gettext(_BAD_ADDRESS, schemes=known)]
    if value.get("secret") and not _file(secrets, value["secret"]).is_file():
        faults["secret",] = [gettext(_NO_SUCH_SECRET)]
    if faults:
        raise AnswersInvalid(faults)


def _effects(change: Change) -> Sequence[Effect]:
    value, before = change.ruling.value or {}, change.before or {}
    params = {"first": change.ruling.valid_from, "address": value.get("address", "-")}
    return (Effect(_SPOKEN_TO, {**params, "before": before.get("address", "-")}),)


def _secret(directory: Path, name: str) -> str:
    try:
        return _file(directory, name).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SecretMissing(name=name) from error


def _file(directory: Path, name: str) -> Path:
    """Where a secret is; a name that could lead elsewhere leads nowhere."""
    return directory / (name if _SECRET_NAME.fullmatch(name) else "-")
