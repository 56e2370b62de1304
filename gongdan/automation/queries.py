"""Reads of automation: the rules a process knows, lists, what ran on an order and why."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from gongdan.accounts import queries as account_queries
from gongdan.automation import conditions, facts, rules, values
from gongdan.automation.conditions import FIELDS
from gongdan.automation.rules import MAX_DEPTH, Ready
from gongdan.automation.schemas import (
    Catalogue,
    Counts,
    Deed,
    FactOut,
    FieldOut,
    NotYet,
    OfOrder,
    Part,
    RuleOut,
    RunOut,
    Trigger,
    VerbOut,
    Warned,
)
from gongdan.engines.expressions import trees
from gongdan.engines.forms.fields import KINDS
from gongdan.kernel import messages, verbs
from gongdan.kernel.access import require
from gongdan.kernel.errors import NotFound
from gongdan.kernel.http.paging import Page, clamp, decode_cursor, encode_cursor
from gongdan.kernel.work import Work
from gongdan.orders.queries import placed_order

FRESH_SECONDS = 2.0
LATELY = timedelta(days=7)
TRIGGER: msgspec.json.Decoder[Trigger] = msgspec.json.Decoder(Trigger)
DEEDS = msgspec.json.Decoder(list[Deed])
HEARD = "select r.hears from automation_rule r where r.enabled"
ENABLED = (
    "select id, version, name, name_en, rank, trigger, condition, deeds, per_hour from automation_rule r "
    "where r.enabled order by r.rank, r.id"
)
COLUMNS = (
    "r.id, r.key, r.name, r.name_en, r.rank, r.enabled, r.trigger, r.condition, r.deeds, r.per_hour, r.saved_by, r.next_at, "
    "r.version, r.updated_at"
)
PAGE = f"select {COLUMNS} from automation_rule r where (r.rank, r.id) > (%s, %s) order by r.rank, r.id limit %s"
ONE = f"select {COLUMNS} from automation_rule r where r.id = %s"
COUNTS = (
    "select rule_id, count(*) filter (where outcome in ('done', 'partly')), count(*) filter (where outcome = 'refused'), "
    "count(*) filter (where outcome in ('stopped_depth', 'stopped_rate')), max(at) from automation_run "
    "where rule_id = any(%s) and at > %s group by rule_id"
)
RUN = (
    "n.id, n.rule_id, n.rule_version, n.rule_name, n.rule_name_en, n.order_id, o.number, n.fact, n.depth, n.outcome, n.values, "
    "n.deeds, n.at from automation_run n join orders_order o on o.tenant_id = n.tenant_id and o.id = n.order_id"
)
RUNS_OF_RULE = f"select {RUN} where n.rule_id = %s and n.id < %s order by n.id desc limit %s"
RUNS_OF_ORDER = f"select {RUN} where n.order_id = %s and n.id < %s order by n.id desc limit %s"
TROUBLE = f"select {RUN} where n.rule_id = %s and n.outcome <> 'done' order by n.id desc limit 1"
RAN = "select distinct rule_id from automation_run where order_id = %s"
ARMED = "select rule_id, since, due_at from automation_armed where order_id = %s"
FORM_FIELDS = (
    "select distinct f ->> 'key', f ->> 'kind' from blueprints_blueprint b join blueprints_version v on v.id = b.published_id, "
    "jsonb_array_elements(v.document -> 'form' -> 'fields') f"
)
LAST = UUID(int=(1 << 128) - 1)
_heard: dict[UUID, tuple[float, frozenset[str]]] = {}


def heard(work: Work) -> frozenset[str]:
    """The facts that some rule of the company listens to; a change is seen within 2 seconds, at once where it was made."""
    tenant = work.actor.tenant_id
    now = time.monotonic()  # house: allow clock – age of a cache, not time of the business
    held = _heard.get(tenant)
    if held is None or now - held[0] > FRESH_SECONDS:
        held = _heard[tenant] = (now, frozenset(f for (names,) in work.read(HEARD) for f in names))
    return held[1]


def forget(tenant_id: UUID) -> None:
    """Look again what rules listen to."""
    _heard.pop(tenant_id, None)


def enabled(work: Work) -> list[Ready]:
    """All rules that are on, in the order they run."""
    return [ready(*r) for r in work.read(ENABLED)]


def ready(
    rule_id: UUID, version: int, name: str, name_en: str, rank: int, trigger: Any, condition: Any, deeds: Any, per_hour: int
) -> Ready:
    """A stored rule, ready to run."""
    found = msgspec.json.decode(condition)
    return Ready(rule_id, version, name, name_en, rank, TRIGGER.decode(trigger), found, DEEDS.decode(deeds), per_hour)


def custom_fields(work: Work) -> dict[str, str]:
    """The custom fields of all published blueprints and their types; a key with two types is "any"."""
    found: dict[str, str] = {}
    for key, kind in work.read(FORM_FIELDS):
        kind = KINDS[kind].expression_type if kind in KINDS else "any"
        found[key] = kind if found.get(key, kind) == kind else "any"
    return found


def page(work: Work, cursor: str, limit: int | None) -> Page[RuleOut]:
    """All rules in the order they run, one page."""
    require(work.actor, "automation.view")
    most = clamp(limit)
    after = decode_cursor(cursor, int, UUID) if cursor else [-1, UUID(int=0)]
    rows = work.read(PAGE, [*after, most + 1])
    counts = _counts(work, [r[0] for r in rows[:most]])
    found = [_out(r, counts) for r in rows[:most]]
    return Page(items=found, next=encode_cursor(found[-1].rank, found[-1].id) if len(rows) > most else None)


def one(work: Work, rule_id: UUID, warnings: list[Warned] | None = None) -> RuleOut:
    """A rule with its newest trouble, and the loops it is part of. Raises NotFound."""
    require(work.actor, "automation.view")
    row = work.one(ONE, [rule_id])
    if row is None:
        raise NotFound("not_found")
    out = _out(row, _counts(work, [rule_id]))
    trouble = work.read(TROUBLE, [rule_id])
    if warnings is None:
        mine = ready(row[0], row[12], *row[2:5], *row[6:10])
        warnings = loops(work, mine)
    return msgspec.structs.replace(out, last_trouble=_run(trouble[0]) if trouble else None, warnings=warnings)


def loops(work: Work, rule: Ready) -> list[Warned]:
    """The warning for a loop that `rule` is part of, among the rules that are on; nothing when there is none."""
    others = [r for r in enabled(work) if r.id != rule.id]
    found = rules.loop(rule, others, verbs.offered())
    if not found:
        return []
    names = [{"id": str(r.id), "zh": r.name, "en": r.name_en or r.name} for r in found]
    zh, en = (" → ".join(n[lang] for n in [*names, names[0]]) for lang in ("zh", "en"))
    return [
        Warned(
            "rule_loop",
            messages.text("rule_loop", "zh", {"names": zh, "most": MAX_DEPTH}),
            messages.text("rule_loop", "en", {"names": en, "most": MAX_DEPTH}),
            names,
        )
    ]


def runs(work: Work, rule_id: UUID, cursor: str, limit: int | None) -> Page[RunOut]:
    """What a rule did, newest first, one page. Raises NotFound."""
    require(work.actor, "automation.view")
    if work.one(ONE, [rule_id]) is None:
        raise NotFound("not_found")
    most = clamp(limit)
    before = decode_cursor(cursor, UUID)[0] if cursor else LAST
    rows = work.read(RUNS_OF_RULE, [rule_id, before, most + 1])
    found = [_run(r) for r in rows[:most]]
    return Page(items=found, next=encode_cursor(found[-1].id) if len(rows) > most else None)


def of_order(work: Work, order_id: UUID, cursor: str, limit: int | None) -> OfOrder:
    """Which rules ran on an order and why; with the first page, which others are on and why they did not. Raises NotFound."""
    require(work.actor, "automation.view")
    placed_order(work, order_id)
    most = clamp(limit)
    before = decode_cursor(cursor, UUID)[0] if cursor else LAST
    rows = work.read(RUNS_OF_ORDER, [order_id, before, most + 1])
    found = [_run(r) for r in rows[:most]]
    more = encode_cursor(found[-1].id) if len(rows) > most else None
    return OfOrder(found, more, [] if cursor else _others(work, order_id))


def _others(work: Work, order_id: UUID) -> list[NotYet]:
    ran = {r[0] for r in work.read(RAN, [order_id])}
    armed = {r[0]: (r[1], r[2]) for r in work.read(ARMED, [order_id])}
    seen = values.read(work, [order_id])[order_id]
    context = conditions.context(work.at, account_queries.face(work).zone)
    found = []
    for rule in enabled(work):
        if rule.id in ran:
            continue
        program = rule.program
        parts = [Part(*p) for p in program.explain(seen.values, context)] if program else []
        read = program.read(seen.values) if program else {}
        holds = program is None or program.holds(seen.values, context)
        trigger = msgspec.to_builtins(rule.trigger)
        found.append(
            NotYet(rule.id, _name(rule.name, rule.name_en), trigger, holds, parts, read, *armed.get(rule.id, (None, None)))
        )
    return found


def catalogue(work: Work) -> Catalogue:
    """Facts, values and verbs that a rule can be made of, in both languages."""
    require(work.actor, "automation.view")
    fields = [FieldOut(k, v.type, v.zh, v.en, v.moves, v.past) for k, v in FIELDS.items()]
    fields += [FieldOut(f"fields.{k}", kind, k, k, False, True) for k, kind in sorted(custom_fields(work).items())]
    listed = [FactOut(n, facts.label(n)["zh"], facts.label(n)["en"], facts.fields(n)) for n in facts.triggers()]
    said = [VerbOut(k, *v.label, msgspec.json.schema(v.args)) for k, v in sorted(verbs.offered().items()) if v.automatic]
    return Catalogue(listed, fields, said, MAX_DEPTH)


def _counts(work: Work, ids: list[UUID]) -> dict[UUID, Counts]:
    return {r[0]: Counts(*r[1:]) for r in work.read(COUNTS, [ids, work.at - LATELY])}


def text_of(condition: Any) -> str:
    """A condition as text."""
    program = conditions.compiled(condition)
    return trees.to_text(program.node) if program else ""


def _out(row: Any, counts: dict[UUID, Counts]) -> RuleOut:
    decode = msgspec.json.decode
    condition = decode(row[7])
    rule_id, key, name, name_en, rank, on, trigger, _, deeds, per_hour, saved_by, next_at, version, updated_at = row
    lately = counts.get(rule_id, Counts(0, 0, 0, None))
    return RuleOut(
        rule_id, key, name, name_en, rank, on, decode(trigger), condition, text_of(condition), decode(deeds), per_hour, saved_by,
        next_at, version, updated_at, lately,
    )  # fmt: skip


def _name(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en or zh}


def _run(r: Any) -> RunOut:
    decode = msgspec.json.decode
    given = decode(r[10])
    most = given.pop("_most", 0)
    words = {lang: messages.text(f"rule_{r[9]}", lang, {"most": most}) for lang in ("zh", "en")}
    name = _name(r[3], r[4])
    return RunOut(r[0], r[1], r[2], name, r[5], r[6], r[7], facts.label(r[7]), r[8], r[9], words, given, decode(r[11]), r[12])
