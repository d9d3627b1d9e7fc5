"""Sends e-mail over SMTP.

The address of the server is `smtp://HOST:PORT`, `smtp+starttls://USER:PASSWORD@HOST:PORT` or
`smtps://…`. A subject or an address that could begin another header line is refused.
"""

import smtplib
import ssl
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import SplitResult, unquote, urlsplit

from connectors.errors import MailRefused, SystemDown
from core.clock import now

SYSTEM = "mail server"
TIME_OUT_SECONDS = 10.0
_PERMANENT = 500


@dataclass(frozen=True)
class MailServer:
    """The server at an address; every message comes from `sender`."""

    address: str
    sender: str

    def send(self, to: str, subject: str, text: str, *, key: str) -> None:
        """Hand over one message in plain text; `key` is the same at every attempt.

        Raises MailRefused when the server never will take it or it could forge headers, and
        SystemDown for everything that may be better next time.
        """
        message = self._message(to, subject, text, key)
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(next(iter(error.recipients.values()))[0]) from None
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code) from None
        except (OSError, smtplib.SMTPException) as error:
            raise SystemDown(system=SYSTEM, fault=type(error).__name__) from None

    def _message(self, to: str, subject: str, text: str, key: str) -> EmailMessage:
        message = EmailMessage()
        try:
            message["From"] = self.sender
            message["To"] = Address(addr_spec=to)
            message["Subject"] = subject
        except (ValueError, IndexError, MessageError) as error:
            raise MailRefused(fault="its address or subject is not valid") from error
        message["Date"] = format_datetime(now())
        message["Message-ID"] = make_msgid(key, _host(self.sender))
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return message

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self.address)
        server = _opened(parts)
        if parts.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server


def _opened(parts: SplitResult) -> smtplib.SMTP:
    host = parts.hostname or ""
    if parts.scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIME_OUT_SECONDS, context=context)
    return smtplib.SMTP(host, parts.port or 25, timeout=TIME_OUT_SECONDS)


def _refusal(code: int) -> MailRefused | SystemDown:
    if code >= _PERMANENT:
        return MailRefused(fault=f"SMTP {code}")
    return SystemDown(system=SYSTEM, fault=f"SMTP {code}")


def _host(sender: str) -> str:
    return sender.rpartition("@")[2].strip("> ") or "localhost"
