"""The two ways of working that the experiment compares: in rounds by hand, and by the planner."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import msgspec

from gongdan.dispatch import actions as dispatching
from gongdan.dispatch import queries as dispatch_queries
from gongdan.kernel.errors import Conflict
from gongdan.kernel.work import unit_of_work
from gongdan.orders import listing
from gongdan.orders.actions import assigning, editing
from gongdan.orders.queries import placed_order
from gongdan.orders.schemas import Assign, Edit
from gongdan.simulator.company import ZONE
from gongdan.simulator.names import SKILLS
from gongdan.simulator.people import Case, Engineer, rounds
from gongdan.simulator.trial import WRONG, Trial
from gongdan.sla import jobs as sla_jobs

AGENTS = 2
DISPATCHER_MINUTES = 15.0
MAY_WAIT = frozenset({"full", "no_shift"})  # what a dispatcher may overrule when nobody fits


class ByRounds(Trial):
    """Today's way: a shared queue read in rounds, a lead who hands out in rounds, engineers who call in."""

    def prepare(self) -> None:
        self.desk: list[Case] = []
        self.crews: dict[str, list[Case]] = {kind: [] for kind in self.model.kinds}
        first, days = self.start.astimezone(ZONE).date(), self.experiment.days + self.experiment.drain_days
        for times, happening in (
            (self.way.lead_rounds, self.lead_round),
            (self.way.desk_rounds, self.desk_round),
            (self.way.look_rounds, self.look_round),
        ):
            for at in rounds(times, first, days, ZONE):
                self.agenda.plan(at, happening)

    def route(self, case: Case, at: datetime) -> None:
        """It lies in the queue until the next round."""
        self.desk.append(case)

    def desk_round(self, at: datetime) -> None:
        if not self.calendar.is_workday(at.astimezone(ZONE).date()):
            return
        free = [at] * AGENTS
        for case in self.desk:
            agent = free.index(min(free))
            free[agent] += timedelta(minutes=self.model.desk.handling.minutes(case.fate.draws["desk"]))
            self.agenda.plan(free[agent], partial(self.to_crew, case, agent))
        self.desk = []

    def to_crew(self, case: Case, agent: int, at: datetime) -> None:
        actor = self.company.actors[self.company.people["agent"][agent]]
        team = self.company.teams[case.named]
        if self.said(actor, at, case, lambda w, o: assigning.assign(w, o, None, Assign(team_id=team))):
            self.crews[case.named].append(case)

    def lead_round(self, at: datetime) -> None:
        """Hand out to whoever of the crew is there today and has the fewest orders; what the sick hold comes back first."""
        today = at.astimezone(ZONE).date()
        if not self.calendar.is_workday(today):
            return
        self.jobs()
        for engineer, case in self.away(at):
            engineer.drop(case)
            self.crews[case.named].append(case)
        for kind, waiting in self.crews.items():
            crew = [e for e in self.engineers.values() if kind in e.skills and e.works_on(today)]
            for case in waiting if crew else ():
                chosen = min(crew, key=lambda e: (e.load, e.id))
                give = Assign(assignee_id=chosen.id)
                if self.said(self.one_of("manager"), at, case, lambda w, o, g=give: assigning.assign(w, o, None, g)):  # type: ignore[misc]
                    self.given(case, chosen)
            if crew:
                self.crews[kind] = []

    def look_round(self, at: datetime) -> None:
        for engineer in self.engineers.values():
            if engineer.here(at):
                for case in [*engineer.inbox, *engineer.held]:
                    self.look(engineer, case, at)

    def hand_back(self, case: Case, engineer: Engineer, at: datetime) -> None:
        """Back to the desk, which then knows the right name."""
        say = Assign(team_id=self.company.teams["desk"], reason=f"{WRONG}班组，应为{SKILLS[case.kind][0]}")
        self.said(self.caller(engineer), at, case, lambda w, o: assigning.transfer(w, o, None, say))
        case.owner, case.started, case.accepted, case.named = None, False, False, case.kind
        self.desk.append(case)


