"""相似单: orders that may be the same thing again, or were once; how those were solved.

Open ones of the same asset, customer or phone first. Candidates come from indexes, a bounded number of each kind; visibility is
asked of all of them afterwards, as in every list.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from gongdan.blueprints import queries as blueprint_queries
from gongdan.blueprints.compiled import Compiled
from gongdan.kernel import bigrams, personal, phones
from gongdan.kernel.access import Actor, require, visible_sql
from gongdan.kernel.http.paging import clamp
from gongdan.kernel.pipeline import Row, Statement
from gongdan.kernel.work import Work
from gongdan.orders.detail import masked
from gongdan.orders.listing import FAMILY_SQL
from gongdan.orders.queries import placed_order

EACH = 40  # candidates of one kind
SAMPLE, MOST_SAMPLED = 300, 60  # orders whose words are compared; how many of them go on
TERMS_MOST, TEXT_MOST = 10, 2_000
SOLVED = 3
MOST = 50
OF = "select o.id from orders_order o where o.{column} = %s and o.merged_into_id is null and o.id <> %s order by o.id desc limit "
COLUMNS = {"asset": "asset_id", "customer": "customer_id", "phone": "phone_index"}
BY = {kind: OF.format(column=column) + str(EACH) for kind, column in COLUMNS.items()}
BY_TEXT = f"select order_id, shared from similar_orders(%s, %s, {SAMPLE}, {MOST_SAMPLED})"
FOUND = (
    "select o.id, o.number, o.title, o.blueprint_key, o.blueprint_version_id, o.state, b.label, o.family, "
    f"{FAMILY_SQL}, o.cancelled, o.priority, coalesce(c.name, o.contact_name), u.name, o.opened_at, o.closed_at, o.resolved_at, "
    "o.fields::text from orders_order o left join customers_customer c on c.tenant_id = o.tenant_id and c.id = o.customer_id "
    "left join blueprints_state b on b.version_id = o.blueprint_version_id and b.key = o.state "
    "left join accounts_user u on u.id = o.assignee_id where o.id = any(%s) and o.merged_into_id is null and o.id <> %s and "
)
SAID = (
    "select distinct on (e.order_id) e.order_id, e.data, e.actor_name, e.occurred_at from orders_event e "
    "where e.order_id = any(%s) and e.type in ('complete', 'close') and (e.type = 'complete' or e.data ? 'note') "
    "order by e.order_id, e.type = 'complete' desc, e.seq desc"
)
WEIGHTS = {"asset": 45, "customer": 25, "phone": 25}
TEXT_WEIGHT, OPEN_WEIGHT, BLUEPRINT_WEIGHT = 40, 10, 5
WORDS = {"asset": ("同一设备", "same asset"), "customer": ("同一客户", "same customer"), "phone": ("同一电话", "same phone")}
NOBODY = UUID(int=0)


class Wanted(NamedTuple):
    """What to look for."""

    text: str = ""
    customer_id: UUID | None = None
    asset_id: UUID | None = None
    contact_phone: str = ""
    blueprint: str = ""


class Solved(msgspec.Struct, frozen=True):
    """How an order was solved: the fields its blueprint asks for at the end, the note, who and when."""

    fields: list[dict[str, Any]]
    note: str
    by_name: str
    at: datetime | None


class Similar(msgspec.Struct, frozen=True):
    """An order that may be the same thing; `score` 0 to 100, `why` for people."""

    id: UUID
    number: str
    title: str | None
    blueprint: str
    state: str
    state_label: msgspec.Raw | None
    family: str
    cancelled: bool
    priority: int
    customer_name: str | None
    assignee_name: str | None
    opened_at: datetime
    closed_at: datetime | None
    open: bool
    same: list[str]
    score: int
    why: dict[str, str]
    resolution: Solved | None


class SimilarList(msgspec.Struct, frozen=True):
    """Similar orders, the likeliest first."""

    items: list[Similar]


def of_order(work: Work, order_id: UUID, limit: int | None) -> SimilarList:
    """Orders similar to this one. Raises NotFound."""
    row = placed_order(work, order_id).row
    wanted = Wanted(row.title, row.customer_id, row.asset_id, row.contact_phone, row.blueprint_key)
    return find(work, wanted, limit, but=order_id)


def find(work: Work, wanted: Wanted, limit: int | None, *, but: UUID = NOBODY) -> SimilarList:
    """Orders similar to what is being typed."""
    require(work.actor, "order.view")
    size = min(clamp(limit, 10), MOST)
    terms = _terms(wanted.text)
    asked = _statements(work.actor, wanted, terms, but)
    if not asked:
        return SimilarList([])
    same: dict[UUID, list[str]] = {}
    shared: dict[UUID, int] = {}
    for kind, rows in zip(asked, work.batch(list(asked.values())), strict=True):
        for found in rows:
            same.setdefault(found[0], []).append(kind)
            if kind == "text":
                shared[found[0]] = found[1]
    visible, params = visible_sql(work.actor, "order.view", "o")
    rows = work.read(FOUND + visible, [list(same), but, *params])
    likeness = {r[0]: shared.get(r[0], 0) / len(terms) if terms else 0.0 for r in rows}
    ranked = sorted(rows, key=lambda r: _rank(wanted, r, same[r[0]], likeness[r[0]]), reverse=True)[:size]
    solved = _solved(work, ranked)
    return SimilarList([_shown(work, wanted, r, same[r[0]], likeness[r[0]], solved.get(r[0])) for r in ranked])


def _terms(text: str) -> list[str]:
    """The words a text is compared by, as tsquery literals; numbers say nothing about likeness."""
    found = [t for t in dict.fromkeys(bigrams.terms(text[:TEXT_MOST])) if not t.isdigit()]
    return [f"'{t}'" for t in found[:TERMS_MOST]]


def _statements(actor: Actor, wanted: Wanted, terms: list[str], but: UUID) -> dict[str, Statement]:
    asked: dict[str, Statement] = {}
    if wanted.asset_id is not None:
        asked["asset"] = (BY["asset"], [wanted.asset_id, but])
    if wanted.customer_id is not None:
        asked["customer"] = (BY["customer"], [wanted.customer_id, but])
    index = personal.phone_index(actor.tenant_id, phones.parse(wanted.contact_phone).e164) if wanted.contact_phone else None
    if index is not None:
        asked["phone"] = (BY["phone"], [index, but])
    if terms:
        asked["text"] = (BY_TEXT, [terms, 2 if len(terms) > 1 else 1])
    return asked


def _score(wanted: Wanted, row: Row, same: list[str], likeness: float) -> int:
    related = max([WEIGHTS[k] for k in same if k in WEIGHTS], default=0)
    points = related + TEXT_WEIGHT * likeness
    points += OPEN_WEIGHT if row[7] < SOLVED else 0
    points += BLUEPRINT_WEIGHT if wanted.blueprint and row[3] == wanted.blueprint else 0
    return min(100, round(points))


def _rank(wanted: Wanted, row: Row, same: list[str], likeness: float) -> tuple[bool, int, UUID]:
    """Open ones of the same asset, customer or phone come first, then by score, then the newest."""
    duplicate = row[7] < SOLVED and any(k in WEIGHTS for k in same)
    return duplicate, _score(wanted, row, same, likeness), row[0]


def _shown(work: Work, wanted: Wanted, row: Row, same: list[str], likeness: float, solved: Solved | None) -> Similar:
    is_open = row[7] < SOLVED
    zh, en = [WORDS[k][0] for k in same if k in WORDS], [WORDS[k][1] for k in same if k in WORDS]
    if likeness:
        zh.append(f"描述相似 {likeness:.0%}")
        en.append(f"{likeness:.0%} alike")
    day = _ago((work.at - row[13]).days)
    state = ("已取消", "cancelled") if row[9] else ("未关闭", "open") if is_open else ("已解决", "solved")
    seen = masked(work.actor, {"title": row[2], "contact_name": row[11]})
    return Similar(
        id=row[0],
        number=row[1],
        title=seen.get("title"),
        blueprint=row[3],
        state=row[5],
        state_label=msgspec.Raw(row[6].encode()) if row[6] else None,
        family=row[8],
        cancelled=row[9],
        priority=row[10],
        customer_name=seen.get("contact_name"),
        assignee_name=row[12],
        opened_at=row[13],
        closed_at=row[14],
        open=is_open,
        same=same,
        score=_score(wanted, row, same, likeness),
        why={"zh": "、".join([*zh, day[0], state[0]]), "en": ", ".join([*en, day[1], state[1]])},
        resolution=solved,
    )


def _ago(days: int) -> tuple[str, str]:
    if days <= 0:
        return "今天", "today"
    return f"{days} 天前", f"{days} days ago" if days > 1 else "yesterday"


def _solved(work: Work, rows: list[Row]) -> dict[UUID, Solved]:
    """How the solved ones among `rows` were solved."""
    ended = [r for r in rows if r[7] >= SOLVED and not r[9]]
    if not ended:
        return {}
    said = {s[0]: s for s in work.read(SAID, [[r[0] for r in ended]])}
    found: dict[UUID, Solved] = {}
    for row in ended:
        blueprint = blueprint_queries.version(work, row[4])
        fields = _results(work.actor, blueprint, msgspec.json.decode(row[16]))
        entry = said.get(row[0])
        note = str(msgspec.json.decode(entry[1]).get("note", "")) if entry else ""
        if fields or note:
            found[row[0]] = Solved(fields, note, entry[2] if entry else "", entry[3] if entry else row[15])
    return found


def _results(actor: Actor, blueprint: Compiled, values: dict[str, Any]) -> list[dict[str, Any]]:
    """What people write down at the end: the fields that completing or closing asks for, unless they are personal or hidden."""
    asked = [f for t in blueprint.document.transitions if t.verb in ("complete", "follow_up", "close") for f in t.require]
    labels = {f["key"]: f.get("label", {}) for f in (blueprint.document.form or {}).get("fields", [])}
    return [
        {"key": key, "label": labels.get(key, {}), "value": values[key]}
        for key in dict.fromkeys(asked)
        if values.get(key) not in (None, "", []) and key not in blueprint.personal and _seen(actor, key)
    ]


def _seen(actor: Actor, key: str) -> bool:
    return not any(actor.field_rules.get(f"order.{name}") in ("hide", "mask") for name in ("fields", key, f"fields.{key}"))
