"""Any life of an order, at the level of rules: clocks that follow step by step are what a naive fold over the same story tells, and
no minute that stood is ever counted, whatever becomes of priority, policy and plan in between."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from gongdan.blueprints.document import Label
from gongdan.calendars.actions import ALWAYS, SHIFTS
from gongdan.engines.worktime.calendar import DAYS, compile_calendar
from gongdan.sla import retelling, rules
from gongdan.sla.following import Clocks, Step
from gongdan.sla.plans import Plan, PlanTarget
from gongdan.sla.retelling import Entry, World
from gongdan.sla.rules import ClockRow

LIVES, STEPS = 400, 25
ORDER = UUID(int=7)
STATES: dict[str, tuple[int, str | None]] = {
    "new": (1, "us"), "ours": (2, "us"), "theirs": (2, "customer"), "done": (3, "customer"), "closed": (4, "nobody"),
}  # fmt: skip
CALENDARS = {
    "work": compile_calendar({"zone": "Asia/Shanghai", "weekly": dict.fromkeys(DAYS[:5], SHIFTS), "days": {}}),
    "always": compile_calendar({"zone": "Asia/Shanghai", "weekly": dict.fromkeys(DAYS, ALWAYS), "days": {}}),
}
calendar_of = CALENDARS.__getitem__


def _target(key: str, minutes: int, **more: Any) -> PlanTarget:
    return PlanTarget(
        key=key,
        label=Label(key, key),
        minutes={"1": minutes, "2": minutes * 2, "3": minutes * 4, "4": minutes * 8},
        stops_on=more.pop("stops_on", ["complete", "closed"]),
        **more,
    )


RESOLVE: dict[str, Any] = {"pauses_on": ("customer",), "reopen": "resume"}
PLANS = {
    "": Plan(calendar="work", targets=[_target("response", 30, stops_on=["answer"]), _target("resolve", 240, **RESOLVE)]),
    "a@1": Plan(
        ref="a@1",
        calendar="always",
        targets=[
            _target("resolve", 100, pauses_on=("customer", "parts"), reopen="resume"),
            _target("reply", 20, starts="customer_message", stops_on=["closed"]),
            _target("theirs", 60, starts="state:theirs", stops_on=[]),
        ],
    ),
    "a@2": Plan(
        ref="a@2",
        calendar="work",
        targets=[_target("resolve", 500, pauses_on=("parts",), reopen="restart"), _target("arrival", 90)],
    ),
    "b@1": Plan(ref="b@1", calendar="work", targets=[_target("resolve", 50), _target("response", 10, pauses_on=("customer",))]),
}
WORLD = World(STATES, PLANS.__getitem__, calendar_of)


class Life:
    """The same story told twice: to clocks, and as entries of a ledger."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.at = datetime(2026, 2, 10, 1, 0, tzinfo=UTC) + timedelta(minutes=self.rng.randrange(3000))
        self.state, self.priority = "new", 3
        self.hold: str | None = None
        self.before: tuple[str, str | None] = ("new", None)
        ref = self.rng.choice(list(PLANS))
        self.entries: list[Entry] = []
        self.clocks = Clocks(ORDER, PLANS[ref], 3, [], calendar_of)
        self.clocks.begin("new", 1, self.at)
        self._tell("created", state="new", priority=3)
        if ref:
            self._tell("policy_set", ref=ref, calendar=PLANS[ref].calendar, first=True)

    def _tell(self, kind: str, actor: str = "person", **data: Any) -> None:
        self.entries.append(Entry(kind, self.at, self.at, actor, data))

    def step(self) -> None:
        self.at += timedelta(minutes=self.rng.choice([0, 1, 7, 60, 300, 1500]))
        do = self.rng.choice(["move", "move", "move", "hold", "resume", "priority", "priority", "policy", "write", "undo"])
        if do == "move":
            self._move("complete" if (to := self.rng.choice(list(STATES))) == "done" else "move", to, None)
        elif do in ("hold", "resume"):
            held = self.rng.choice(["customer", "parts", "vendor"]) if do == "hold" else None
            self._move(do, self.state, held, waiting_on=held)
        elif do == "priority":
            self.priority = self.rng.randint(1, 4)
            self.clocks.priority = self.priority
            self.clocks.retargeted(self.at)
            self._tell("edited", changed={"priority": [0, self.priority]})
        elif do == "policy":
            self._policy()
        elif do == "write":
            actor, internal = self.rng.choice(["person", "link"]), self.rng.random() < 0.3
            if not internal:
                self.clocks.heard(customer=actor == "link", family=STATES[self.state][0], at=self.at)
            self._tell("commented", actor, internal=internal)
        elif self.entries[-1].type in ("move", "complete", "hold"):
            self._undo()

    def _move(self, verb: str, to: str, hold: str | None, **data: Any) -> None:
        self.before = (self.state, self.hold)
        self._go(verb, to, hold if verb != "complete" else self.hold, None)
        self._tell(verb, **{"from": self.before[0], "to": to, **data})

    def _go(self, verb: str, to: str, hold: str | None, undone_at: datetime | None) -> None:
        came, self.state, self.hold = self.state, to, hold
        waits = hold or STATES[to][1]
        step = Step(
            verb=verb, from_state=came, to_state=to, from_family=STATES[came][0], to_family=STATES[to][0],
            waiting_on=None if waits == "us" else waits, at=self.at, undone_at=undone_at,
        )  # fmt: skip
        self.clocks.moved(step)

    def _undo(self) -> None:
        last, came = self.entries[-1], self.state
        self._go("undo", *self.before, last.recorded_at)
        self._tell("undone", **{"verb": last.type, "from": came, "to": self.state})

    def _policy(self) -> None:
        ref = self.rng.choice(list(PLANS))
        if STATES[self.state][0] >= 3 or ref == self.clocks.plan.ref:
            return
        self.clocks.plan = PLANS[ref]
        self.clocks.retargeted(self.at)
        self._tell("policy_set", ref=ref, calendar=PLANS[ref].calendar)


