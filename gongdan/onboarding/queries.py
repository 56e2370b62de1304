"""Reads of onboarding; the first argument is the work, whose actor is asked for permission."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from gongdan.accounts import queries as account_queries
from gongdan.kernel.access import require
from gongdan.kernel.http.paging import Page, clamp, decode_cursor, encode_cursor
from gongdan.kernel.ids import floor_id
from gongdan.kernel.work import Work
from gongdan.onboarding import industries, rules
from gongdan.onboarding.schemas import (
    CheckOut,
    FeedbackOut,
    FeedbackQuery,
    IndustryOut,
    PersonProgress,
    StartOut,
    TourOut,
    TourStep,
)

LAST = UUID(int=(1 << 128) - 1)
SETUP = (
    "select s.industry, s.state, s.done, s.total, "
    "exists (select 1 from kernel_job j where j.kind = 'onboarding.fill' and j.state = 'parked') from onboarding_setup s"
)
BY_KIND = "select kind, count(*) from onboarding_sample group by kind"
EMPTY = "select not exists (select 1 from orders_order)"
ENTRIES = (
    "select type, actor_id = %s, actor_kind in ('person', 'token'), coalesce((data ->> 'internal')::boolean, false) "
    "from orders_event where order_id = %s order by seq"
)
# only what says of itself that it is an exercise: real calls come in while somebody practises
MADE = (
    "select o.id from orders_order o where o.created_by = %s and o.id >= %s and o.created_at >= %s "
    "and (o.title like %s or o.title ilike %s or exists (select 1 from onboarding_sample s "
    "where s.tenant_id = o.tenant_id and s.kind = 'customer' and s.row_id = o.customer_id)) order by o.id desc limit 1"
)
EXERCISE = ("%练习%", "%practice%")
TOUR = "select done, order_id, state, started_at from onboarding_progress where user_id = %s and role = %s"
PROGRESS = (
    "select u.id, u.name, r.role, p.done, coalesce(p.state, 'none'), p.started_at, p.ended_at from accounts_user u "
    "cross join lateral unnest(u.roles) as r(role) "
    "left join onboarding_progress p on p.tenant_id = u.tenant_id and p.user_id = u.id and p.role = r.role "
    "where u.active and r.role = any(%s) "
    "and not exists (select 1 from onboarding_sample s where s.tenant_id = u.tenant_id and s.kind = 'user' and s.row_id = u.id) "
    "order by u.pinyin, u.id, r.role limit 500"
)
FEEDBACK = "select id, user_name, screen, steps, body, at from onboarding_feedback where id < %s order by id desc limit %s"
CHECKS = {
    "channels": (
        "select count(*) from blueprints_blueprint b join blueprints_version v on v.id = b.published_id "
        "where not b.archived and (v.document -> 'portal' ->> 'enabled')::boolean"
    ),
    "people": (
        "select count(distinct r.role) from accounts_user u cross join lateral unnest(u.roles) as r(role) "
        "where u.active and r.role in ('agent', 'engineer') "
        "and not exists (select 1 from onboarding_sample s where s.row_id = u.id)"
    ),
    "regions": (
        "select count(*) from workforce_engineer u where cardinality(u.regions) > 0 "
        "and not exists (select 1 from onboarding_sample s where s.row_id = u.id)"
    ),
    "skills": (
        "select count(distinct k.engineer_id) from workforce_engineer_skill k "
        "where not exists (select 1 from onboarding_sample s where s.row_id = k.engineer_id)"
    ),
    "calendar": (
        "select count(*) from calendars_calendar c where exists ("
        "select 1 from jsonb_object_keys(c.definition -> 'days') d where d like %s)"
    ),
    "import": (
        "select count(*) from (select 1 from customers_customer c "
        "where not exists (select 1 from onboarding_sample s where s.row_id = c.id) limit 1000) as c"
    ),
    "trial": (
        "select count(*) from (select 1 from surveys_survey v where v.answered_at is not null "
        "and not exists (select 1 from onboarding_sample s where s.row_id = v.order_id) limit 1000) as v"
    ),
    "clean": "select count(*) from onboarding_sample",
}
LINKS = {
    "channels": "/app/blueprints",
    "people": "/app/start#people",
    "regions": "/app/engineers",
    "skills": "/app/engineers",
    "calendar": "/app/help/blueprints",
    "import": "/app/customers",
    "trial": "/app/orders",
    "clean": "/app/start#samples",
}
ENOUGH = {"people": 2}
FORM = (
    "select t.slug, b.key from blueprints_blueprint b join blueprints_version v on v.id = b.published_id "
    "join accounts_tenant t on t.id = b.tenant_id where not b.archived and (v.document -> 'portal' ->> 'enabled')::boolean "
    "order by b.key <> %s, b.key limit 1"
)


def start(work: Work) -> StartOut:
    """How far the company's set-up is."""
    require(work.actor, "onboarding.manage")
    setup, kinds, empty = work.batch([(SETUP, []), (BY_KIND, []), (EMPTY, [])])
    industry, state, done, total, parked = setup[0] if setup else ("", "none", 0, 0, False)
    return StartOut(
        first=not setup and bool(empty[0][0]),
        state="stuck" if state == "running" and parked else state,
        industry=industry,
        done=done,
        total=total,
        samples=dict(kinds),
        company=account_queries.face(work).name,
        industries=[
            IndustryOut(key, {"zh": i.zh, "en": i.en}, {"zh": i.about_zh, "en": i.about_en}) for key, i in industries.ALL.items()
        ],
    )


