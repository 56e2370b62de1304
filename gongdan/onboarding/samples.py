"""The sample company and its orders, made through the actions that people use and labelled row by row."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from gongdan.accounts import actions as accounts
from gongdan.accounts import queries as account_queries
from gongdan.accounts.models import Role, User
from gongdan.accounts.schemas import UserIn
from gongdan.assets import actions as assets
from gongdan.assets.schemas import AssetIn
from gongdan.customers import actions as customers
from gongdan.customers.schemas import ContactIn, CustomerIn, SiteIn, Tier
from gongdan.kernel.access import ALL, Actor, system_actor
from gongdan.kernel.http.begin import merge_grants
from gongdan.kernel.work import Work
from gongdan.onboarding import industries, rules
from gongdan.onboarding.industries import Industry
from gongdan.onboarding.models import Sample
from gongdan.orders.actions import assigning, conversing, creating, moving
from gongdan.orders.schemas import Assign, Because, Complete, FollowUp, Hold, NewComment, NewOrder, Say
from gongdan.surveys import actions as surveys
from gongdan.workforce import actions as workforce
from gongdan.workforce import queries as workforce_queries
from gongdan.workforce.schemas import EngineerIn, Interval, SkillOf

MARK = "（演示）"
TAG = "演示"
NO_PASSWORD = "!"  # noqa: S105 – Django's sign of a password that nothing fits
PEOPLE = (
    ("agent", "陈静"), ("agent", "刘洋"), ("dispatcher", "李强"), ("manager", "赵敏"),
    ("engineer", "王伟"), ("engineer", "孙磊"), ("engineer", "周军"),
)  # fmt: skip
CUSTOMERS = (
    ("中海世贸大厦", "南山区", "科技路 18 号", 113.95, 22.54), ("华润万象广场", "福田区", "深南路 5001 号", 114.06, 22.54),
    ("鹏城第一医院", "福田区", "人民路 66 号", 114.05, 22.55), ("蓝天工业园", "宝安区", "滨海路 230 号", 113.89, 22.57),
    ("锦江酒店", "南山区", "中山路 9 号", 113.93, 22.53), ("新世纪小区", "龙岗区", "人民路 301 号", 114.24, 22.71),
    ("宏发制造厂", "坪山区", "科技路 77 号", 114.35, 22.69), ("东方学校", "龙岗区", "中山路 120 号", 114.26, 22.72),
)  # fmt: skip
CITY = "深圳市"
# sample phones begin with 120, which no subscriber has
SHIFT_DAYS = 14
CUSTOMER = "customer"


def label(work: Work, kind: str, row_id: UUID) -> None:
    """Write down that a row of this transaction is sample data."""
    Sample.objects.get_or_create(tenant_id=work.actor.tenant_id, kind=kind, row_id=row_id, defaults={"at": work.at})


def customer_actor(tenant_id: UUID) -> Actor:
    """The simulated customer: may see and answer orders, as one with a link may."""
    return Actor(tenant_id=tenant_id, id=UUID(int=0), kind="link", name=CUSTOMER, grants={"order.view": ALL, "order.comment": ALL})


def in_turn(work: Work, actor: Actor, at: datetime) -> Work:
    """A unit of work of somebody else at another time, inside this one's transaction; flush it before the next."""
    return Work(work.raw, actor, at)


def actors(work: Work, ids: list[UUID]) -> dict[str, list[Actor]]:
    """Sample people as actors, by role."""
    roles = {r.key: {"grants": r.grants, "fields": r.fields} for r in Role.objects.all()}
    found: dict[str, list[Actor]] = {}
    for user in User.objects.filter(id__in=ids).order_by("id"):
        grants, fields = merge_grants([roles[r] for r in user.roles])
        actor = Actor(
            tenant_id=user.tenant_id, id=user.id, name=user.name, roles=tuple(user.roles), grants=grants, field_rules=fields,
            team_ids=tuple(user.team_ids), unit_ids=tuple(user.unit_ids),
        )  # fmt: skip
        found.setdefault(user.roles[0], []).append(actor)
    return found


def people(work: Work) -> None:
    """The sample people: they have names, skills and shifts, and no password."""
    teams = account_queries.teams_by_key(work)
    unit = next((u.id for u in account_queries.units(work)), None)
    skills = [SkillOf(skill=s["key"], level=4) for s in workforce_queries.skills(work) if s["key"] in industries.SKILLS]
    for number, (role, name) in enumerate(PEOPLE, start=1):
        team = teams.get("field" if role == "engineer" else "desk")
        user = accounts.add_user(
            work,
            UserIn(
                login=f"demo-{role}-{number}", name=name + MARK, password=NO_PASSWORD * 12, roles=[role],
                team_ids=[team] if team and role in ("agent", "engineer") else [], org_unit_id=unit,
            ),
            password_hash=NO_PASSWORD,
        )  # fmt: skip
        label(work, "user", user.id)
        if role != "engineer":
            continue
        place = CUSTOMERS[number % len(CUSTOMERS)]
        workforce.put_engineer(
            work,
            EngineerIn(user_id=user.id, home_lng=place[3], home_lat=place[4], regions=[CITY], orders_a_day=12, skills=skills),
        )
        midnight = work.at.replace(hour=0, minute=0, second=0, microsecond=0)
        days = [midnight + timedelta(days=d) for d in range(SHIFT_DAYS)]
        workforce.add_shifts(work, [Interval(engineer_id=user.id, starts_at=d, ends_at=d + timedelta(hours=12)) for d in days])


