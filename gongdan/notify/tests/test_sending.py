"""The outbox on a real database: once, again, later, never – and never lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from gongdan.accounts.models import Tenant
from gongdan.accounts.tests import factories
from gongdan.accounts.tests.factories import NOW, Company
from gongdan.channels.mail import Down, Mail, Refused, memory, use_mailer
from gongdan.kernel import faults
from gongdan.kernel.errors import Conflict, NotAllowed, NotFound
from gongdan.kernel.jobs import duties
from gongdan.kernel.work import system_work, unit_of_work
from gongdan.notify import actions, jobs, queries, rules, sending
from gongdan.notify.models import Message, Notification


class Post:
    """A mailer that answers what it is told to, message by message."""

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)
        self.sent: list[Mail] = []
        self.closed = 0

    def send(self, mail: Mail) -> str:
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.sent.append(mail)
        return "250 ok"

    def close(self) -> None:
        self.closed += 1


class Killed(BaseException):
    """Stands for SIGKILL: nothing catches it."""


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Nothing of other tests is waiting; the mailer is the environment's afterwards."""
    use_mailer(Post)
    while sending.send_batch(NOW + timedelta(days=400)):
        pass
    yield
    use_mailer(None)


@pytest.fixture
def company() -> Company:
    return factories.company()


def _use(*answers: Exception | None) -> Post:
    post = Post(*answers)
    use_mailer(lambda: post)
    return post


def _queue(company: Company, number: str = "WX-1", *, dedupe: str = "", at: datetime = NOW, channel: str = "email") -> None:
    with system_work(company.id, "test", at) as work:
        values = {"number": number, "link": "https://gongdan/t/secret-token"}
        actions.queue(work, channel, "zhang@example.com", "mail_created", values, "zh", dedupe or number)


def _rows(company: Company) -> list[Message]:
    with system_work(company.id, "test", NOW):
        return list(Message.objects.order_by("id"))


def _row(company: Company) -> Message:
    (row,) = _rows(company)
    return row


def test_a_message_is_sent_once_and_its_link_forgotten(company: Company) -> None:
    _queue(company)
    post = _use()
    assert sending.send_batch(NOW) == 1
    assert sending.send_batch(NOW + timedelta(hours=1)) == 0
    (mail,) = post.sent
    row = _row(company)
    assert mail.message_id == f"<{row.id}@gongdan>"
    assert "secret-token" in mail.text
    assert (row.state, row.attempts, row.receipt, row.sent_at, row.values) == ("sent", 1, "250 ok", NOW, {"number": "WX-1"})
    assert post.closed == 2


def test_a_message_that_was_rolled_back_was_never_there(company: Company) -> None:
    def fails() -> None:
        with system_work(company.id, "test", NOW) as work:
            actions.queue(work, "email", "zhang@example.com", "mail_created", {"number": "1", "link": "L"}, "zh", "x")
            work.flush()
            raise NotFound("not_found")

    with pytest.raises(NotFound):
        fails()
    assert sending.send_batch(NOW) == 0
    assert _rows(company) == []


def test_the_same_dedupe_key_is_one_message_per_company(company: Company) -> None:
    other = factories.company()
    for tenant in (company, company, other):
        _queue(tenant, dedupe="created:1")
    assert (len(_rows(company)), len(_rows(other))) == (1, 1)


def test_refused_for_good_is_failed_and_shown(company: Company) -> None:
    _queue(company)
    _use(Refused("550 no such user", final=True))
    sending.send_batch(NOW)
    row = _row(company)
    assert (row.state, row.attempts, row.error, row.lease_token) == ("failed", 1, "550 no such user", None)
    assert sending.send_batch(NOW + timedelta(days=1)) == 0


def test_refused_for_now_is_tried_six_times_then_parked_never_dropped(company: Company) -> None:
    _queue(company)
    post = _use(*[Refused("450 later", final=False)] * 6)
    at, tries = NOW, []
    while _row(company).state == "queued":
        if sending.send_batch(at):
            tries.append((at - NOW) / timedelta(minutes=1))
        at += timedelta(minutes=1)
    assert tries == [0, 2, 10, 42, 170, 682]
    row = _row(company)
    assert (row.state, row.attempts) == ("parked", rules.MAX_ATTEMPTS)
    assert post.answers == []


