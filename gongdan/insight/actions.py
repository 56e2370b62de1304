"""Learning from finished orders; called by the job, for all blueprints of one company."""

from __future__ import annotations

from typing import Any

import msgspec

from gongdan.blueprints import queries as blueprint_queries
from gongdan.insight import learning, rules
from gongdan.insight.rules import Past
from gongdan.kernel.work import Work

MOST_ORDERS = 3_000
BLUEPRINTS = (
    "select b.key, l.made_at from blueprints_blueprint b left join insight_lesson l on l.tenant_id = b.tenant_id "
    "and l.blueprint_key = b.key where b.published_id is not null and not b.archived order by b.key"
)
FINISHED = (
    "select count(*) from (select 1 from orders_order o where o.blueprint_key = %s and o.family >= 3 and not o.cancelled "
    "and (%s::timestamptz is null or o.updated_at > %s) limit %s) as lately"
)
PAST = (
    "select o.title, o.description, coalesce(a.category, ''), o.fields, o.priority, o.team_id from orders_order o "
    "left join assets_asset a on a.tenant_id = o.tenant_id and a.id = o.asset_id where o.blueprint_key = %s and o.family >= 3 "
    "and not o.cancelled and o.merged_into_id is null order by o.id desc limit %s"
)
KEEP = (
    "insert into insight_lesson (id, tenant_id, blueprint_key, orders, body, made_at) values (%s, %s, %s, %s, %s, %s) "
    "on conflict (tenant_id, blueprint_key) do update "
    "set orders = excluded.orders, body = excluded.body, made_at = excluded.made_at"
)


def learn_all(work: Work) -> int:
    """Learn anew where enough orders were finished since the last lesson. Returns how many lessons were made; safe to repeat."""
    made = 0
    for key, made_at in work.read(BLUEPRINTS):
        (finished,) = work.read(FINISHED, [key, made_at, made_at, rules.NEW_ENOUGH])[0]
        if rules.worth_learning(made_at, work.at, finished):
            learn(work, key)
            made += 1
    return made


def learn(work: Work, key: str) -> None:
    """The lesson of a blueprint's latest finished orders; with too few of them an empty one, which suggests nothing."""
    _, blueprint = blueprint_queries.current(work, key)
    orders = [_past(row) for row in work.read(PAST, [key, MOST_ORDERS])]
    found = {}
    for question in rules.questions((blueprint.document.form or {}).get("fields", [])):
        model = learning.train(rules.examples(question, orders))
        if model is not None:
            found[question] = model
    body = msgspec.json.encode(found).decode()
    work.write(KEEP, [work.new_id(), work.actor.tenant_id, key, len(orders), body, work.at])


def _past(row: tuple[Any, ...]) -> Past:
    title, description, category, fields, priority, team_id = row
    return Past(title, description, category, msgspec.json.decode(fields), priority, str(team_id or ""))
