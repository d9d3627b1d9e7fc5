"""Messages to people: e-mail by SMTP."""

from connectors.notify.mail import MailServer

__all__ = ["MailServer"]