def _by_hand(row: ClockRow, until: datetime) -> int:
    """Every minute looked at: open by the calendar in force then, and no pause over it."""
    found, at = 0, row.started_at
    while at < until:
        calendar = CALENDARS[[s for s in row.segments if s.start <= at][-1].calendar]
        local = at.astimezone(calendar.zone)
        minute = local.hour * 60 + local.minute
        inside = any(a <= minute < b for a, b in calendar.windows(local.date()))
        if inside and not any(start <= at < (end or until) for start, end, _ in row.pauses):
            found += 1
        at += timedelta(minutes=1)
    return found


def _lived(seed: int) -> Life:
    life = Life(seed)
    for _ in range(life.rng.randrange(3, STEPS)):
        life.step()
    return life


def test_clocks_are_what_a_naive_fold_tells() -> None:
    for seed in range(LIVES):
        life = _lived(seed)
        found = retelling.compare(ORDER, life.clocks.rows, retelling.told(life.entries, WORLD))
        assert found == [], (seed, found, life.entries)


@pytest.mark.parametrize("seed", range(30))
def test_what_stood_is_never_counted_and_what_ran_always(seed: int) -> None:
    life = _lived(seed)
    for row in life.clocks.rows:
        until = row.stopped_at or life.at
        assert rules.computed(row, calendar_of).elapsed(until) == _by_hand(row, until) * 60, (seed, row)


def _loses_pauses(row: ClockRow, *rest: Any) -> bool:
    row.pauses[:] = [p for p in row.pauses if p[1] is None]
    return RETARGET(row, *rest)


RETARGET = rules.retarget


def test_a_pause_lost_by_another_priority_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr(rules, "retarget", _loses_pauses)
    lives = [_lived(seed) for seed in range(60)]
    assert any(retelling.compare(ORDER, x.clocks.rows, retelling.told(x.entries, WORLD)) for x in lives)