def served(work: Work, industry: Industry) -> None:
    """The sample customers with a contact, a site and an asset each."""
    for number, (name, district, street, lng, lat) in enumerate(CUSTOMERS):
        tier: Tier = "vip" if number == 0 else "key" if number < 3 else "normal"
        customer = customers.add_customer(work, CustomerIn(name=name + MARK, code=f"DEMO-{number + 1:02d}", tier=tier))
        contact = customers.add_contact(
            work, customer.id, ContactIn(name=f"{PEOPLE[number % 7][1][0]}经理", title="设备主管", phone=f"1200000{number:04d}")
        )
        site = customers.add_site(
            work,
            customer.id,
            SiteIn(
                name=f"{name}主站", province="广东省", city=CITY, district=district, detail=street, region=CITY, lng=lng, lat=lat
            ),
        )
        good, category = industry.goods[number % len(industry.goods)]
        asset = assets.add_asset(
            work,
            AssetIn(
                name=good + MARK, model=good, serial=f"DEMO-SN-{number + 1:03d}", category=category, customer_id=customer.id,
                site_id=site.id,
            ),
        )  # fmt: skip
        for kind, row in (("customer", customer.id), ("contact", contact.id), ("site", site.id), ("asset", asset.id)):
            label(work, kind, row)


class Scene(msgspec.Struct):
    """Who and what the sample orders are about."""

    industry: Industry
    actors: dict[str, list[Actor]]
    customers: list[tuple[Any, ...]]


SERVED = (
    "select c.id, k.id, k.name, k.phone_typed, s.id, s.city || s.district || s.detail, s.lng, s.lat, a.id "
    "from onboarding_sample o join customers_customer c on c.id = o.row_id join customers_contact k on k.customer_id = c.id "
    "join customers_site s on s.customer_id = c.id join assets_asset a on a.customer_id = c.id "
    "where o.kind = 'customer' and k.id in (select row_id from onboarding_sample where kind = 'contact') order by c.code"
)


def scene(work: Work, industry: Industry) -> Scene:
    """Read who and what there is."""
    ids = list(Sample.objects.filter(kind="user").values_list("row_id", flat=True))
    return Scene(industry, actors(work, ids), work.read(SERVED))


def general(title: str) -> NewOrder:
    """An order on the general form."""
    return NewOrder(blueprint="service", title=title, fields={"category": "consult"}, tags=[TAG])


def order(work: Work, told: Scene, number: int, plan: rules.Plan) -> None:
    """Play one sample order's story, each step by the person whose work it is, at its time in the past."""
    at = work.at - timedelta(minutes=plan.ago)
    customer, contact, who, phone, site, address, lng, lat, asset = told.customers[number % len(told.customers)]
    title, fields = told.industry.troubles[number % len(told.industry.troubles)]
    new = general(f"咨询：{title}") if plan.service else NewOrder(
        blueprint=told.industry.blueprint, title=title, fields=fields, tags=[TAG], asset_id=asset
    )  # fmt: skip
    place = {"customer_id": customer, "contact_id": contact, "site_id": site, "contact_name": who, "contact_phone": phone}
    new = msgspec.structs.replace(
        new, **place, address=address, lng=lng, lat=lat, priority=plan.priority, channel="phone" if number % 3 else "web"
    )
    agent = told.actors["agent"][number % 2]
    turn = in_turn(work, agent, at)
    order_id = creating.create(turn, new).id
    turn.flush()
    label(work, "order", order_id)
    engineer = told.actors["engineer"][number % 3]
    for step in plan.steps:
        at += timedelta(minutes=plan.pace)
        _step(work, told, order_id, step, engineer, at)


def _step(work: Work, told: Scene, order_id: UUID, step: str, engineer: Actor, at: datetime) -> None:
    agent, dispatcher, system = (
        told.actors["agent"][0],
        told.actors["dispatcher"][0],
        system_actor(engineer.tenant_id, "onboarding"),
    )
    customer = customer_actor(engineer.tenant_id)
    said = Say()
    plays: dict[str, tuple[Actor, Any]] = {
        "assign": (dispatcher, lambda w: assigning.assign(w, order_id, None, Assign(assignee_id=engineer.id))),
        "accept": (engineer, lambda w: moving.accept(w, order_id, None, said)),
        "start": (engineer, lambda w: moving.start(w, order_id, None, said)),
        "hold": (engineer, lambda w: moving.hold(w, order_id, None, Hold(waiting_on="customer", reason="客户不在现场，等回电"))),
        "reply": (engineer, lambda w: conversing.comment(w, order_id, NewComment(body="已到现场，正在检查。"))),
        "answer": (customer, lambda w: conversing.comment(w, order_id, NewComment(body="好的，麻烦尽快，谢谢。"))),
        "complete": (
            engineer,
            lambda w: moving.complete(w, order_id, None, Complete(fields=told.industry.outcome, note="已处理完毕")),
        ),
        "rate": (system, lambda w: surveys.answer(w, order_id, 5 if order_id.int % 4 else 2, [], "")),
        "follow_up": (agent, lambda w: moving.follow_up(w, order_id, None, FollowUp(result="客户确认满意"))),
        "close": (agent, lambda w: moving.close(w, order_id, None, said)),
        "cancel": (agent, lambda w: moving.cancel(w, order_id, None, Because(reason="客户自行解决"))),
    }
    actor, play = plays[step]
    turn = in_turn(work, actor, at)
    play(turn)
    turn.flush()
