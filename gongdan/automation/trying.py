"""Dry runs: a rule over the orders of a period, in steps, without any effect but its own row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from gongdan.accounts import queries as account_queries
from gongdan.automation import actions, conditions, past, queries, values
from gongdan.automation.models import DryRun
from gongdan.automation.past import Entry
from gongdan.automation.schemas import DryRunOut, RuleIn, Sample, Try
from gongdan.blueprints import queries as blueprint_queries
from gongdan.blueprints.document import FAMILY_NAMES
from gongdan.kernel import verbs
from gongdan.kernel.access import require
from gongdan.kernel.errors import Conflict, Invalid, NotFound
from gongdan.kernel.http.paging import Page, clamp, decode_cursor, encode_cursor
from gongdan.kernel.jobs import handles
from gongdan.kernel.work import Work

STEP = 1_000
KEPT = 50
OVER = ("done", "cancelled")
COUNT = "select count(*) from orders_order where opened_at >= %s and opened_at < %s"
# by the instant of opening: the index that the lists by opening use
NEXT = (
    "select id, opened_at from orders_order where opened_at >= %s and opened_at < %s and (opened_at, id) > (%s, %s) "
    "order by opened_at, id limit %s"
)
SINCE = "select opened_at from orders_order where id = %s"
ENTRIES = (
    "select e.order_id, e.type, e.occurred_at, e.actor_kind, e.data from orders_event e where e.order_id = any(%s) "
    "order by e.order_id, e.seq"
)
TURNS = "select order_id, 'sla.' || state, at, 'system', '{}' from sla_turn where order_id = any(%s)"
LAST = UUID(int=(1 << 128) - 1)
ZERO = UUID(int=0)


def ask(work: Work, new: Try) -> DryRunOut:
    """Queue a dry run. Raises NotAllowed, NotFound, Invalid (which rule, the period, or what is wrong with the rule)."""
    require(work.actor, "automation.edit")
    if (new.rule_id is None) == (new.rule is None):
        raise Invalid("dry_run_which", field="rule")
    if new.from_at.tzinfo is None or new.to_at.tzinfo is None or new.from_at >= new.to_at:
        raise Invalid("dry_run_period", field="from_at")
    rule = new.rule
    if rule is None:
        stored = queries.one(work, UUID(str(new.rule_id)), [])
        rule = msgspec.convert({f: getattr(stored, f) for f in RuleIn.__struct_fields__}, RuleIn)
    problems = actions.check(work, rule).problems
    if problems:
        raise Invalid.many(problems)
    (total,) = work.read(COUNT, [new.from_at, new.to_at])[0]
    run = DryRun.objects.create(
        id=work.new_id(),
        tenant_id=work.actor.tenant_id,
        asked_by=work.actor.id,
        rule_id=new.rule_id,
        rule=msgspec.to_builtins(rule),
        from_at=new.from_at,
        to_at=new.to_at,
        state="queued",
        total=total,
        created_at=work.at,
    )
    work.defer("automation.dry_run", {"dry_run_id": str(run.id)})
    return _out(run)


def one(work: Work, dry_run_id: UUID) -> DryRunOut:
    """A dry run: how far it is and what it found. Raises NotFound for one of somebody else."""
    return _out(_mine(work, dry_run_id))


def mine(work: Work, cursor: str, limit: int | None) -> Page[DryRunOut]:
    """My dry runs, newest first, one page."""
    require(work.actor, "automation.edit")
    most = clamp(limit)
    before = decode_cursor(cursor, UUID)[0] if cursor else LAST
    rows = list(DryRun.objects.filter(asked_by=work.actor.id, id__lt=before).order_by("-id")[: most + 1])
    found = [_out(r) for r in rows[:most]]
    return Page(items=found, next=encode_cursor(found[-1].id) if len(rows) > most else None)


def cancel(work: Work, dry_run_id: UUID) -> DryRunOut:
    """Stop a dry run. Raises NotFound, Conflict when it has ended."""
    run = _mine(work, dry_run_id, lock=True)
    if run.state in OVER:
        raise Conflict("dry_run_over")
    run.state, run.finished_at = "cancelled", work.at
    run.save(update_fields=["state", "finished_at"])
    return _out(run)


def _mine(work: Work, dry_run_id: UUID, *, lock: bool = False) -> DryRun:
    require(work.actor, "automation.edit")
    rows = DryRun.objects.select_for_update() if lock else DryRun.objects.all()
    run: DryRun | None = rows.filter(id=dry_run_id, asked_by=work.actor.id).first()
    if run is None:
        raise NotFound("not_found")
    return run


def _out(run: DryRun) -> DryRunOut:
    rule = msgspec.convert(run.rule, RuleIn)
    offered = verbs.offered()
    would = [
        {"verb": d.verb, "label": dict(zip(("zh", "en"), offered[d.verb].label, strict=True)), "args": d.args, "times": run.firings}
        for d in rule.deeds
    ]
    return DryRunOut(
        run.id, run.state, run.rule_id, rule.name, run.from_at, run.to_at, run.total, run.done, run.matched, run.firings, would,
        conditions.forgotten(rule.condition), msgspec.convert(run.samples, list[Sample]), run.created_at, run.finished_at,
    )  # fmt: skip


@handles("automation.dry_run")
def step(work: Work, args: dict[str, Any]) -> None:
    """The next STEP orders of a dry run, then the rest in another job; a crash repeats one step at most."""
    run = DryRun.objects.select_for_update().filter(id=UUID(args["dry_run_id"])).first()
    if run is None or run.state in OVER:
        return
    after = work.read(SINCE, [run.after]) if run.after else [(run.from_at,)]
    rows = work.read(NEXT, [run.from_at, run.to_at, after[0][0] if after else run.to_at, run.after or ZERO, STEP])
    found = look(work, msgspec.convert(run.rule, RuleIn), [r[0] for r in rows])
    run.done += len(rows)
    run.matched += len(found)
    run.firings += sum(s.times for s in found)
    run.samples = [*run.samples, *msgspec.to_builtins(found[: KEPT - len(run.samples)])]
    finished = len(rows) < STEP
    run.after = rows[-1][0] if rows else run.after
    run.state = "done" if finished else "running"
    run.finished_at = work.at if finished else None
    run.save(update_fields=["done", "matched", "firings", "samples", "after", "state", "finished_at"])
    if not finished:
        work.defer("automation.dry_run", args)


def look(work: Work, rule: RuleIn, ids: list[UUID]) -> list[Sample]:
    """The orders among `ids` on which the rule would have acted."""
    zone = account_queries.face(work).zone
    program = conditions.compiled(rule.condition)
    teams = {str(i): k for k, i in account_queries.teams_by_key(work).items()}
    seen = values.read(work, ids)
    families: dict[UUID, dict[str, str]] = {}
    found = []
    for order_id, entries in _pasts(work, ids):
        order = seen[order_id]
        if order.version_id not in families:
            known = blueprint_queries.version(work, order.version_id).families
            families[order.version_id] = {state: FAMILY_NAMES[n] for state, n in known.items()}
        told = past.moments(order.values, entries, families[order.version_id], teams, work.at)
        fired = past.firings(rule.trigger, program, told, zone)
        if fired:
            read = {k: conditions.short(fired[0].values.get(k)) for k in (program.reads if program else [])}
            found.append(Sample(order_id, order.number, order.title, fired[0].at, len(fired), read))
    return found


def _pasts(work: Work, ids: list[UUID]) -> Iterator[tuple[UUID, list[Entry]]]:
    """Each order with its ledger and its turned deadlines, in time."""
    decode = msgspec.json.decode
    events, turns = work.batch([(ENTRIES, [ids]), (TURNS, [ids])])
    by_order: dict[UUID, list[Entry]] = {order_id: [] for order_id in ids}
    for order_id, kind, at, actor_kind, data in events:
        by_order[order_id].append(Entry(kind, at, actor_kind, decode(data)))
    turned: set[UUID] = set()
    for order_id, kind, at, actor_kind, _ in turns:
        by_order[order_id].append(Entry(kind, at, actor_kind, {}))
        turned.add(order_id)
    for order_id, entries in by_order.items():
        if order_id in turned:
            entries.sort(key=_when)
        yield order_id, entries


def _when(entry: Entry) -> datetime:
    return entry.at
