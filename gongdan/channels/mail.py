"""E-mail out: the port, the SMTP adapter (RFC 5321), and its in-memory twin."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

SECONDS = 10.0
CONNECT_SECONDS = 5.0


@dataclass(frozen=True)
class Mail:
    """A message to send. `message_id` is its dedupe key: a second sending carries the same."""

    to: str
    subject: str
    text: str
    message_id: str
    at: datetime


class Refused(Exception):
    """This message was not taken; `final` when trying again cannot help."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.final = final


class Down(Exception):
    """The mail server cannot be reached or takes nothing now: no message's fault."""


class Mailer(Protocol):
    """Something that delivers mail. `send` answers the receipt; raises Refused, Down."""

    def send(self, mail: Mail) -> str: ...
    def close(self) -> None: ...


@dataclass
class MemoryMailer:
    """The twin for tests and installations without SMTP: keeps the last messages it was given."""

    sent: deque[Mail] = field(default_factory=lambda: deque(maxlen=1_000))

    def send(self, mail: Mail) -> str:
        self.sent.append(mail)
        return "kept, not sent"

    def close(self) -> None:
        """Nothing to close."""


class SmtpMailer:
    """SMTP at an address such as smtp://user:password@host:587?from=desk@example.com.

    smtps:// is TLS from the first byte. `starttls` is required, if-offered (default) or never; a password is sent in clear
    only with never. `ca` names a file of authorities for a server inside the company. One connection serves many messages.
    """

    def __init__(self, url: str, seconds: float = SECONDS) -> None:
        self.parts = urlsplit(url)
        query = dict(parse_qsl(self.parts.query))
        self.sender = query.get("from", "gongdan@localhost")
        self.starttls = query.get("starttls", "if-offered")
        self.authorities = query.get("ca")
        self.seconds = seconds
        self._server: smtplib.SMTP | None = None

    def send(self, mail: Mail) -> str:
        try:
            to, payload = recipient(mail.to), self._bytes(mail)
        except ValueError as error:
            raise Refused(f"cannot be sent: {error}", final=True) from error
        if self._server is not None:
            try:
                return _deliver(self._server, self.sender, to, payload)
            except OSError:  # smtplib's errors are OSErrors; the server ends idle connections; a new one shows whether it is there
                self.close()
        try:
            self._server = self._connect()
            return _deliver(self._server, self.sender, to, payload)
        except OSError as error:
            self.close()
            raise Down(str(error)) from error

    def close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            try:
                server.quit()
            except OSError:
                server.close()

    def _bytes(self, mail: Mail) -> bytes:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, recipient(mail.to), mail.subject
        message["Message-ID"] = mail.message_id
        message["Date"] = format_datetime(mail.at)
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation replies, please
        message.set_content(mail.text)
        return message.as_bytes(policy=policy.SMTP)

    def _connect(self) -> smtplib.SMTP:
        host, context = self.parts.hostname or "localhost", ssl.create_default_context(cafile=self.authorities)
        try:
            if self.parts.scheme == "smtps":
                server: smtplib.SMTP = smtplib.SMTP_SSL(host, self.parts.port or 465, timeout=CONNECT_SECONDS, context=context)
            else:
                server = smtplib.SMTP(host, self.parts.port or 25, timeout=CONNECT_SECONDS)
        except OSError as error:
            raise Down(str(error)) from error
        try:
            assert server.sock is not None  # noqa: S101 – just connected
            server.sock.settimeout(self.seconds)
            self._greet(server, context)
        except OSError as error:
            server.close()
            raise Down(str(error)) from error
        except Down:
            server.close()
            raise
        return server

    def _greet(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server.ehlo()
        safe = self.parts.scheme == "smtps"
        if not safe and self.starttls != "never" and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
            safe = True
        if not safe and self.starttls == "required":
            raise Down("the server offers no TLS")
        if self.parts.username:
            if not safe and self.starttls != "never":
                raise Down("the server offers no TLS; a password is not sent in clear")
            server.login(unquote(self.parts.username), unquote(self.parts.password or ""))


def recipient(address: str) -> str:
    """An address fit for the envelope: one, ASCII, its domain in IDNA. Raises ValueError."""
    name, at, domain = address.strip().rpartition("@")
    if not at or not name or not domain or not name.isascii() or any(c.isspace() or c in '<>,;:"\\\x00' for c in address.strip()):
        raise ValueError("not an e-mail address")
    return f"{name}@{domain.encode('idna').decode()}"


def _deliver(server: smtplib.SMTP, sender: str, to: str, payload: bytes) -> str:
    """One transaction; the server's last words are the receipt ("2.0.0 Ok: queued as 4F1…")."""
    _accepted(server, *server.mail(sender))
    _accepted(server, *server.rcpt(to))
    try:
        code, reply = server.data(payload)
    except smtplib.SMTPDataError as error:
        code, said = error.smtp_code, error.smtp_error
        reply = said if isinstance(said, bytes) else said.encode()
    _accepted(server, code, reply)
    return reply.decode("utf-8", "replace")[:200]


def _accepted(server: smtplib.SMTP, code: int, reply: bytes) -> None:
    if code == 421:
        raise smtplib.SMTPServerDisconnected("421 service not available")
    if code >= 300:
        _forget(server)
        raise Refused(f"{code} {reply.decode('utf-8', 'replace')}"[:500], final=code >= 500)


def _forget(server: smtplib.SMTP) -> None:
    try:
        server.rset()
    except smtplib.SMTPServerDisconnected:
        server.close()


_memory = MemoryMailer()
_make: list[Callable[[], Mailer] | None] = [None]


def mailer() -> Mailer:
    """A mailer of this installation: SMTP when GONGDAN_SMTP_URL is set, else the twin that only remembers."""
    if _make[0] is not None:
        return _make[0]()
    url = os.environ.get("GONGDAN_SMTP_URL", "")
    return SmtpMailer(url) if url else _memory


def memory() -> MemoryMailer:
    """The twin of this process: where the mail of sandboxes goes."""
    return _memory


def use_mailer(make: Callable[[], Mailer] | None) -> None:
    """Deliver by another mailer from now on (tests); None goes back to the environment's."""
    _make[0] = make
