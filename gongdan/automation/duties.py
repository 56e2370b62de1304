"""Jobs and the sweep of rules: facts that happened, conditions that have held, schedules. Each is safe to repeat."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec

from gongdan.accounts import queries as account_queries
from gongdan.automation import queries, rules, values
from gongdan.automation.rules import Ready
from gongdan.automation.running import Happened, Pass, consider, holds
from gongdan.kernel.access import system_actor
from gongdan.kernel.jobs import duty, handles
from gongdan.kernel.pipeline import run
from gongdan.kernel.work import SET_TENANT, Work, transaction_scope

STEP = 200
SWEEP = 500
ARM = (
    "insert into automation_armed (tenant_id, rule_id, order_id, since, due_at) values (%s, %s, %s, %s, %s) on conflict do nothing"
)
DISARM = "delete from automation_armed where rule_id = %s and order_id = %s"
OPEN = "select id from orders_order where family < 4 and merged_into_id is null and id > %s order by id limit %s"
DUE = "select tenant_id, rule_id, order_id, since from take_due_rules(%s, %s)"
TICKS = "select tenant_id, rule_id, next_at from take_ticks(%s, %s)"
ZONE_AND_RULE = "select trigger, enabled from automation_rule where id = %s"


@handles("automation.fire")
def fire(work: Work, args: dict[str, Any]) -> None:
    """Something happened: the rules that listen to it, by rank; then those that wait for something to last look again."""
    order_id = UUID(args["order_id"])
    found = [Happened(f["fact"], UUID(f["fact_id"]), order_id, f["given"]) for f in args["facts"]]
    work = in_zone(work)
    everyone = queries.enabled(work)
    passing = Pass(work, order_id)
    for rule in everyone:
        any(consider(passing, rule, happened) for happened in found if rule.hears(happened.fact))
    passing.follow()
    waiting = [r for r in everyone if r.held is not None]
    if waiting:
        watch(work, waiting, order_id, datetime.fromisoformat(args["at"]))


@handles("automation.held")
def held(work: Work, args: dict[str, Any]) -> None:
    """A condition has held for its time, unless it has stopped to without a fact; then the order waits no more."""
    rule = _rule(work, args)
    if rule is None or rule.held is None:
        return
    order_id = UUID(args["order_id"])
    passing = Pass(in_zone(work), order_id)
    if not consider(passing, rule, Happened("held", UUID(args["fact_id"]), order_id, {})):
        work.write(DISARM, [rule.id, order_id])
    passing.follow()


@handles("automation.scan")
def scan(work: Work, args: dict[str, Any]) -> None:
    """A tick of a schedule: the next STEP open orders, then the rest in another job."""
    rule = _rule(work, args)
    if rule is None:
        return
    ids = [r[0] for r in work.read(OPEN, [UUID(args.get("after", str(UUID(int=0)))), STEP])]
    zoned = in_zone(work)
    seen = values.read(zoned, ids)
    for order_id in ids:
        if holds(zoned, rule, seen[order_id], {}):
            passing = Pass(zoned, order_id)
            consider(passing, rule, Happened("schedule", uuid5(rule.id, args["tick"]), order_id, {}))
            passing.follow()
    if len(ids) == STEP:
        work.defer("automation.scan", {**args, "after": str(ids[-1])})


@handles("automation.arm")
def arm(work: Work, args: dict[str, Any]) -> None:
    """A rule that waits was saved: it waits on the open orders on which its condition holds, from now on."""
    rule = _rule(work, args)
    if rule is None or rule.held is None or rule.version != args["version"]:
        return
    ids = [r[0] for r in work.read(OPEN, [UUID(args.get("after", str(UUID(int=0)))), STEP])]
    zoned = in_zone(work)
    for order_id in ids:
        watch(zoned, [rule], order_id, work.at)
    zoned.flush()
    if len(ids) == STEP:
        work.defer("automation.arm", {**args, "after": str(ids[-1])})


@duty("automation.sweep", 2)
def sweep(at: datetime) -> None:
    """Queue what is due: orders on which a condition has held long enough, and schedules. Taken once, in this transaction."""
    with transaction_scope() as raw:
        due = run(raw, [(DUE, [at, SWEEP])])[0].rows
        ticks = run(raw, [(TICKS, [at, SWEEP])])[0].rows
        by_tenant: dict[UUID, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
        for tenant_id, rule_id, order_id, since in due:
            fact_id = uuid5(rule_id, f"{order_id} {since.isoformat()}")
            args = {"rule_id": str(rule_id), "order_id": str(order_id), "fact_id": str(fact_id)}
            by_tenant[tenant_id].append(("automation.held", args))
        for tenant_id, rule_id, tick in ticks:
            by_tenant[tenant_id].append(("automation.scan", {"rule_id": str(rule_id), "tick": tick.isoformat()}))
        for tenant_id, jobs in by_tenant.items():
            run(raw, [(SET_TENANT, [str(tenant_id)])])
            work = Work(raw, system_actor(tenant_id, "automation"), at)
            for kind, args in jobs:
                work.defer(kind, args)
                if kind == "automation.scan":
                    _next(work, UUID(args["rule_id"]))
            work.flush()


def _next(work: Work, rule_id: UUID) -> None:
    """Set when a schedule is due next: after now, however long nobody was there."""
    for trigger, enabled in work.read(ZONE_AND_RULE, [rule_id]):
        due = rules.next_tick(queries.TRIGGER.decode(trigger), work.at, account_queries.face(work).zone) if enabled else None
        work.write("update automation_rule set next_at = %s where id = %s", [due, rule_id])


def _rule(work: Work, args: dict[str, Any]) -> Ready | None:
    """The rule of a job, if it is still on."""
    wanted = UUID(args["rule_id"])
    return next((r for r in queries.enabled(work) if r.id == wanted), None)


def in_zone(work: Work) -> Work:
    """The same work as seen by the company's clock on the wall."""
    zone = account_queries.face(work).zone
    work.actor = msgspec.structs.replace(work.actor, zone=zone)
    return work


def watch(work: Work, waiting: list[Ready], order_id: UUID, since: datetime) -> None:
    """Begin to wait, or stop to, for each rule: by the order as it is now. Its lock makes the last look the one that counts."""
    seen = values.read(work, [order_id], lock=True).get(order_id)
    for rule in waiting:
        if rule.held is not None and seen is not None and not seen.merged and holds(work, rule, seen, {}):
            due = since + timedelta(minutes=rule.held.minutes)
            work.write(ARM, [work.actor.tenant_id, rule.id, order_id, since, due])
        else:
            work.write(DISARM, [rule.id, order_id])
