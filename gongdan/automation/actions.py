"""Verbs of automation: save rules, and listen to what happens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from gongdan.accounts import queries as account_queries
from gongdan.automation import conditions, facts, queries, rules
from gongdan.automation.conditions import Problem
from gongdan.automation.models import Armed, Rule
from gongdan.automation.rules import Ready
from gongdan.automation.schemas import Checked, Deed, OnEvent, OnHeld, OnSchedule, RuleEdit, RuleIn, Trigger, Warned
from gongdan.engines.schedules import cron
from gongdan.engines.schedules.wrong import Wrong
from gongdan.kernel import messages, shapes, verbs
from gongdan.kernel.access import can, require
from gongdan.kernel.errors import Conflict, Invalid, NotFound
from gongdan.kernel.events import Fact
from gongdan.kernel.messages import Words
from gongdan.kernel.permissions import declared
from gongdan.kernel.work import Work

CAUSED = "automation.caused"  # in a rule's work: the facts it caused


def listen(work: Work, happened: Fact) -> None:
    """One job when some rule listens to this fact; nothing else, whatever the number of rules."""
    heard = queries.heard(work)
    if not heard or (happened.event_type not in heard and rules.EVERYTHING not in heard):
        return
    given = msgspec.to_builtins(happened)
    order_id = given.pop("order_id")
    fact = {"fact": happened.event_type, "fact_id": str(work.new_id()), "given": given}
    if CAUSED in work.loaded:  # a rule acts: its pass gathers what it caused
        work.loaded[CAUSED].append({**fact, "order_id": order_id})
    else:
        work.defer("automation.fire", {"order_id": order_id, "at": work.at.isoformat(), "facts": [fact]})


def check(work: Work, new: RuleIn, rule_id: UUID | None = None) -> Checked:
    """What is wrong with a rule and what to mind, without saving it."""
    require(work.actor, "automation.edit")
    text, problems = _look(work, new)
    warnings = [] if problems else queries.loops(work, _ready(new, rule_id or UUID(int=0), 0))
    return Checked(problems, warnings, text)


def add(work: Work, new: RuleIn, *, key: str = "") -> tuple[UUID, list[Warned]]:
    """Save a rule; a loop it closes is a warning. Raises NotAllowed, Invalid naming each place.

    Who saves it must hold the permissions of its deeds: a rule does not do what its maker may not.
    """
    require(work.actor, "automation.edit")
    _sound(work, new)
    made = Rule(id=work.new_id(), tenant_id=work.actor.tenant_id, created_at=work.at, key=key)
    return made.id, _store(work, made, new)


def change(work: Work, rule_id: UUID, version: int, change: RuleEdit) -> list[Warned]:
    """Change what is given. Raises NotFound, NotAllowed, Invalid, Conflict with both versions."""
    require(work.actor, "automation.edit")
    given: dict[str, Any] = {f: v for f in change.__struct_fields__ if (v := getattr(change, f)) is not msgspec.UNSET}
    found = _found(rule_id)
    kept = {f: getattr(found, f) for f in RuleIn.__struct_fields__}
    if found.version != version:
        mine, theirs = msgspec.to_builtins(given), {f: kept[f] for f in given}
        raise Conflict("stale_version", extra={"mine": mine, "theirs": theirs, "version": found.version})
    new = msgspec.convert({**kept, **msgspec.to_builtins(given)}, RuleIn)
    _sound(work, new)
    found.version += 1
    Armed.objects.filter(rule_id=rule_id).delete()  # what it waited for may be another thing now
    return _store(work, found, new)


def delete(work: Work, rule_id: UUID) -> None:
    """Throw a rule away; what it did stays on record. Raises NotFound, NotAllowed."""
    require(work.actor, "automation.edit")
    _found(rule_id).delete()
    Armed.objects.filter(rule_id=rule_id).delete()
    queries.forget(work.actor.tenant_id)


def _found(rule_id: UUID) -> Rule:
    found = Rule.objects.select_for_update().filter(id=rule_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


def _store(work: Work, rule: Rule, new: RuleIn) -> list[Warned]:
    for name in ("name", "name_en", "rank", "enabled", "condition", "per_hour"):
        setattr(rule, name, getattr(new, name))
    rule.trigger, rule.deeds = msgspec.to_builtins(new.trigger), msgspec.to_builtins(new.deeds)
    rule.hears = rules.hears(new.trigger)
    rule.saved_by, rule.updated_at = work.actor.id, work.at
    zone = account_queries.face(work).zone
    rule.next_at = rules.next_tick(new.trigger, work.at, zone) if new.enabled else None
    rule.save()
    queries.forget(work.actor.tenant_id)
    if new.enabled and isinstance(new.trigger, OnHeld):
        work.defer("automation.arm", {"rule_id": str(rule.id), "version": rule.version})
    return queries.loops(work, _ready(new, rule.id, rule.version))


def _ready(new: RuleIn, rule_id: UUID, version: int) -> Ready:
    return Ready(rule_id, version, new.name, new.name_en, new.rank, new.trigger, new.condition, list(new.deeds), new.per_hour)


def _sound(work: Work, new: RuleIn) -> None:
    _, problems = _look(work, new)
    if problems:
        raise Invalid.many(problems)


def _look(work: Work, new: RuleIn) -> tuple[str, list[dict[str, Any]]]:
    """The condition as text, and everything wrong with the rule: [{field, code, zh, en, position}]."""
    found = [*_trigger_problems(new.trigger)]
    for n, deed in enumerate(new.deeds):
        found += _deed_problems(work, deed, f"deeds[{n}]")
    text = ""
    fact = facts.fields(new.trigger.fact) if isinstance(new.trigger, OnEvent) else None
    try:
        readable = conditions.known(queries.custom_fields(work), fact)
        text = conditions.check(new.condition, readable, timeless=isinstance(new.trigger, OnHeld))
    except Problem as wrong:
        values = {k: Words(*v) if isinstance(v, tuple) else v for k, v in wrong.values.items()}
        found.append({**_problem("condition", wrong.code, **values), "position": wrong.position})
    return text, found


def _problem(field: str, code: str, **values: Any) -> dict[str, Any]:
    return {"field": field, "code": code, "zh": messages.text(code, "zh", values), "en": messages.text(code, "en", values)}


def _trigger_problems(trigger: Trigger) -> list[dict[str, Any]]:
    if isinstance(trigger, OnEvent) and trigger.fact not in facts.triggers():
        return [_problem("trigger.fact", "rule_fact_unknown", name=trigger.fact, known=", ".join(facts.triggers()))]
    if not isinstance(trigger, OnSchedule):
        return []
    if sum(x is not None for x in (trigger.every_minutes, trigger.daily_at, trigger.cron)) != 1:
        return [_problem("trigger", "rule_schedule_one")]
    try:
        cron.parse(trigger.cron or "* * * * *")
    except Wrong as wrong:
        return [{"field": "trigger.cron", "code": wrong.code, "zh": wrong.zh, "en": wrong.en}]
    return []


def _deed_problems(work: Work, deed: Deed, field: str) -> list[dict[str, Any]]:
    offered = {k: v for k, v in verbs.offered().items() if v.automatic}
    verb = offered.get(deed.verb)
    if verb is None:
        return [_problem(f"{field}.verb", "rule_verb_unknown", name=deed.verb, known=", ".join(sorted(offered)))]
    try:
        needs = rules.needed(deed, offered)
    except msgspec.ValidationError as error:
        detail = shapes.detailed(str(error))
        where = f"{field}.args.{detail.field}" if detail.field else f"{field}.args"
        return [_problem(where, "rule_args_wrong", verb=Words(*verb.label), reason=detail.reason)]
    lacking = [n for n in needs if not _everywhere(work, n)]
    return [
        _problem(f"{field}.verb", "rule_deed_not_yours", action=Words(*declared().get(n, (n, n)))) for n in lacking
    ]  # fmt: skip


def _everywhere(work: Work, permission: str) -> bool:
    """A rule acts on every order: its maker must be allowed to, not only on their own."""
    granted = work.actor.grants.get(permission) or work.actor.grants.get("*") or frozenset()
    return can(work.actor, permission) and "all" in granted
