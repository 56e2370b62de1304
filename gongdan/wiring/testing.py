"""Helpers for tests across slices: a company with calendars and blueprints, clients for its people, jobs run on demand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from gongdan.accounts.tests import factories
from gongdan.accounts.tests.factories import NOW, Company
from gongdan.blueprints import actions as blueprints
from gongdan.blueprints import queries as blueprint_queries
from gongdan.calendars import actions as calendars
from gongdan.kernel.clock import SimulatedClock
from gongdan.kernel.http.dispatch import Api
from gongdan.kernel.http.testing import Client
from gongdan.kernel.jobs import Worker
from gongdan.kernel.work import system_work
from gongdan.sla import jobs as sla_jobs
from gongdan.wiring import api
from gongdan.workforce import actions as workforce
from gongdan.workforce.schemas import EngineerIn, Interval, SkillIn, SkillOf

SWEEPS = 15  # of 500 orders each


@dataclass
class World:
    """A company at work on a simulated clock."""

    company: Company
    clock: SimulatedClock
    app: Api

    def client(self, role: str, locale: str = "zh") -> Client:
        """A client with the token of the person who has `role`; "nobody" has none."""
        return Client(self.app, self.company.tokens.get(role), locale=locale)

    def pass_minutes(self, minutes: float) -> None:
        """Time goes by."""
        self.clock.advance(timedelta(minutes=minutes))

    def run_jobs(self) -> None:
        """Run background work until none is ready."""
        Worker(self.clock).run(until_empty=True)

    def sweep(self) -> None:
        """Let the clocks' sweep look at every order that is due, those of other tests in this database too."""
        for _ in range(SWEEPS):
            sla_jobs.sweep(self.clock.now())

    def order(self, **values: Any) -> dict[str, Any]:
        """A new repair order, as the agent makes it; its receipt."""
        body = {"blueprint": "repair", "title": "空调漏水", "fields": {"fault_type": "hvac"}, **values}
        answer = self.client("agent").post("/orders", body)
        assert answer.status == 201, answer.body
        receipt: dict[str, Any] = answer.json
        return receipt


def world(packs: tuple[str, ...] = ("default", "maintenance")) -> World:
    """A fresh company with calendars, published blueprints and one engineer on shift who can repair air conditioners."""
    company = factories.company()
    with system_work(company.id, "test", NOW) as work:
        calendars.seed_china(work)
        for name in packs:
            blueprints.install_pack(work, blueprint_queries.pack(name))
        for key in ("hvac", "electric", "pump", "compressor", "elevator"):
            workforce.add_skill(work, SkillIn(key=key, name=key))
        engineer = company.people["engineer"]
        workforce.put_engineer(
            work,
            EngineerIn(user_id=engineer, home_lng=114.05, home_lat=22.54, skills=[SkillOf(skill="hvac", level=3)]),
        )
        shifts = [
            Interval(
                engineer_id=engineer,
                starts_at=NOW + timedelta(days=d),
                ends_at=NOW + timedelta(days=d, hours=10),
            )
            for d in range(10)
        ]
        workforce.add_shifts(work, shifts)
    clock = SimulatedClock(NOW)
    return World(company, clock, Api(api.table(), clock, api.PREFIX))
