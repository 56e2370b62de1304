"""One company working one way on a given fate, through the real actions on a simulated clock (ADR 0021).

Two subclasses hold what differs: `ByRounds` (today's way) and `ByPlanner` (ours). Everything else is the same for both.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from gongdan.calendars import queries as calendar_queries
from gongdan.engines.worktime.arithmetic import is_open, next_open
from gongdan.kernel.access import Actor, system_actor
from gongdan.kernel.clock import SimulatedClock
from gongdan.kernel.errors import DomainError
from gongdan.kernel.jobs import Worker
from gongdan.kernel.work import Work, unit_of_work
from gongdan.orders.actions import conversing, creating, moving
from gongdan.orders.queries import placed_order
from gongdan.orders.rows import OrderRow
from gongdan.orders.schemas import Complete, Hold, NewComment, NewOrder, Say
from gongdan.portal.writing import customer as customer_of
from gongdan.simulator import drawing
from gongdan.simulator.company import ZONE, Company
from gongdan.simulator.drawing import Fate
from gongdan.simulator.model import Experiment, Model, Way
from gongdan.simulator.people import Agenda, Case, Engineer
from gongdan.workforce import actions as workforce
from gongdan.workforce.schemas import AbsenceIn

WRONG = "派错"  # how every reason of a hand-back because of a wrong name begins; `figures` counts by it
FIND_OUT = timedelta(minutes=15)  # at the machine, until it is clear that somebody else is needed
AGAIN = 0.6  # a second visit knows what it is looking for
SICK_CALL_HOUR = 8


class Trial:
    """A run. `refused` counts what an action refused; a right trial has none."""

    def __init__(self, model: Model, way: Way, company: Company, fates: list[Fate], engineers: list[Engineer]) -> None:
        experiment = model.experiment
        if experiment is None:
            raise ValueError("this model has no experiment: add its part, or use models/promise.yaml")
        self.model, self.way, self.company, self.experiment = model, way, company, experiment
        self.start = start_of(experiment)
        self.end = self.start + timedelta(days=experiment.days + experiment.drain_days)
        self.clock = SimulatedClock(self.start)
        self.worker = Worker(self.clock)
        self.agenda = Agenda()
        self.engineers = {e.id: e for e in engineers}
        self.customer = customer_of(company.tenant_id)
        self.cases = [self._case(f) for f in fates]
        self.refused: Counter[str] = Counter()

    def _case(self, fate: Fate) -> Case:
        """The request as it is named at intake: rightly or wrongly, by this way's shares."""
        known = fate.luck["known"] < self.model.desk.known
        wrong = fate.luck["wrong"] < (self.way.wrong_known if known else self.way.wrong_unknown)
        others = [k for k in sorted(self.model.kinds) if k != fate.kind]
        named = others[int(fate.luck["which"] * len(others))] if wrong and others else fate.kind
        return Case(fate, fate.kind, named, self.company.customers[fate.customer]["place"])

    def run(self) -> Counter[str]:
        """Play it to the end."""
        with unit_of_work(system_actor(self.company.tenant_id, "simulator"), self.start) as work:
            self.calendar = calendar_queries.lookup(work)("cn-work")
        for case in self.cases:
            self.agenda.plan(case.fate.at, partial(self.arrive, case))
        for engineer in self.engineers.values():
            for day in engineer.days:
                self.agenda.plan(day.begin, partial(self.begin_day, engineer))
            for sickness in engineer.sick:
                begins = datetime(sickness.first.year, sickness.first.month, sickness.first.day, SICK_CALL_HOUR, tzinfo=ZONE)
                if begins >= self.start:
                    self.agenda.plan(begins, partial(self.call_in_sick, engineer, begins + timedelta(days=sickness.days)))
        self.prepare()
        self.agenda.play(self.end, self.clock.set)
        self.jobs()
        return self.refused

    # what the ways do differently

    def prepare(self) -> None:
        """Plan what happens without a request."""
        raise NotImplementedError

    def route(self, case: Case, at: datetime) -> None:
        """A request is there, or was handed back."""
        raise NotImplementedError

    def hand_back(self, case: Case, engineer: Engineer, at: datetime) -> None:
        """The engineer says that somebody else is needed."""
        raise NotImplementedError

    # tools

    def jobs(self) -> None:
        """Do all background work that is due."""
        while self.worker.step():
            pass

    def said(self, actor: Actor, at: datetime, case: Case, verb: Callable[[Work, UUID], object]) -> bool:
        """Say a verb on the case's order; a refusal is counted."""
        if case.order_id is None:
            return False
        try:
            with unit_of_work(actor, at) as work:
                verb(work, case.order_id)
        except DomainError as error:
            self.refused[f"{getattr(verb, '__name__', 'verb')} {error.code} at {at:%F %H:%M}"] += 1
            return False
        return True

    def row(self, case: Case, at: datetime) -> OrderRow:
        """The order as it stands."""
        assert case.order_id is not None  # noqa: S101 – asked after creation only
        with unit_of_work(system_actor(self.company.tenant_id, "simulator"), at) as work:
            return placed_order(work, case.order_id).row

    def one_of(self, role: str) -> Actor:
        """The first of a role; who it is does not matter."""
        return self.company.actors[self.company.people[role][0]]

    def caller(self, engineer: Engineer) -> Actor:
        """Who hands an order back: the engineer, or for a partner's, who may not, the dispatcher they call."""
        return self.one_of("dispatcher") if "partner" in engineer.actor.roles else engineer.actor

    def office(self, at: datetime, minutes: float) -> datetime:
        """`minutes` after the next instant of office hours; the desk works on past closing time then."""
        return next_open(self.calendar, at) + timedelta(minutes=minutes)

    def open_now(self, at: datetime) -> bool:
        """Whether it is office hours."""
        return is_open(self.calendar, at)

    # the customer

    def arrive(self, case: Case, at: datetime) -> None:
        fate, who = case.fate, self.company.customers[case.fate.customer]
        asset_id, model = self.company.assets[fate.machine] if fate.machine is not None else (None, "")
        known = fate.luck["known"] < self.model.desk.known
        new = NewOrder(
            blueprint="repair",
            title=f"设备故障 {model}",
            priority=1 + sum(fate.luck["priority"] > edge for edge in (0.05, 0.2, 0.8)),
            customer_id=who["id"],
            contact_id=who["contact"],
            site_id=who["site"],
            asset_id=asset_id if known else None,
            contact_name=who["contact_name"],
            contact_phone=who["phone"],
            address=who["address"],
            lng=who["place"][0],
            lat=who["place"][1],
            fields={"fault_type": case.named},
            channel="web",
        )
        with unit_of_work(self.customer, at) as work:
            case.order_id = creating.create(work, new).id
        self.agenda.plan(
            at + timedelta(minutes=self.model.customer.patience.minutes(fate.draws["patience"])), partial(self.chase, case)
        )
        self.route(case, at)

    def chase(self, case: Case, at: datetime) -> None:
        """Nobody has answered: the customer asks again, and again a day later."""
        if case.accepted or case.done:
            return
        self.said(self.customer, at, case, lambda w, o: conversing.comment(w, o, NewComment(body="请问什么时候有人联系我？")))
        self.agenda.plan(at + timedelta(days=1), partial(self.chase, case))

    # the engineer

    def call_in_sick(self, engineer: Engineer, until: datetime, at: datetime) -> None:
        with unit_of_work(self.one_of("manager"), at) as work:
            workforce.add_absence(work, AbsenceIn(engineer_id=engineer.id, starts_at=at, ends_at=until, kind="sick", reason="病假"))

    def begin_day(self, engineer: Engineer, at: datetime) -> None:
        for case in [c for c in engineer.inbox + engineer.held if self.way.told]:
            self.look(engineer, case, at)
        self.drive(engineer, at)

    def look(self, engineer: Engineer, case: Case, at: datetime) -> None:
        """The engineer sees what is new about a case: that it is theirs, or that the waiting is over."""
        if case.owner is not engineer or case.done:
            return
        if case in engineer.inbox:
            self.read(engineer, case, at)
            return
        over = case in engineer.held and case.news
        if over and self.said(engineer.actor, at, case, lambda w, o: moving.resume(w, o, None, Say())):
            engineer.held.remove(case)
            case.waiting = case.news = False
            self.ready(engineer, case, at)

    def read(self, engineer: Engineer, case: Case, at: datetime) -> None:
        engineer.inbox.remove(case)
        if case.wrong and case.fate.luck["noticed"] < self.model.desk.noticed:
            self.hand_back(case, engineer, at)
            return
        if self.said(engineer.actor, at, case, lambda w, o: moving.accept(w, o, None, Say())):
            case.accepted = True
            if case.fate.luck["asked"] < self.model.customer.asked and not case.asked:
                self.ask(engineer, case, at)
            else:
                self.ready(engineer, case, at)

    def ask(self, engineer: Engineer, case: Case, at: datetime) -> None:
        """Something has to be known before the visit; customers answer when they answer."""
        case.asked = True
        self.said(engineer.actor, at, case, lambda w, o: conversing.comment(w, o, NewComment(body="请问何时方便上门？")))
        self.wait(engineer, case, at, "customer", self.model.customer.answer.minutes(case.fate.draws["answer"]))

    def wait(self, engineer: Engineer, case: Case, at: datetime, whom: str, minutes: float) -> None:
        hold = Hold(
            waiting_on="customer" if whom == "customer" else "parts", reason="等客户回复" if whom == "customer" else "等备件"
        )
        if self.said(engineer.actor, at, case, lambda w, o: moving.hold(w, o, None, hold)):
            case.waiting = True
            engineer.held.append(case)
            self.agenda.plan(at + timedelta(minutes=minutes), partial(self.over, case, whom))

    def over(self, case: Case, whom: str, at: datetime) -> None:
        """The customer answered, or the part came. Told at once, or noticed at the next look."""
        if whom == "customer":
            self.said(self.customer, at, case, lambda w, o: conversing.comment(w, o, NewComment(body="明天上午都可以。")))
        case.news = True
        if self.way.told and case.owner is not None and (when := case.owner.next_here(at)) is not None:
            self.agenda.plan(when, partial(self.look, case.owner, case))

    def ready(self, engineer: Engineer, case: Case, at: datetime) -> None:
        case.due = self.row(case, at).next_due_at
        engineer.todo.append(case)
        self.drive(engineer, at)

    def _next(self, engineer: Engineer) -> Case:
        if self.way.order_by == "deadline":
            return min(engineer.todo, key=lambda c: (c.due is None, c.due, c.fate.at))
        return min(engineer.todo, key=lambda c: c.fate.at)

    def drive(self, engineer: Engineer, at: datetime) -> None:
        """Set out to the next machine, when it can be reached before the day ends."""
        day = engineer.here(at)
        if engineer.current is not None or day is None or not engineer.todo:
            return
        case = self._next(engineer)
        road = drawing.travel_minutes(self.model, engineer.place, case.site, at.astimezone(ZONE).hour)
        there = at + timedelta(minutes=road)
        if there < day.end:
            engineer.todo.remove(case)
            engineer.current = case
            self.agenda.plan(there, partial(self.work, engineer, case))

    def work(self, engineer: Engineer, case: Case, at: datetime) -> None:
        """At the machine."""
        engineer.place = case.site
        if not case.started:
            case.started = self.said(engineer.actor, at, case, lambda w, o: moving.start(w, o, None, Say()))
        if case.wrong:
            self.agenda.plan(at + FIND_OUT, partial(self.give_up, engineer, case))
            return
        fate, level = case.fate, engineer.skills.get(case.kind, 0)
        minutes = drawing.repair_minutes(self.model, case.kind, level, fate.draws["again" if case.visits else "repair"])
        case.visits += 1
        self.agenda.plan(at + timedelta(minutes=minutes * (AGAIN if case.visits > 1 else 1)), partial(self.finish, engineer, case))

    def give_up(self, engineer: Engineer, case: Case, at: datetime) -> None:
        engineer.current = None
        self.hand_back(case, engineer, at)
        self.drive(engineer, at)

    def finish(self, engineer: Engineer, case: Case, at: datetime) -> None:
        """Repaired, or a part is missing, or it takes another visit."""
        engineer.current = None
        fate, kind = case.fate, self.model.kinds[case.kind]
        if not case.parted and fate.luck["parts"] < kind.parts_share:
            case.parted = True
            self.wait(engineer, case, at, "parts", kind.parts.minutes(fate.draws["parts"]))
        elif case.visits == 1 and fate.luck["fixed"] > drawing.fixed_share(
            self.model, case.kind, engineer.skills.get(case.kind, 0)
        ):
            note = NewComment(body="未能修复，需再次上门。")
            self.said(engineer.actor, at, case, lambda w, o: conversing.comment(w, o, note))
            engineer.todo.append(case)
        else:
            done = Complete(fields={"fault_cause": "见现场记录", "labour_hours": 1}, note="已处理完毕")
            case.done = self.said(engineer.actor, at, case, lambda w, o: moving.complete(w, o, None, done))
        self.drive(engineer, at)

    def given(self, case: Case, engineer: Engineer) -> None:
        """The order has a (new) owner."""
        if case.owner is not None:
            case.owner.drop(case)
        case.owner, case.waiting, case.started = engineer, False, False
        engineer.inbox.append(case)

    def away(self, at: datetime) -> list[tuple[Engineer, Case]]:
        """What sick engineers could have begun; what waits for somebody else waits on. Today's local day decides."""
        day = at.astimezone(ZONE).date()
        gone = [e for e in self.engineers.values() if any(s.first <= day < s.first + timedelta(days=s.days) for s in e.sick)]
        return [(e, c) for e in gone for c in [*e.inbox, *e.todo]]


def start_of(experiment: Experiment) -> datetime:
    """The first instant: midnight in Shanghai of the first day, in UTC."""
    return datetime.fromisoformat(experiment.start).replace(tzinfo=ZONE).astimezone(UTC)


def engineers_of(model: Model, rng: random.Random, company: Company) -> list[Engineer]:
    """Fresh engineers of a company with their days and sicknesses; the same for the same seed."""
    found = []
    for hand in company.hands.values():
        shifts = sorted(hand.shifts)
        first = shifts[0][0].date()
        sick = drawing.sicknesses(model, rng, first, (shifts[-1][0].date() - first).days + 1)
        days = drawing.presence(model, rng, shifts, sick)
        found.append(Engineer(hand.id, company.actors[hand.id], dict(hand.skills), hand.home, days, sick))
    return found
