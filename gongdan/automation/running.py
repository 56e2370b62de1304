"""Rules at work on one order: decide, do the deeds one by one, keep what came of it."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import msgspec
from django.db import transaction

from gongdan.automation import conditions, rules, values
from gongdan.automation.actions import CAUSED
from gongdan.automation.rules import Ready
from gongdan.automation.schemas import Deed
from gongdan.automation.values import Seen
from gongdan.kernel import verbs
from gongdan.kernel.access import Actor
from gongdan.kernel.errors import DomainError
from gongdan.kernel.work import Work
from gongdan.orders.actions import remarking

HOUR = timedelta(hours=1)
DONE_BEFORE = "select 1 from automation_run where order_id = %s and rule_id = %s and fact_id = %s"
LATELY = (
    "select outcome from automation_run where order_id = %s and rule_id = %s and at > %s "
    "and outcome <> 'stopped_depth' order by id desc limit %s"
)
ADD = (
    "insert into automation_run (id, tenant_id, rule_id, rule_version, rule_name, rule_name_en, order_id, fact, fact_id, depth, "
    "outcome, values, deeds, at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb, %s) "
    "on conflict do nothing"
)


class Happened(NamedTuple):
    """What made rules look at an order: a fact, a tick of a schedule, or time that a condition has held."""

    fact: str
    id: UUID
    order_id: UUID
    given: dict[str, Any]


class Outcome(NamedTuple):
    """What came of a rule on an order."""

    word: str
    deeds: list[dict[str, Any]]
    most: int = 0


class Pass:
    """Rules look at one order, by rank, each at most once; what they cause there is looked at in one pass that follows.

    Without that, two rules that answer each other in one pass would double the facts at every step. A rule whose condition held
    before the pass acts at its depth; one that holds because of an earlier rule of the pass, one deeper than that.
    """

    def __init__(self, work: Work, order_id: UUID) -> None:
        self.work = work
        self.order_id = order_id
        self.before = values.read(work, [order_id]).get(order_id)
        self.deepest = work.chain - 1
        self.caused: list[dict[str, Any]] = []

    def depth(self, rule: Ready, happened: Happened) -> int:
        """How many rules led to this one."""
        by_itself = self.before is not None and holds(self.work, rule, self.before, happened.given)
        return self.work.chain if by_itself else max(self.deepest, self.work.chain) + 1

    def follow(self) -> None:
        """Queue the pass over what this one caused, one for each order."""
        orders: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for fact in self.caused:
            orders[fact.pop("order_id")].append(fact)
        chain, self.work.chain = self.work.chain, self.deepest + 1
        for order_id, found in orders.items():
            self.work.defer("automation.fire", {"order_id": order_id, "at": self.work.at.isoformat(), "facts": found})
        self.work.chain = chain


def holds(work: Work, rule: Ready, seen: Seen, given: dict[str, Any]) -> bool:
    """Whether a rule's condition is true of an order now."""
    program = rule.program
    if program is None:
        return True
    return program.holds(_with(seen, given), conditions.context(work.at, work.actor.zone))


def _with(seen: Seen, given: dict[str, Any]) -> dict[str, Any]:
    return {**seen.values, **{f"fact.{k}": v for k, v in given.items()}} if given else seen.values


def consider(passing: Pass, rule: Ready, happened: Happened) -> bool:
    """Let a rule act on an order if its condition holds; whether it does. A second time for the same cause has no effect."""
    work = passing.work
    seen = values.read(work, [happened.order_id]).get(happened.order_id)
    if seen is None or not holds(work, rule, seen, happened.given):
        return False
    seen = values.read(work, [happened.order_id], lock=True)[happened.order_id]  # from here on nobody else moves it
    if not holds(work, rule, seen, happened.given):
        return False
    if work.read(DONE_BEFORE, [happened.order_id, rule.id, happened.id]):
        return True
    depth = passing.depth(rule, happened)
    found = _stopped(work, rule, happened.order_id, depth) or _act(passing, rule, happened, depth)
    if not found.word:
        return True
    kept = rule.program.read(_with(seen, happened.given)) if rule.program else {}
    if found.most:
        kept["_most"] = found.most
    else:
        passing.deepest = max(passing.deepest, depth)
    encode = msgspec.json.encode
    work.write(
        ADD,
        [
            work.new_id(), work.actor.tenant_id, rule.id, rule.version, rule.name, rule.name_en, happened.order_id, happened.fact,
            happened.id, depth, found.word, encode(kept).decode(), encode(found.deeds).decode(), work.at,
        ],
    )  # fmt: skip
    work.flush()
    return True


