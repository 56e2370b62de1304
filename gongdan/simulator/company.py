"""The simulated company: who works there, whom it serves, what it serves. Deterministic for a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from gongdan.accounts import actions as accounts
from gongdan.accounts.models import Role, User
from gongdan.accounts.schemas import TeamIn, UnitIn, UserIn
from gongdan.assets import actions as assets
from gongdan.assets.schemas import AssetIn
from gongdan.blueprints import actions as blueprints
from gongdan.blueprints import queries as blueprint_queries
from gongdan.calendars import actions as calendars
from gongdan.customers import actions as customers
from gongdan.customers.schemas import ContactIn, CustomerIn, SiteIn, Tier
from gongdan.kernel.access import Actor
from gongdan.kernel.http.begin import merge_grants
from gongdan.kernel.work import Work
from gongdan.workforce import actions as workforce
from gongdan.workforce.schemas import AbsenceIn, EngineerIn, Interval, SkillIn, SkillOf

ZONE = ZoneInfo("Asia/Shanghai")
TIERS: list[Tier] = ["vip", "key", "normal"]
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗高"
GIVEN = [
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "强",
    "磊",
    "军",
    "洋",
    "勇",
    "艳",
    "杰",
    "涛",
    "明",
    "超",
    "丽",
    "平",
    "刚",
    "桂英",
    "建华",
    "志强",
    "晓东",
    "海燕",
    "文博",
]
DISTRICTS = {
    "深圳市": [
        ("南山区", 113.93, 22.53),
        ("福田区", 114.05, 22.54),
        ("宝安区", 113.88, 22.56),
        ("龙岗区", 114.25, 22.72),
        ("坪山区", 114.35, 22.69),
    ],
    "上海市": [
        ("浦东新区", 121.54, 31.22),
        ("徐汇区", 121.44, 31.19),
        ("闵行区", 121.38, 31.11),
        ("嘉定区", 121.27, 31.37),
    ],
}
BRANDS = [
    "中海",
    "华润",
    "万象",
    "创维",
    "鹏城",
    "粤海",
    "申通",
    "锦江",
    "恒达",
    "嘉里",
    "佳兆",
    "新世纪",
    "蓝天",
    "东方",
    "宏发",
    "瑞丰",
]
KINDS = ["商业广场", "写字楼", "酒店", "医院", "工业园", "物业", "制造厂", "数据中心", "学校", "超市"]
MODELS = {
    "hvac": ["中央空调 KX-80", "多联机 VRV-16", "冷水机组 LS-500"],
    "electric": ["配电柜 GGD", "UPS 电源 60kVA"],
    "pump": ["生活水泵 40-160", "消防水泵 XBD"],
    "compressor": ["螺杆空压机 GA37", "活塞空压机 W-0.9"],
    "elevator": ["客梯 TKE-1000", "货梯 HT-2000"],
}
SKILLS = {
    "hvac": ("空调制冷", "Cooling"),
    "electric": ("电气（高压电工证）", "Electrical (high voltage)"),
    "pump": ("水泵管路", "Pumps"),
    "compressor": ("空压机", "Compressors"),
    "elevator": ("电梯", "Lifts"),
}


@dataclass
class Company:
    """Ids of everything that the simulated orders refer to."""

    tenant_id: UUID
    people: dict[str, list[UUID]] = field(default_factory=dict)
    actors: dict[UUID, Actor] = field(default_factory=dict)
    customers: list[dict[str, Any]] = field(default_factory=list)
    teams: dict[str, UUID] = field(default_factory=dict)


def build(
    work: Work,
    rng: random.Random,
    password_hash: str,
    days: int,
    *,
    engineers: int = 32,
    customers_count: int = 200,
    assets_count: int = 500,
) -> Company:
    """Make the company in the work's transaction. `work.at` is the first simulated instant."""
    made = Company(work.actor.tenant_id)
    calendars.seed_china(work)
    regions = _organisation(work, made)
    for name in ("default", "maintenance"):
        blueprints.install_pack(work, blueprint_queries.pack(name))
    for key, (zh, en) in SKILLS.items():
        workforce.add_skill(work, SkillIn(key=key, name=zh, name_en=en))
    _staff(work, rng, made, regions, password_hash, engineers, days)
    _customers(work, rng, made, customers_count, assets_count)
    _actors(made)
    return made


