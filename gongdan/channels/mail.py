"""E-mail out: the port, the SMTP adapter, and its in-memory twin."""

from __future__ import annotations

import os
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Protocol
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Mail:
    """A message to send. `message_id` is its dedupe key: a second sending carries the same."""

    to: str
    subject: str
    text: str
    message_id: str
    at: datetime


class Mailer(Protocol):
    """Something that delivers mail. Raises OSError (smtplib's errors are) when it could not."""

    def send(self, mail: Mail) -> None: ...


class MemoryMailer:
    """The twin for tests and installations without SMTP: keeps what it was given."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    def send(self, mail: Mail) -> None:
        self.sent.append(mail)


class SmtpMailer:
    """SMTP from an address such as smtp://user:password@host:587?from=desk@example.com (smtps:// for TLS at once)."""

    def __init__(self, url: str, seconds: float = 20.0) -> None:
        self.parts = urlsplit(url)
        query = dict(p.partition("=")[::2] for p in self.parts.query.split("&") if p)
        self.sender = unquote(query.get("from", "gongdan@localhost"))
        self.starttls = query.get("starttls", "if-offered")
        self.seconds = seconds

    def send(self, mail: Mail) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, mail.to, mail.subject
        message["Message-ID"] = mail.message_id
        message["Date"] = format_datetime(mail.at)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        host, port = self.parts.hostname or "localhost", self.parts.port or 25
        kind = smtplib.SMTP_SSL if self.parts.scheme == "smtps" else smtplib.SMTP
        with kind(host, port, timeout=self.seconds) as server:
            server.ehlo()
            if self.parts.scheme == "smtp" and self.starttls != "never" and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
            if self.parts.username:
                server.login(unquote(self.parts.username), unquote(self.parts.password or ""))
            server.send_message(message)


_memory = MemoryMailer()


def mailer() -> Mailer:
    """The mailer of this installation: SMTP when GONGDAN_SMTP_URL is set, else the twin that only remembers."""
    url = os.environ.get("GONGDAN_SMTP_URL", "")
    return SmtpMailer(url) if url else _memory
