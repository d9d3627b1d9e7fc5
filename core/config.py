"""Every setting of the installation, read once from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from core.errors import InvalidSetting

PREFIX = "MOTCUA_"
_TRUTH = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def _setting(default: Any, meaning: str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"meaning": meaning, "secret": secret})


@dataclass(frozen=True)
class Settings:
    """One field per setting; the environment variable is `MOTCUA_` and the field's name in capitals."""

    data_directory: Path = _setting(  # noqa: RUF009  a dataclass field, made with its meaning
        Path("var"), "Folder of the embedded database, documents, development keys and secrets."
    )
    database_url: str = _setting(
        "", "SQLAlchemy URL of the database. Empty: an SQLite file in the data directory."
    )
    documents_url: str = _setting(
        "",
        "Where documents live: empty for a folder in the data directory, or "
        "s3://KEY:SECRET@HOST:PORT/BUCKET (add ?secure=0 for plain HTTP).",
        secret=True,
    )
    document_keys: str = _setting(
        "",
        "Keys that encrypt documents at rest, 64 hexadecimal digits each, the newest first, separated "
        "by commas. Older ones open what they encrypted. Empty: keys/documents.key in the data "
        "directory, one a line, made at the first start.",
        secret=True,
    )
    copies_url: str = _setting(
        "",
        "Where copies for good live, such as the daily seals of the record: a bucket of their own, "
        "made with object lock, written like documents_url. Empty: a folder in the data directory, "
        "which nothing locks.",
        secret=True,
    )
    public_url: str = _setting(
        "http://127.0.0.1:8000", "Address under which citizens reach the site; printed in QR codes."
    )
    profile: str = _setting(
        "vn",
        "Jurisdiction profile in workflows/profiles, or the whole path of a folder like those.",
    )
    secret_key: str = _setting(
        "",
        "Key of cookies and form tokens. Empty: made at first start, kept in the data directory.",
        secret=True,
    )
    former_secret_keys: str = _setting(
        "",
        "Secret keys of before, separated by commas: they open what was sealed then (seeds of "
        "authenticators, secrets of webhooks) until it is sealed anew.",
        secret=True,
    )
    secrets_directory: str = _setting(
        "",
        "Folder with one file per secret that a settled connection names. Empty: `secrets` in the data "
        "directory.",
    )
    enterprise_register_url: str = _setting(
        "http://127.0.0.1:8101", "Base address of the enterprise register look-up."
    )
    enterprise_active_statuses: str = _setting(
        "1", "Status codes of the register that mean an active enterprise, separated by commas."
    )
    enterprise_identity_field: str = _setting(
        "IDENTITY_NUMBER",
        "Field of a representative in the register's answer that holds the identity number. Not seen "
        "in any primary source: ask the register's operator.",
    )
    claim_by_name: bool = _setting(
        default=False,
        meaning="Whether an equal name proves a legal representative where the account or the register "
        "tells no identity number. Names are shared: without it such claims wait for the agency.",
    )
    payment_gateway_url: str = _setting(
        "http://127.0.0.1:8102", "Base address of the payment platform."
    )
    payment_secret: str = _setting(
        "sandbox-secret",
        "Secret shared with the payment platform for message digests.",
        secret=True,
    )
    payment_partner: str = _setting("MOTCUA", "Our partner code on the payment platform.")
    payment_digest: str = _setting(
        "sha256", "Digest algorithm of the payment platform's messages, by its name in hashlib."
    )
    identity_provider_url: str = _setting(
        "http://127.0.0.1:8103",
        "Address (issuer) of the national identity provider, as the profile's identity.yaml uses it. "
        "One without TLS is believed only on this very machine.",
    )
    identity_client: str = _setting("motcua", "Our client id at the identity provider.")
    identity_secret: str = _setting(
        "sandbox-secret", "Our client secret at the identity provider.", secret=True
    )
    identity_providers: str = _setting(
        "",
        "YAML file of the identity providers of citizens and staff. Empty: identity.yaml of the "
        "profile.",
    )
    mail_url: str = _setting(
        "smtp://127.0.0.1:8104",
        "Mail server: smtp://HOST:PORT, smtp+starttls://USER:PASSWORD@HOST:PORT or smtps://…",
        secret=True,
    )
    mail_sender: str = _setting(
        "Motcua <no-reply@localhost>", "Sender of every e-mail of the site."
    )
    egress_loopback: bool = _setting(
        default=False,
        meaning="Whether webhooks, and questions for revoked certificates, may go to this very "
        "machine, also without TLS; 1 or 0. For development: on a public site it would open the "
        "services of the machine to strangers.",
    )
    timestamp_url: str = _setting(
        "", "RFC 3161 authority. Empty: the in-process development authority, without legal weight."
    )
    trust_list: str = _setting(
        "",
        "YAML file of the authorities whose signatures and timestamps are believed beside our own, as "
        "signing/trust_list.py tells. Empty: trust.yaml of the profile.",
    )
    embedded_workers: int = _setting(
        2, "Threads that work jobs inside the web process; 0 for none."
    )
    job_notifications: bool = _setting(
        default=True,
        meaning="Whether PostgreSQL wakes idle workers at once; without it they look every second.",
    )
    message_memory_days: int = _setting(
        30,
        "Days for which a message to a process is remembered after it was delivered or expired: so "
        "long a second copy of it is recognised, and operators see those that came in vain.",
    )
    external_job_kinds: str = _setting(
        "",
        "Kinds of service tasks that programs outside work over the API, separated by commas; worker "
        "threads of the house leave them alone.",
    )
    access_token_seconds: int = _setting(900, "Life of an API access token, in seconds.")
    session_hours: int = _setting(8, "Life of a browser session, in hours.")
    idle_minutes: int = _setting(
        60, "Minutes after which a browser session in which nothing happens is over."
    )
    fresh_minutes: int = _setting(
        10, "Minutes for which a proof of who one is counts as fresh, before signing and unmasking."
    )
    password_words: str = _setting(
        "",
        "Words that passwords must not be made of, beside the lists, separated by commas: names of the "
        "authority, its systems and projects.",
    )
    staff_second_factor: bool = _setting(
        default=False,
        meaning="Whether staff with a password must have an authenticator as second factor; 1 or 0.",
    )
    export_days: int = _setting(
        7, "Days for which a copy of everything kept about a person can be fetched by him."
    )
    upload_megabytes: int = _setting(20, "Largest accepted document, in megabytes.")
    scanner_url: str = _setting(
        "",
        "ClamAV's daemon, which is asked about every file from outside: tcp://HOST:PORT or "
        "unix:///PATH. Files wait in quarantine until it has answered. Empty: no virus scanner.",
    )
    demonstration: bool = _setting(
        default=False, meaning="Whether every page says that its data is made up; 1 or 0."
    )
    play_scenarios: bool = _setting(
        default=True,
        meaning="Whether a new version of a service plays its scenarios before it is deployed; 1 or 0. "
        "0 only where the same files and the same code passed elsewhere, as in a test run.",
    )
    trusted_proxies: int = _setting(
        0,
        "Reverse proxies before the site whose X-Forwarded-For and X-Forwarded-Proto are believed. "
        "0: none, for a site that browsers reach directly; 1 behind one nginx that sets both.",
    )
    metrics_token: str = _setting(
        "",
        "Bearer token that opens /metrics and the details of /readyz. Empty: both are open to callers "
        "on this very machine, unless a proxy speaks for them.",
        secret=True,
    )
    audit_log_server: str = _setting(
        "",
        "Log server that gets every event of the record as RFC 5424: tls://HOST:PORT, tcp://HOST:PORT "
        "or udp://HOST:PORT (which nobody confirms). Empty: none.",
    )
    audit_log_authority: str = _setting(
        "", "File of the certificate by which a TLS log server is proven. Empty: the system's."
    )
    audit_log_details: bool = _setting(
        default=False,
        meaning="Whether the log server gets the details of events, which may be personal, and not "
        "only their hash; 1 or 0.",
    )
    log_level: str = _setting("INFO", "Least severe log line that is written.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings; raises InvalidSetting naming the variable that cannot be read."""
        environment = os.environ if environment is None else environment
        given = {
            setting.name: _parsed(setting.name, type(setting.default), environment[variable])
            for setting in fields(cls)
            if (variable := PREFIX + setting.name.upper()) in environment
        }
        return cls(**given)

    @property
    def effective_database_url(self) -> str:
        """The database URL, with psycopg 3 as driver of PostgreSQL."""
        if not self.database_url:
            return f"sqlite:///{(self.data_directory / 'motcua.db').resolve()}"
        scheme, separator, rest = self.database_url.partition("://")
        driver = "postgresql+psycopg" if scheme in {"postgres", "postgresql"} else scheme
        return driver + separator + rest

    @property
    def effective_secrets_directory(self) -> Path:
        """Where secrets are that decisions name."""
        return Path(self.secrets_directory or self.data_directory / "secrets")

    @property
    def serves_https(self) -> bool:
        """Whether cookies may be marked secure; only a loopback development site may answer no."""
        return self.public_url.startswith("https://")


def _parsed(name: str, kind: type, text: str) -> Any:
    try:
        return _TRUTH[text.lower()] if kind is bool else kind(text)
    except (KeyError, ValueError) as error:
        raise InvalidSetting(variable=PREFIX + name.upper(), value=text) from error