def _organisation(work: Work, made: Company) -> dict[str, UUID]:
    root = accounts.add_unit(work, UnitIn("HQ", "总部", "Head office"))
    south = accounts.add_unit(work, UnitIn("SZ", "华南区", "South", root.id))
    east = accounts.add_unit(work, UnitIn("SH", "华东区", "East", root.id))
    for key, zh, en, unit in (
        ("desk", "客服组", "Service desk", root.id),
        ("field", "维修组", "Field service", root.id),
        ("field-sz", "深圳维修组", "Field Shenzhen", south.id),
        ("field-sh", "上海维修组", "Field Shanghai", east.id),
    ):
        made.teams[key] = accounts.add_team(work, TeamIn(key, zh, en, unit)).id
    return {"深圳市": south.id, "上海市": east.id, "root": root.id}


def _name(rng: random.Random) -> str:
    return rng.choice(SURNAMES) + rng.choice(GIVEN)


def _staff(
    work: Work,
    rng: random.Random,
    made: Company,
    regions: dict[str, UUID],
    password: str,
    engineers: int,
    days: int,
) -> None:
    partner = accounts.add_partner(work, "P01", "鹏程机电服务")
    plan = [
        ("agent", 4),
        ("dispatcher", 2),
        ("manager", 2),
        ("admin", 1),
        ("engineer", engineers - 4),
        ("partner", 4),
    ]
    for role, count in plan:
        for number in range(1, count + 1):
            city = "深圳市" if number % 2 else "上海市"
            field_role = role in ("engineer", "partner")
            teams = (
                [made.teams["field"], made.teams["field-sz" if city == "深圳市" else "field-sh"]]
                if field_role
                else [made.teams["desk"]]
                if role == "agent"
                else []
            )
            user = accounts.add_user(
                work,
                UserIn(
                    login=role if number == 1 else f"{role}{number}",
                    name=_name(rng),
                    password="not used: the hash is given",  # noqa: S106
                    roles=[role],
                    team_ids=teams,
                    org_unit_id=None if role == "partner" else regions[city] if field_role else regions["root"],
                    partner_id=partner.id if role == "partner" else None,
                ),
                password_hash=password,
            )
            made.people.setdefault(role, []).append(user.id)
            if field_role:
                _engineer(work, rng, user.id, city, days)


def _engineer(work: Work, rng: random.Random, user_id: UUID, city: str, days: int) -> None:
    district, lng, lat = rng.choice(DISTRICTS[city])
    keys = rng.sample(sorted(SKILLS), rng.choice([2, 3, 3, 4]))
    expires = date(2027, 6, 30)
    skills = [
        SkillOf(
            skill=k,
            level=rng.choice([2, 3, 3, 4, 5]),
            expires_on=expires if k in ("electric", "elevator") else None,
        )
        for k in keys
    ]
    workforce.put_engineer(
        work,
        EngineerIn(
            user_id=user_id,
            home_lng=lng + rng.uniform(-0.03, 0.03),
            home_lat=lat + rng.uniform(-0.02, 0.02),
            regions=[city],
            orders_a_day=rng.choice([6, 8, 8, 10]),
            skills=skills,
        ),
    )
    first = work.at.astimezone(ZONE).date()
    rest = rng.randrange(7)
    shifts = [
        Interval(
            engineer_id=user_id,
            starts_at=_local(first + timedelta(days=d), 8),
            ends_at=_local(first + timedelta(days=d), 20),
        )
        for d in range(days + 14)
        if (first + timedelta(days=d)).weekday() != rest
    ]
    workforce.add_shifts(work, shifts)
    if rng.random() < 0.4:
        start = first + timedelta(days=rng.randrange(5, days + 5))
        workforce.add_absence(
            work,
            AbsenceIn(
                engineer_id=user_id,
                starts_at=_local(start, 0),
                ends_at=_local(start + timedelta(days=rng.randrange(1, 5)), 0),
                kind=rng.choice(["leave", "sick"]),
                reason="休假",
            ),
        )
    del district