def checklist(work: Work) -> list[CheckOut]:
    """What is still to do before customers come, each item from the real state; sample rows do not count."""
    require(work.actor, "onboarding.manage")
    setup = work.one(SETUP)
    blueprint = industries.ALL[setup[0]].blueprint if setup else ""
    year = f"{work.at.year}-%"
    *counts, form = work.batch([*((sql, [year] if key == "calendar" else []) for key, sql in CHECKS.items()), (FORM, [blueprint])])
    tests = {"channels": f"/p/{form[0][0]}/report/{form[0][1]}" if form else "", "trial": "new"}
    return [
        CheckOut(
            key=key,
            done=rows[0][0] == 0 if key == "clean" else rows[0][0] >= ENOUGH.get(key, 1),
            count=rows[0][0],
            link=LINKS[key],
            test=tests.get(key, ""),
        )
        for key, rows in zip(CHECKS, counts, strict=True)
    ]


def entries(work: Work, order_id: UUID) -> list[rules.Entry]:
    """What the ledger of an exercise order says, oldest first."""
    return [rules.Entry(*r) for r in work.read(ENTRIES, [work.actor.id, order_id])]


def made_since(work: Work, begun: datetime) -> UUID | None:
    """The newest exercise order the actor has made since the tour began: called one, or of a sample customer."""
    row = work.one(MADE, [work.actor.id, floor_id(begun - timedelta(hours=1)), begun, *EXERCISE])
    return row[0] if row else None


def tour(work: Work, role: str) -> TourOut:
    """The actor's tour of a role (of the first that has one when empty), with what was done up to now."""
    roles = [r for r in work.actor.roles if r in rules.TOURS]
    role = role if role in roles else next(iter(roles), "")
    if not role:
        return TourOut("", [], "none", fresh=False, order_id=None, order_number="", steps=[])
    row = work.one(TOUR, [work.actor.id, role])
    kept: dict[str, str] = {}
    order_id, state, fresh = None, "none", False
    shown: list[str] = []
    if row is not None:
        kept, order_id, state = msgspec.json.decode(row[0]), row[1], row[2]
        shown = list(kept)
        if state == "open":
            order_id = order_id or made_since(work, row[3])
            read = entries(work, order_id) if order_id else []
            shown = rules.done(role, read, kept)
            fresh = len(shown) > len(kept)
    number = work.one("select number from orders_order where id = %s", [order_id]) if order_id else None
    return TourOut(
        role, roles, state, fresh, order_id if number else None, number[0] if number else "",
        [TourStep(s, s in shown) for s in rules.TOURS[role]],
    )  # fmt: skip


def progress(work: Work) -> list[PersonProgress]:
    """How far everybody is with their tours; sample people are left out. At most 500 rows."""
    require(work.actor, "onboarding.view")
    rows = work.read(PROGRESS, [list(rules.TOURS)])
    return [
        PersonProgress(r[0], r[1], r[2], len(msgspec.json.decode(r[3])) if r[3] else 0, len(rules.TOURS[r[2]]), r[4], r[5], r[6])
        for r in rows
    ]


def feedback(work: Work, query: FeedbackQuery) -> Page[FeedbackOut]:
    """What people have said, newest first."""
    require(work.actor, "onboarding.manage")
    size = clamp(query.limit)
    before = decode_cursor(query.cursor, UUID)[0] if query.cursor else LAST
    rows = work.read(FEEDBACK, [before, size + 1])
    items = [FeedbackOut(r[0], r[1], r[2], msgspec.json.decode(r[3]), r[4], r[5]) for r in rows[:size]]
    return Page(items, encode_cursor(items[-1].id) if len(rows) > size else None)


def removed_orders(work: Work) -> dict[UUID, int]:
    """Orders that a removal of sample data took away, with their last ledger entry."""
    rows = work.read("select e.key::uuid, (e.value ->> 0)::int from onboarding_removal r, jsonb_each(r.orders) e")
    return dict(rows)