def test_a_server_that_is_down_costs_no_attempt_and_stops_the_batch(company: Company) -> None:
    for number in ("1", "2", "3"):
        _queue(company, number)
    post = _use(None, Down("connection refused"))
    assert sending.send_batch(NOW) == 1
    rows = _rows(company)
    assert sorted((r.state, r.attempts) for r in rows) == [("queued", 0), ("queued", 0), ("sent", 1)]
    assert {r.error for r in rows if r.state == "queued"} == {"connection refused"}
    assert sending.send_batch(NOW + timedelta(seconds=59)) == 0
    assert sending.send_batch(NOW + timedelta(seconds=60)) == 2
    assert len(post.sent) == 3


def test_a_worker_killed_before_sending_loses_nothing(company: Company) -> None:
    _queue(company)
    use_mailer(lambda: Post(Killed()))  # type: ignore[arg-type]
    with pytest.raises(Killed):
        sending.send_batch(NOW)
    post = _use()
    assert sending.send_batch(NOW + timedelta(seconds=sending.LEASE_SECONDS - 1)) == 0, "the lease still holds"
    assert sending.send_batch(NOW + timedelta(seconds=sending.LEASE_SECONDS + 1)) == 1
    assert len(post.sent) == 1


def test_a_worker_killed_between_sending_and_marking_repeats_under_the_same_id(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    _queue(company)
    post = _use()

    def killed(name: str) -> None:
        if name == "message_sent_not_marked":
            raise Killed

    monkeypatch.setattr(faults, "point", killed)
    with pytest.raises(Killed):
        sending.send_batch(NOW)
    monkeypatch.undo()
    assert sending.send_batch(NOW + timedelta(seconds=sending.LEASE_SECONDS + 1)) == 1
    assert len(post.sent) == 2
    assert len({m.message_id for m in post.sent}) == 1
    assert _row(company).state == "sent"


def test_a_late_worker_is_fenced(company: Company) -> None:
    """The first worker stalls for longer than its lease; the second has sent. The first neither sends again nor marks."""
    for number in ("1", "2"):
        _queue(company, number)
    second = Post()
    late = NOW + timedelta(seconds=sending.LEASE_SECONDS + 1)

    class Stalls(Post):
        def send(self, mail: Mail) -> str:
            if not self.sent:
                use_mailer(lambda: second)
                assert sending.send_batch(late) == 2
            return super().send(mail)

    first = Stalls()
    use_mailer(lambda: first)
    sending.send_batch(NOW)
    assert len(second.sent) == 2
    assert len(first.sent) == 1, "only the one it was about to send; the other was fenced"
    assert {(r.state, r.sent_at) for r in _rows(company)} == {("sent", late)}


def test_two_senders_at_once_never_share_a_message(company: Company) -> None:
    for number in range(120):
        _queue(company, str(number))
    posts = [Post() for _ in range(4)]
    waiting, gate = list(posts), threading.Barrier(4)
    use_mailer(lambda: waiting.pop() if waiting else Post())

    def run() -> None:
        gate.wait()
        try:
            sending.send_batch(NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in posts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [m.message_id for p in posts for m in p.sent]
    assert len(ids) == len(set(ids)) == 120


def test_a_batch_ends_when_its_time_is_over(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in ("1", "2", "3"):
        _queue(company, number)
    _use()
    monkeypatch.setattr(sending, "BUDGET_SECONDS", 0.0)
    assert sending.send_batch(NOW) == 0
    monkeypatch.undo()
    assert sending.send_batch(NOW) == 3, "what was not tried is free at once"


def test_frozen_messages_wait_for_a_person(company: Company) -> None:
    """After a restore: all companies are frozen; each is released by somebody of its own who may change settings."""
    other = factories.company()
    assert sending.freeze_all(NOW) >= 2
    for tenant in (company, other):
        _queue(tenant)
    post = _use()
    assert sending.send_batch(NOW) == 0
    with unit_of_work(company.actor("manager"), NOW) as work:
        assert queries.glance(work) == queries.OutboxOut(frozen=True, queued=1, failed=0, parked=0)
        with pytest.raises(NotAllowed):
            actions.release(work)
    with unit_of_work(company.actor("admin"), NOW) as work:
        actions.release(work)
    assert sending.send_batch(NOW) == 1
    assert len(post.sent) == 1
    assert (_row(company).state, _row(other).state) == ("sent", "queued")
    with unit_of_work(company.actor("admin"), NOW) as work:
        actions.freeze(work)
        work.flush()
        assert queries.glance(work).frozen
    with unit_of_work(other.actor("admin"), NOW) as work:
        actions.release(work)


def test_a_sandbox_sends_nothing_out(company: Company) -> None:
    with system_work(company.id, "test", NOW):
        Tenant.objects.filter(id=company.id).update(kind="sandbox")
    _queue(company)
    post, before = _use(), len(memory().sent)
    assert sending.send_batch(NOW) == 1
    assert post.sent == []
    assert len(memory().sent) == before + 1
    assert (_row(company).state, _row(company).receipt) == ("sent", "kept, not sent")


@pytest.mark.parametrize(("channel", "code"), [("pigeon", "mail_created"), ("email", "no_such_words")])
def test_what_cannot_be_said_or_carried_is_failed_and_holds_up_nobody(company: Company, channel: str, code: str) -> None:
    with system_work(company.id, "test", NOW) as work:
        actions.queue(work, channel, "zhang@example.com", code, {}, "zh", "odd")
    _queue(company, at=NOW + timedelta(seconds=1))
    post = _use()
    assert sending.send_batch(NOW + timedelta(seconds=2)) == 2
    assert [r.state for r in _rows(company)] == ["failed", "sent"]
    assert len(post.sent) == 1


def test_a_stopped_message_goes_again_when_a_person_says_so(company: Company) -> None:
    _queue(company)
    _use(Refused("550 mailbox full", final=True))
    sending.send_batch(NOW)
    message_id = _row(company).id
    with unit_of_work(company.actor("manager"), NOW) as work, pytest.raises(NotAllowed):
        actions.retry(work, message_id)
    with unit_of_work(factories.company().actor("admin"), NOW) as work, pytest.raises(NotFound):
        actions.retry(work, message_id)
    with unit_of_work(company.actor("admin"), NOW) as work:
        actions.retry(work, message_id)
    post = _use()
    sending.send_batch(NOW)
    assert (len(post.sent), _row(company).state) == (1, "sent")

    def again() -> None:
        with unit_of_work(company.actor("admin"), NOW) as work:
            actions.retry(work, message_id)

    with pytest.raises(Conflict, match="message_not_stopped"):
        again()


def test_the_outbox_shows_where_messages_are_but_no_address_and_no_link(company: Company) -> None:
    for number in range(5):
        _queue(company, f"WX-{number}")
    with unit_of_work(company.actor("engineer"), NOW) as work, pytest.raises(NotAllowed):
        queries.outbox(work, "", None, "")
    seen: list[Any] = []
    with unit_of_work(company.actor("manager"), NOW) as work:
        cursor: str | None = ""
        while cursor is not None:
            page = queries.outbox(work, cursor, 2, "queued")
            seen += page.items
            cursor = page.next
        assert queries.outbox(work, "", None, "parked").items == []
    assert [m.subject["zh"] for m in seen] == [f"已收到您的服务请求 WX-{n}" for n in (4, 3, 2, 1, 0)]
    assert {m.address for m in seen} == {"z***@example.com"}
    assert "secret-token" not in str(seen)


def test_the_duty_runs_every_second(company: Company) -> None:
    assert duties()["notify.send"] == 1
    _queue(company)
    post = _use()
    jobs.send(NOW)
    assert len(post.sent) == 1


def _tell(company: Company, users: list[UUID], dedupe: str | None, number: str = "WX-1") -> None:
    with system_work(company.id, "test", NOW) as work:
        actions.tell(work, users, "n_commented", {"number": number}, dedupe=dedupe)


def test_people_are_told_once_in_their_own_inbox(company: Company) -> None:
    agent, engineer = company.people["agent"], company.people["engineer"]
    _tell(company, [agent, engineer, agent], "comment:1")
    _tell(company, [agent, engineer], "comment:1")
    _tell(company, [agent], "comment:2", "WX-2")
    with unit_of_work(company.actor("agent"), NOW) as work:
        assert queries.unread(work).unread == 2
        first = queries.page(work, "", 1, unread=True)
        assert first.items[0].text == {"zh": "工单 WX-2 有新回复", "en": "A new reply on order WX-2"}
        assert first.next is not None
        second = queries.page(work, first.next, 1, unread=True)
        assert (len(second.items), second.next) == (1, None)
    with unit_of_work(company.actor("engineer"), NOW) as work:
        with pytest.raises(NotFound):
            actions.mark_read(work, first.items[0].id)
        actions.mark_read(work, queries.page(work, "", None, unread=False).items[0].id)
        work.flush()
        assert queries.unread(work).unread == 0
    with unit_of_work(company.actor("agent"), NOW) as work:
        assert queries.unread(work).unread == 2
        actions.mark_all_read(work)
        work.flush()
        assert queries.unread(work).unread == 0


def test_nobody_is_told_of_what_they_did_themselves(company: Company) -> None:
    with unit_of_work(company.actor("agent"), NOW) as work:
        actions.tell(work, [company.people["agent"]], "n_commented", {"number": "1"})
    with system_work(company.id, "test", NOW):
        assert not Notification.objects.exists()