def _local(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)


def _customers(work: Work, rng: random.Random, made: Company, count: int, assets_count: int) -> None:
    serial = 0
    for index in range(count):
        city = rng.choice(["深圳市", "深圳市", "上海市"])
        district, lng, lat = rng.choice(DISTRICTS[city])
        name = f"{city[:2]}{rng.choice(BRANDS)}{rng.choice(KINDS)}{index + 1:03d}"
        tier: Tier = rng.choices(TIERS, [1, 3, 12])[0]
        phone = f"0755{rng.randrange(20000000, 89999999)}"
        customer = customers.add_customer(work, CustomerIn(name=name, code=f"C{index + 1:04d}", tier=tier, phone=phone))
        title = rng.choice(["物业经理", "设备主管", "前台", "采购"])
        person = ContactIn(name=_name(rng), title=title, phone=f"13{rng.randrange(100000000, 999999999)}")
        contact = customers.add_contact(work, customer.id, person)
        place = (lng + rng.uniform(-0.05, 0.05), lat + rng.uniform(-0.04, 0.04))
        detail = f"{rng.choice(['科技', '深南', '人民', '滨海', '中山'])}路 {rng.randrange(1, 900)} 号"
        province = "广东省" if city == "深圳市" else "上海市"
        where = SiteIn(
            name=f"{name}主站",
            province=province,
            city=city,
            district=district,
            detail=detail,
            region=city,
            lng=place[0],
            lat=place[1],
        )
        site = customers.add_site(work, customer.id, where)
        machines = []
        for _ in range(assets_count // count + (1 if index < assets_count % count else 0)):
            serial += 1
            machines.append(_machine(work, rng, serial, customer.id, site.id))
        made.customers.append(
            {
                "id": customer.id,
                "contact": contact.id,
                "contact_name": contact.name,
                "phone": contact.phone_typed,
                "site": site.id,
                "address": f"{city}{district}{detail}",
                "place": place,
                "assets": machines,
                "tier": tier,
                "name": name,
            }
        )


def _machine(work: Work, rng: random.Random, serial: int, customer_id: UUID, site_id: UUID) -> tuple[UUID, str, str]:
    """Add a machine; (its id, kind, model)."""
    kind = rng.choice(sorted(MODELS))
    model = rng.choice(MODELS[kind])
    asset = assets.add_asset(
        work,
        AssetIn(
            name=model,
            model=model,
            serial=f"SN{serial:06d}",
            category=kind,
            customer_id=customer_id,
            site_id=site_id,
            installed_on=date(rng.randrange(2018, 2026), rng.randrange(1, 13), 1),
            warranty_until=date(rng.randrange(2024, 2029), rng.randrange(1, 13), 28),
        ),
    )
    return asset.id, kind, model


def _actors(made: Company) -> None:
    roles = {r.key: {"grants": r.grants, "fields": r.fields} for r in Role.objects.all()}
    for user in User.objects.all():
        grants, rules = merge_grants([roles[r] for r in user.roles])
        made.actors[user.id] = Actor(
            tenant_id=made.tenant_id, id=user.id, name=user.name, roles=tuple(user.roles), grants=grants, field_rules=rules,
            team_ids=tuple(user.team_ids), unit_ids=tuple(user.unit_ids), partner_id=user.partner_id,
        )  # fmt: skip
