"""The simulated customer of a lesson: answers, never twice in a row, never in a real company."""

from __future__ import annotations

import random
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from gongdan.accounts import actions as accounts
from gongdan.accounts.tests.factories import NOW, password_hash
from gongdan.kernel.access import Actor, system_actor
from gongdan.kernel.clock import SimulatedClock
from gongdan.kernel.errors import Conflict
from gongdan.kernel.ids import uuid7
from gongdan.kernel.jobs import Worker
from gongdan.kernel.work import system_work, unit_of_work
from gongdan.orders.actions import conversing, creating
from gongdan.orders.schemas import NewComment, NewOrder
from gongdan.simulator import lessons
from gongdan.simulator.company import Size, build


def _lesson(kind: str) -> tuple[UUID, Actor, UUID]:
    """A company, its agent, and an order to practise on."""
    tenant = uuid7(NOW)
    with unit_of_work(system_actor(tenant, "test"), NOW) as work:
        accounts.add_tenant(tenant, f"l{uuid4().hex[:12]}", "练习", NOW, kind=kind)
        made = build(work, random.Random(1), password_hash(), 1, Size(engineers=5, customers=2, assets=2))
    agent = made.actors[made.people["agent"][0]]
    with unit_of_work(agent, NOW) as work:
        order = creating.create(work, NewOrder(blueprint="service", title="练习")).id
    return tenant, agent, order


def _say(agent: Actor, order: UUID, body: str) -> None:
    with unit_of_work(agent, NOW) as work:
        conversing.comment(work, order, NewComment(body=body))


def test_a_question_is_answered_once() -> None:
    tenant, agent, order = _lesson("sandbox")
    _say(agent, order, "请问什么时候方便？")
    with system_work(tenant, "test", NOW) as work:
        said = lessons.reply(work, order)
    assert said is not None
    assert said.body in lessons.SAYINGS["asked"]
    assert said.author_kind == "link"
    with system_work(tenant, "test", NOW) as work:
        assert lessons.reply(work, order) is None  # the last word was theirs
    _say(agent, order, "收到。")
    with system_work(tenant, "test", NOW) as work:
        assert lessons.reply(work, order) is not None


def test_other_slices_ask_by_a_job() -> None:
    tenant, agent, order = _lesson("demo")
    with unit_of_work(agent, NOW) as work:
        conversing.comment(work, order, NewComment(body="请问地址？"))
        lessons.reply_later(work, order)
        lessons.reply_later(work, order)  # one answer waits at a time
    later = NOW + timedelta(minutes=lessons.MOST_MINUTES)
    Worker(SimulatedClock(later)).run(until_empty=True)
    with system_work(tenant, "test", later) as work:
        kinds = [r[0] for r in work.read("select author_kind from orders_comment where order_id = %s order by id", [order])]
    assert kinds == ["person", "link"]


def test_real_customers_are_never_made_up() -> None:
    tenant, _, order = _lesson("real")
    with system_work(tenant, "test", NOW) as work, pytest.raises(Conflict) as refused:
        lessons.reply(work, order)
    assert refused.value.code == "company_real"


def test_moods() -> None:
    luck = random.Random(1)
    assert lessons.saying(1, False, luck) in lessons.SAYINGS["waiting"]
    assert lessons.saying(2, False, luck) in lessons.SAYINGS["working"]
    assert lessons.saying(3, False, luck) in lessons.SAYINGS["resolved"]
    assert lessons.saying(4, True, luck) in lessons.SAYINGS["asked"]
