"""Months of orders on a simulated clock, through the same actions people use. Deterministic for a seed.

What happens comes from the model (`models/demo.yaml`): requests by hour, weekday, season, kind and age of machines; roads, skills,
parts, customers who answer late and ask again, people who name a fault wrong. `tale.py` tells each order's story.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gongdan.calendars import queries as calendar_queries
from gongdan.engines.worktime.arithmetic import add
from gongdan.engines.worktime.calendar import Compiled
from gongdan.kernel import ids
from gongdan.kernel.access import Actor, system_actor
from gongdan.kernel.clock import SimulatedClock
from gongdan.kernel.errors import DomainError
from gongdan.kernel.jobs import Worker
from gongdan.kernel.work import Work, raw_connection, unit_of_work
from gongdan.orders.actions import assigning, conversing, creating, editing, moving
from gongdan.orders.queries import placed_order
from gongdan.orders.rows import OrderRow
from gongdan.orders.schemas import Assign, Because, Complete, Edit, FollowUp, Hold, NewComment, NewOrder, Say
from gongdan.portal.writing import customer as customer_of
from gongdan.simulator import drawing
from gongdan.simulator.company import ZONE, Company, Hand
from gongdan.simulator.drawing import Fate
from gongdan.simulator.model import Model, load
from gongdan.simulator.tale import Step, told, wrong_name
from gongdan.surveys import actions as surveys

FAULTS = {
    "hvac": ["空调不制冷", "空调漏水", "冷水机组报警", "风机异响"],
    "electric": ["跳闸断电", "配电柜发热", "UPS 电池报警", "照明回路故障"],
    "pump": ["水泵漏水", "水压不足", "消防泵无法启动"],
    "compressor": ["空压机漏油", "空压机高温停机", "排气压力低"],
    "elevator": ["电梯困人", "电梯门无法关闭", "电梯平层不准"],
}
CAUSES = [
    "排水管堵塞",
    "压缩机电容损坏",
    "接触器老化",
    "密封圈磨损",
    "传感器失灵",
    "参数设置错误",
    "滤网堵塞",
    "轴承磨损",
]
QUESTIONS = ["咨询保养周期", "发票补开", "预约安装时间", "投诉响应慢", "合同续签咨询"]


@dataclass(order=True)
class _Due:
    at: datetime
    order: int
    step: int


@dataclass
class _Story:
    fate: Fate
    steps: list[Step]
    order_id: UUID | None = None
    owner: Actor | None = None
    named: str = ""


class Simulation:
    """A run. `figures` counts what was done and what was refused."""

    def __init__(
        self, company: Company, rng: random.Random, start: datetime, days: int, orders: int, model: Model | None = None
    ) -> None:
        self.company = company
        self.model = model or load("demo")
        self.rng = rng
        self.start = start
        self.end = start + timedelta(days=days)
        self.days = days
        self.orders = orders
        self.clock = SimulatedClock(start)
        self.worker = Worker(self.clock)
        self.queue: list[_Due] = []
        self.stories: list[_Story] = []
        self.figures: Counter[str] = Counter()
        self.calendar: Compiled | None = None

    def run(self, progress: Callable[[str], None] | None = None) -> Counter[str]:
        """Play all stories in the order of time."""
        raw_connection().execute("set synchronous_commit = off")  # nothing simulated is acknowledged to anybody
        # a stream of its own: two companies told from one seed share a story, but no id
        ids.use_random(random.Random(f"{self.rng.getrandbits(64)} {self.company.tenant_id}").randbytes)
        try:
            with unit_of_work(system_actor(self.company.tenant_id, "simulator"), self.start) as work:
                self.calendar = calendar_queries.lookup(work)("cn-work")
            fates = drawing.requests(self.model, self.rng, self.company.fleet, self.start, self.days, ZONE, self.orders)
            for number, fate in enumerate(drawing.lively(fates, self.rng, self.start, self.end)):
                self.stories.append(_Story(fate, told(self.model, self.rng, fate)))
                heapq.heappush(self.queue, _Due(fate.at, number, -1))
            self._play(progress)
        finally:
            ids.use_random(None)
            raw_connection().execute("set synchronous_commit = on")
        return self.figures

    def _play(self, progress: Callable[[str], None] | None) -> None:
        done = 0
        next_jobs = self.start
        while self.queue:
            due = heapq.heappop(self.queue)
            if due.at > self.end:
                break
            if due.at >= next_jobs:
                self._jobs(due.at)
                next_jobs = due.at + timedelta(minutes=20)
            self.clock.set(due.at)
            if due.step < 0:
                done += 1
                if progress is not None and done % 500 == 0:
                    progress(f"{done} / {self.orders}")
            self._step(due)
        self._jobs(self.end)

    def _jobs(self, at: datetime) -> None:
        self.clock.set(at)
        while self.worker.step():
            pass

    def _step(self, due: _Due) -> None:
        story = self.stories[due.order]
        what = "create" if due.step < 0 else story.steps[due.step].what
        try:
            getattr(self, f"_{what}")(story, due.at)
            self.figures[what] += 1
        except DomainError as error:
            self.figures[f"refused {what}: {error.code}"] += 1
        following = due.step + 1
        if story.order_id is not None and following < len(story.steps) and self.calendar is not None:
            step = story.steps[following]
            minutes = (
                step.minutes + (self._road(story, due.at) if step.on_road else 0) + (self._repair(story) if step.repair else 0)
            )
            heapq.heappush(self.queue, _Due(add(self.calendar, due.at, max(int(minutes * 60), 60)), due.order, following))

    def _customer(self, story: _Story) -> dict[str, Any]:
        return self.company.customers[story.fate.customer]

    def _hand(self, story: _Story) -> Hand | None:
        return self.company.hands.get(story.owner.id) if story.owner is not None else None

    def _road(self, story: _Story, at: datetime) -> float:
        """Minutes from the engineer's home; an agent stays at the desk."""
        hand = self._hand(story)
        if hand is None:
            return 0.0
        return drawing.travel_minutes(self.model, hand.home, self._customer(story)["place"], at.astimezone(ZONE).hour)

    def _repair(self, story: _Story) -> float:
        hand, kind = self._hand(story), story.fate.kind
        level = hand.skills.get(kind, 0) if hand is not None else self.model.kinds[kind].level
        return drawing.repair_minutes(self.model, kind, level, story.fate.draws["repair"])

    def _work(self, actor: Actor, at: datetime) -> Any:
        return unit_of_work(actor, at)

    def _agent(self) -> Actor:
        return self.company.actors[self.rng.choice(self.company.people["agent"])]

    def _create(self, story: _Story, at: datetime) -> None:
        rng, customer, fate = self.rng, self._customer(story), story.fate
        base: dict[str, Any] = {
            "customer_id": customer["id"], "contact_id": customer["contact"], "site_id": customer["site"],
            "contact_name": customer["contact_name"], "contact_phone": customer["phone"], "address": customer["address"],
            "lng": customer["place"][0], "lat": customer["place"][1],
            "channel": rng.choices(["phone", "web", "wechat", "email", "console"], [40, 20, 20, 10, 10])[0],
        }  # fmt: skip
        if fate.machine is not None:
            asset_id, model = self.company.assets[fate.machine]
            priority = rng.choices([1, 2, 3, 4], [5, 15, 60, 20])[0]
            others = [k for k in sorted(self.model.kinds) if k != fate.kind]
            story.named = rng.choice(others) if wrong_name(self.model, fate) and others else fate.kind
            new = NewOrder(
                blueprint="repair",
                title=f"{rng.choice(FAULTS[fate.kind])}（{model}）",
                priority=priority,
                asset_id=asset_id,
                fields={
                    "fault_type": story.named,
                    "stopped": priority == 1,
                    "urgency": {1: "critical", 2: "high"}.get(priority, "normal"),
                },
                **base,
            )
        else:
            new = NewOrder(
                blueprint="service",
                title=f"{rng.choice(QUESTIONS)}：{customer['name']}",
                priority=rng.choice([3, 3, 4]),
                fields={"category": rng.choice(["consult", "install", "complaint"])},
                **base,
            )
        with self._work(self._agent(), at) as work:
            story.order_id = creating.create(work, new).id

    def _seen(self, work: Work, story: _Story) -> OrderRow:
        assert story.order_id is not None  # noqa: S101 – steps follow creation
        return placed_order(work, story.order_id).row

    def _owner(self, story: _Story, at: datetime) -> Actor | None:
        if story.owner is not None:
            return story.owner
        with self._work(system_actor(self.company.tenant_id, "simulator"), at) as work:
            row = self._seen(work, story)
        story.owner = self.company.actors.get(row.assignee_id) if row.assignee_id else None
        return story.owner

    def _give(self, story: _Story, at: datetime) -> None:
        """A dispatcher assigns what nobody has taken yet."""
        actor = self.company.actors[self.rng.choice(self.company.people["dispatcher"])]
        with self._work(actor, at) as work:
            row = self._seen(work, story)
            if row.assignee_id is None:
                people = self.company.people["engineer"] if story.fate.machine is not None else self.company.people["agent"]
                assigning.assign(work, row.id, None, Assign(assignee_id=self.rng.choice(people), reason="人工派单"))

    def _claim(self, story: _Story, at: datetime) -> None:
        with self._work(self._manager(), at) as work:
            row = self._seen(work, story)
            if row.assignee_id is None:
                assigning.assign(work, row.id, None, Assign(assignee_id=self.rng.choice(self.company.people["agent"])))

    def _manager(self) -> Actor:
        return self.company.actors[self.rng.choice(self.company.people["manager"])]

    def _said(self, story: _Story, at: datetime, say: Callable[[Work, UUID], Any], *, by: Actor | None = None) -> None:
        actor = by or self._owner(story, at) or self._manager()
        with self._work(actor, at) as work:
            assert story.order_id is not None  # noqa: S101
            say(work, story.order_id)

    def _accept(self, story: _Story, at: datetime) -> None:
        self._said(story, at, lambda w, o: moving.accept(w, o, None, Say()))

    def _begin(self, story: _Story, at: datetime) -> None:
        self._said(story, at, lambda w, o: moving.start(w, o, None, Say()), by=self._starter(story, at))

    def _starter(self, story: _Story, at: datetime) -> Actor:
        owner = self._owner(story, at)
        return owner if owner is not None and "agent" not in owner.roles else self._manager()

    def _hand_back(self, story: _Story, at: datetime) -> None:
        """Named wrong: a dispatcher corrects the form and finds somebody who can."""
        right = Edit(fields={"fault_type": story.fate.kind})
        able = [p for p in self.company.people["engineer"] if story.fate.kind in self.company.hands[p].skills]
        to = Assign(assignee_id=self.rng.choice(able or self.company.people["engineer"]), reason="派错工种，改派")
        by = self.company.actors[self.rng.choice(self.company.people["dispatcher"])]
        self._said(story, at, lambda w, o: (editing.edit(w, o, None, right), assigning.transfer(w, o, None, to)), by=by)
        story.owner = None

    def _chase(self, story: _Story, at: datetime) -> None:
        """The customer asks again."""
        self._says(story, at, self.rng.choice(["请问什么时候有人来？", "还没有人联系我，请尽快。", "麻烦催一下，谢谢。"]))

    def _ask(self, story: _Story, at: datetime) -> None:
        reason = self.rng.choice(["客户不在现场，等回电", "客户要求改约", "等客户确认时间"])
        self._said(story, at, lambda w, o: moving.hold(w, o, None, Hold(waiting_on="customer", reason=reason)))

    def _reply(self, story: _Story, at: datetime) -> None:
        self._says(story, at, self.rng.choice(["明天上午可以。", "下午三点以后方便。", "已联系物业开门，随时来。"]))

    def _says(self, story: _Story, at: datetime, body: str) -> None:
        by = customer_of(self.company.tenant_id)
        self._said(story, at, lambda w, o: conversing.comment(w, o, NewComment(body=body)), by=by)

    def _await_parts(self, story: _Story, at: datetime) -> None:
        self._said(story, at, lambda w, o: moving.hold(w, o, None, Hold(waiting_on="parts", reason="等待备件到货")))

    def _come_again(self, story: _Story, at: datetime) -> None:
        self._said(story, at, lambda w, o: conversing.comment(w, o, NewComment(body="未能一次修复，需再次上门。")))

    def _resume(self, story: _Story, at: datetime) -> None:
        self._said(story, at, lambda w, o: moving.resume(w, o, None, Say()))

    def _talk(self, story: _Story, at: datetime) -> None:
        body = self.rng.choice(
            [
                "已到现场，正在检查。",
                "需要更换配件，费用稍后发您。",
                "预计半小时内修好。",
                "已联系客户确认时间。",
            ]
        )
        self._said(story, at, lambda w, o: conversing.comment(w, o, NewComment(body=body)))

    def _complete(self, story: _Story, at: datetime) -> None:
        fields: dict[str, Any] = {}
        if story.fate.machine is not None:
            fields = {
                "fault_cause": self.rng.choice(CAUSES),
                "labour_hours": self.rng.randrange(1, 6),
                "parts_amount": self.rng.choice([0, 0, 120, 480, 2600]),
            }
        self._said(
            story,
            at,
            lambda w, o: moving.complete(w, o, None, Complete(fields=fields, note="已处理完毕")),
            by=self._starter(story, at),
        )

    def _reopen(self, story: _Story, at: datetime) -> None:
        self._said(
            story,
            at,
            lambda w, o: moving.reopen(w, o, None, Because(reason="问题再次出现")),
            by=self._agent(),
        )

    def _answer(self, story: _Story, at: datetime) -> None:
        score = self.rng.choices([5, 4, 3, 2, 1], [55, 25, 10, 6, 4])[0]
        reasons = ["准时", "专业"] if score > 3 else ["等太久"]
        by = system_actor(self.company.tenant_id, "customer")  # a rating comes through a link that the portal has checked
        self._said(story, at, lambda w, o: surveys.answer(w, o, score, reasons, ""), by=by)

    def _call_back(self, story: _Story, at: datetime) -> None:
        self._said(
            story,
            at,
            lambda w, o: moving.follow_up(w, o, None, FollowUp(result="客户确认满意")),
            by=self._agent(),
        )

    def _close(self, story: _Story, at: datetime) -> None:
        self._said(story, at, lambda w, o: moving.close(w, o, None, Say()), by=self._agent())

    def _cancel(self, story: _Story, at: datetime) -> None:
        self._said(
            story,
            at,
            lambda w, o: moving.cancel(w, o, None, Because(reason="客户自行解决")),
            by=self._agent(),
        )