class ByPlanner(Trial):
    """Ours: the planner gives the order away as it comes; phones tell; dispatch walks the list of late orders."""

    def prepare(self) -> None:
        at = self.start
        while at < self.end and self.way.reminders:
            self.agenda.plan(at, self.walk)
            at += timedelta(minutes=self.way.remind_minutes)

    def route(self, case: Case, at: datetime) -> None:
        """The job `dispatch.auto` runs as in production; what it could not place goes to a dispatcher."""
        self.jobs()
        self.after(case, at)

    def after(self, case: Case, at: datetime) -> None:
        chosen = self.row(case, at).assignee_id
        if chosen is None:
            self.agenda.plan(self.office(at, DISPATCHER_MINUTES), partial(self.by_hand, case))
            return
        self.tell(case, self.engineers[chosen], at)

    def tell(self, case: Case, engineer: Engineer, at: datetime) -> None:
        self.given(case, engineer)
        seen = at + timedelta(minutes=self.way.look.minutes(case.fate.draws["look"]))
        if engineer.here(at) and engineer.here(seen):
            self.agenda.plan(seen, partial(self.look, engineer, case))
        # else the start of their next day shows it (begin_day)

    def by_hand(self, case: Case, at: datetime) -> None:
        """A dispatcher takes the best of those whom only work in hand or the roster stands against; else asks again tomorrow."""
        if case.owner is not None or case.done or case.order_id is None:
            return
        with unit_of_work(self.one_of("dispatcher"), at) as work:
            found, _, _ = dispatch_queries.ranked(work, placed_order(work, case.order_id))
        fits = [UUID(c.engineer_id) for c in found if {b.code for b in c.blockers} <= MAY_WAIT]
        if not fits:
            self.agenda.plan(self.office(at + timedelta(hours=4), DISPATCHER_MINUTES), partial(self.by_hand, case))
            return
        give = Assign(assignee_id=fits[0], reason="人工派单")
        if self.said(self.one_of("dispatcher"), at, case, lambda w, o: assigning.assign(w, o, None, give)):
            self.tell(case, self.engineers[fits[0]], at)

    def hand_back(self, case: Case, engineer: Engineer, at: datetime) -> None:
        """The engineer corrects the form and lets it go; dispatch runs again."""
        right = Edit(fields={"fault_type": case.kind})
        say = Assign(team_id=self.company.teams["field"], reason=f"{WRONG}工种，应为{SKILLS[case.kind][0]}")
        self.said(self.caller(engineer), at, case, lambda w, o: editing.edit(w, o, None, right))
        self.said(self.caller(engineer), at, case, lambda w, o: assigning.transfer(w, o, None, say))
        case.owner, case.started, case.accepted, case.named = None, False, False, case.kind
        self.agenda.plan(self.office(at, DISPATCHER_MINUTES), partial(self.again, case))

    def again(self, case: Case, at: datetime) -> None:
        """Dispatch once more on a dispatcher's request."""
        if case.order_id is None or case.done:
            return
        version = self.row(case, at).version
        try:
            with unit_of_work(self.one_of("dispatcher"), at) as work:
                dispatching.dispatch_now(work, case.order_id, version)
        except Conflict:
            self.by_hand(case, at)
            return
        chosen = self.row(case, at).assignee_id
        if chosen is not None:
            self.tell(case, self.engineers[chosen], at)

    def walk(self, at: datetime) -> None:
        """In office hours: give away what is near or over its deadline and unseen by an engineer who is not there; and what the
        sick hold."""
        if not self.open_now(at):
            return
        sla_jobs.sweep(at)
        with unit_of_work(self.one_of("dispatcher"), at) as work:
            page = msgspec.json.decode(listing.page(work, {"sla": "near,breached", "open": "true"}, "due", "", 200))
        late = {item["id"] for item in page["items"]}
        unseen = [c for c in self.cases if str(c.order_id) in late and c.owner and c in c.owner.inbox and not c.owner.here(at)]
        for case in dict.fromkeys([*unseen, *(c for _, c in self.away(at))]):
            self.again(case, at)