def _stopped(work: Work, rule: Ready, order_id: UUID, depth: int) -> Outcome | None:
    """Why a rule may not act now: too many rules in a row, or too often. The order's audit says so, once per row of stops."""
    if depth >= rules.MAX_DEPTH:
        _remark(work, rule, order_id, "depth", rules.MAX_DEPTH)
        return Outcome("stopped_depth", [], rules.MAX_DEPTH)
    lately = [r[0] for r in work.read(LATELY, [order_id, rule.id, work.at - HOUR, 2 * rule.per_hour])]
    if len(lately) - lately.count("stopped_rate") < rule.per_hour:
        return None
    if lately[0] == "stopped_rate":
        return Outcome("", [])  # said already; a storm must not fill the record either
    _remark(work, rule, order_id, "rate", rule.per_hour)
    return Outcome("stopped_rate", [], rule.per_hour)


def _remark(work: Work, rule: Ready, order_id: UUID, why: str, most: int) -> None:
    each = _acting(work, rule, rule_actor(work, rule), 0)
    remarking.rule_stopped(each, order_id, why, most)
    each.flush()


def rule_actor(work: Work, rule: Ready) -> Actor:
    """Who does a rule's deeds."""
    known = verbs.offered()
    deeds = [d for d in rule.deeds if d.verb in known]
    return rules.rule_actor(work.actor.tenant_id, rule.id, rule.name, deeds, known, work.actor.zone)


def _acting(work: Work, rule: Ready, actor: Actor, depth: int, operation_id: UUID | None = None) -> Work:
    each = Work(work.raw, actor, work.at, operation_id)
    each.chain = depth + 1
    each.because = {"rule": {"id": str(rule.id), "name": rule.name}}
    return each


def _act(passing: Pass, rule: Ready, happened: Happened, depth: int) -> Outcome:
    """Do the deeds, each for itself: what is refused is taken back and said, the others stand."""
    actor = rule_actor(passing.work, rule)
    results = []
    for n, deed in enumerate(rule.deeds):
        operation_id = uuid5(rule.id, f"{happened.id} {happened.order_id} {n}")
        each = _acting(passing.work, rule, actor, depth, operation_id)
        caused: list[dict[str, Any]] = []
        each.loaded[CAUSED] = caused
        result = _one(each, happened.order_id, deed)
        results.append(result)
        if result["ok"]:
            passing.caused += caused
    done = sum(r["ok"] for r in results)
    word = "done" if done == len(results) else "partly" if done else "refused"
    return Outcome(word, results)


def _one(each: Work, order_id: UUID, deed: Deed) -> dict[str, Any]:
    verb = verbs.offered().get(deed.verb)
    label = dict(zip(("zh", "en"), verb.label, strict=True)) if verb else {"zh": deed.verb, "en": deed.verb}
    result: dict[str, Any] = {"verb": deed.verb, "label": label, "ok": True}
    try:
        with transaction.atomic():
            if verb is None:
                raise DomainError("rule_verb_unknown", name=deed.verb, known="")
            verb.action(each, order_id, None, msgspec.convert(deed.args, verb.args))
            each.flush()
    except (DomainError, msgspec.ValidationError) as error:
        result["ok"] = False
        if isinstance(error, DomainError):
            result |= {"code": error.code, "zh": error.text("zh"), "en": error.text("en")}
        else:
            result |= {"code": "rule_args_wrong", "zh": str(error), "en": str(error)}
    return result
