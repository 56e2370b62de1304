"""SMTP against a real server on the loopback: delivery, refusals, silence, TLS."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gongdan.channels import mail as module
from gongdan.channels.mail import Down, Mail, MemoryMailer, Refused, SmtpMailer, mailer, recipient, use_mailer

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class Inbox:
    """What the server took; `answer` overrides its reply to a step."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.rcpt = "250 OK"
        self.data = "250 2.0.0 Ok: queued as 17"
        self.logins: list[bytes] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        if self.data.startswith("250"):
            self.envelopes.append(envelope)
        return self.data

    def login(self, server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        self.logins.append(given.password)
        return AuthResult(success=given.password == b"s:e/c@ret", handled=False)

    def message(self, index: int = -1) -> EmailMessage:
        raw = self.envelopes[index].content
        assert isinstance(raw, bytes)
        return message_from_bytes(raw, policy=policy.default)


Start = Callable[..., tuple[Inbox, int]]


@pytest.fixture
def serve() -> Iterator[Start]:
    running: list[Controller] = []

    def start(**options: Any) -> tuple[Inbox, int]:
        inbox = Inbox()
        if options.pop("auth", False):
            options |= {"authenticator": inbox.login, "auth_required": "tls_context" in options}
        server = Controller(inbox, hostname="127.0.0.1", port=_free_port(), **options)
        server.start()
        running.append(server)
        return inbox, server.port

    yield start
    for server in running:
        server.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def mail(**changes: Any) -> Mail:
    """A message to send."""
    given = {"to": "zhang@example.com", "subject": "进度", "text": "您好\n第二行", "message_id": "<17@gongdan>", "at": NOW}
    return Mail(**{**given, **changes})


def _send(url: str, *mails: Mail) -> list[str]:
    post = SmtpMailer(url, seconds=1.0)
    try:
        return [post.send(m) for m in mails]
    finally:
        post.close()


def test_a_message_arrives_with_its_id_and_date(serve: Start) -> None:
    inbox, port = serve()
    receipts = _send(f"smtp://127.0.0.1:{port}?from=desk%40example.com", mail())
    assert receipts == ["2.0.0 Ok: queued as 17"]
    got = inbox.message()
    assert (got["From"], got["To"], got["Subject"]) == ("desk@example.com", "zhang@example.com", "进度")
    assert got["Message-ID"] == "<17@gongdan>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Date"].datetime == NOW
    assert got.get_content().replace("\r\n", "\n") == "您好\n第二行\n"


def test_one_connection_serves_a_batch(serve: Start) -> None:
    inbox, port = serve()
    _send(f"smtp://127.0.0.1:{port}", mail(), mail(to="li@example.com"), mail(text=".\n.dot first"))
    assert [e.rcpt_tos for e in inbox.envelopes] == [["zhang@example.com"], ["li@example.com"], ["zhang@example.com"]]
    assert inbox.message(2).get_content().replace("\r\n", "\n") == ".\n.dot first\n"


@pytest.mark.parametrize(
    ("step", "answer", "final"),
    [
        ("rcpt", "550 5.1.1 no such user", True),
        ("rcpt", "450 4.2.1 try later", False),
        ("data", "554 5.7.1 spam", True),
        ("data", "452 4.3.1 no space", False),
    ],
)
def test_a_refusal_is_about_one_message(serve: Start, step: str, answer: str, final: bool) -> None:
    inbox, port = serve()
    post = SmtpMailer(f"smtp://127.0.0.1:{port}", seconds=1.0)
    was = getattr(inbox, step)
    setattr(inbox, step, answer)
    with pytest.raises(Refused, match=answer[:3]) as refused:
        post.send(mail())
    assert refused.value.final is final
    setattr(inbox, step, was)
    post.send(mail(to="li@example.com"))
    post.close()
    assert [e.rcpt_tos for e in inbox.envelopes] == [["li@example.com"]]


def test_a_server_that_is_not_there_is_nobodys_fault() -> None:
    with pytest.raises(Down):
        _send(f"smtp://127.0.0.1:{_free_port()}", mail())


def test_a_silent_server_does_not_hold_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONNECT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        post = SmtpMailer(f"smtp://127.0.0.1:{silent.getsockname()[1]}", seconds=0.3)
        with pytest.raises(Down):
            post.send(mail())


def test_a_connection_the_server_ended_is_made_again(serve: Start) -> None:
    inbox, port = serve()
    post = SmtpMailer(f"smtp://127.0.0.1:{port}", seconds=1.0)
    post.send(mail())
    assert post._server is not None
    assert post._server.sock is not None
    post._server.sock.shutdown(socket.SHUT_RDWR)
    post.send(mail())
    post.close()
    assert len(inbox.envelopes) == 2


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "@example.com",
        "a@",
        "a b@example.com",
        "a@example.com, b@example.com",
        "a@example.com\r\nBcc: b@example.com",
        "<a@example.com>",
        "张@example.com",
    ],
)
def test_what_is_no_address_is_refused_for_good_and_not_sent(serve: Start, address: str) -> None:
    inbox, port = serve()
    with pytest.raises(Refused) as refused:
        _send(f"smtp://127.0.0.1:{port}", mail(to=address))
    assert refused.value.final
    assert inbox.envelopes == []


def test_a_subject_cannot_add_a_header(serve: Start) -> None:
    inbox, port = serve()
    with pytest.raises(Refused) as refused:
        _send(f"smtp://127.0.0.1:{port}", mail(subject="x\r\nBcc: b@example.com"))
    assert refused.value.final
    assert inbox.envelopes == []


def test_a_chinese_domain_is_sent_in_ascii() -> None:
    assert recipient(" wang@例子.中国 ") == "wang@xn--fsqu00a.xn--fiqs8s"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    begin = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(17)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def _tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_tls_is_used_and_the_server_is_verified(serve: Start, certificate: Path) -> None:
    inbox, port = serve(tls_context=_tls(certificate), require_starttls=True, auth=True)
    url = f"smtp://desk:s%3Ae%2Fc%40ret@127.0.0.1:{port}?starttls=required"
    with pytest.raises(Down, match="CERTIFICATE_VERIFY_FAILED"):
        _send(url, mail())
    assert inbox.logins == []
    _send(f"{url}&ca={certificate}", mail())
    assert len(inbox.envelopes) == 1
    assert inbox.logins == [b"s:e/c@ret"]


def test_a_password_is_not_sent_in_clear(serve: Start) -> None:
    inbox, port = serve(auth=True, auth_require_tls=False)
    address = f"smtp://desk:s%3Ae%2Fc%40ret@127.0.0.1:{port}"
    for url in (address, f"{address}?starttls=required"):
        with pytest.raises(Down, match="no TLS"):
            _send(url, mail())
    assert inbox.logins == []
    _send(f"{address}?starttls=never", mail())
    assert len(inbox.envelopes) == 1


def test_a_wrong_password_is_told(serve: Start) -> None:
    _, port = serve(auth=True, auth_require_tls=False)
    post = SmtpMailer(f"smtp://desk:wrong@127.0.0.1:{port}?starttls=never")
    with pytest.raises(Down, match="535"):
        post.send(mail())


def test_the_environment_chooses_the_mailer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GONGDAN_SMTP_URL", raising=False)
    assert isinstance(mailer(), MemoryMailer)
    assert mailer().send(mail()) == "kept, not sent"
    monkeypatch.setenv("GONGDAN_SMTP_URL", "smtp://127.0.0.1")
    assert isinstance(mailer(), SmtpMailer)
    mine = MemoryMailer()
    use_mailer(lambda: mine)
    assert mailer() is mine
    use_mailer(None)
