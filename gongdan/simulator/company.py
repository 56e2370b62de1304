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
from gongdan.assets.models import Asset
from gongdan.assets.schemas import AssetIn
from gongdan.blueprints import actions as blueprints
from gongdan.blueprints import queries as blueprint_queries
from gongdan.calendars import actions as calendars
from gongdan.customers import actions as customers
from gongdan.customers.schemas import ContactIn, CustomerIn, SiteIn, Tier
from gongdan.kernel.access import Actor
from gongdan.kernel.http.begin import merge_grants
from gongdan.kernel.work import Work
from gongdan.simulator import drawing
from gongdan.simulator.drawing import Machine
from gongdan.simulator.model import Model, load
from gongdan.simulator.names import BRANDS, DISTRICTS, GIVEN, KINDS, MODELS, SKILLS, SURNAMES, TRADES
from gongdan.workforce import actions as workforce
from gongdan.workforce.schemas import AbsenceIn, EngineerIn, Interval, SkillIn, SkillOf

ZONE = ZoneInfo("Asia/Shanghai")
TIERS: list[Tier] = ["vip", "key", "normal"]


@dataclass(frozen=True)
class Hand:
    """An engineer as the simulation knows them: skills (key → level), home (lng, lat), shifts."""

    id: UUID
    skills: dict[str, int]
    home: tuple[float, float]
    shifts: tuple[tuple[datetime, datetime], ...]


@dataclass
class Company:
    """Ids of everything that the simulated orders refer to. `fleet` and `assets` have one order: machines and their (id, model)."""

    tenant_id: UUID
    people: dict[str, list[UUID]] = field(default_factory=dict)
    actors: dict[UUID, Actor] = field(default_factory=dict)
    customers: list[dict[str, Any]] = field(default_factory=list)
    teams: dict[str, UUID] = field(default_factory=dict)
    hands: dict[UUID, Hand] = field(default_factory=dict)
    fleet: list[Machine] = field(default_factory=list)
    assets: list[tuple[UUID, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Size:
    """How big the company is. `crews`: a team for each trade; `plan_ahead`: leave and sickness are known from the beginning."""

    engineers: int = 32
    customers: int = 200
    assets: int = 500
    cities: tuple[str, ...] = ("深圳市", "上海市")
    crews: bool = False
    plan_ahead: bool = True


def build(
    work: Work, rng: random.Random, password_hash: str, days: int, size: Size | None = None, model: Model | None = None
) -> Company:
    """Make the company in the work's transaction. `work.at` is the first simulated instant; `model`: the demo's unless given."""
    size, model = size or Size(), model or load("demo")
    made = Company(work.actor.tenant_id)
    calendars.seed_china(work)
    regions = _organisation(work, made, size)
    for name in ("default", "maintenance"):
        blueprints.install_pack(work, blueprint_queries.pack(name))
    for key, (zh, en) in SKILLS.items():
        workforce.add_skill(work, SkillIn(key=key, name=zh, name_en=en))
    _staff(work, rng, made, regions, password_hash, days, size, model)
    _customers(work, rng, made, size, sorted(model.kinds))
    _actors(made)
    return made


def _organisation(work: Work, made: Company, size: Size) -> dict[str, UUID]:
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
    for trade, (zh, en) in TRADES.items() if size.crews else ():
        made.teams[trade] = accounts.add_team(work, TeamIn(f"crew-{trade}", zh, en, root.id)).id
    return {"深圳市": south.id, "上海市": east.id, "root": root.id}


def _name(rng: random.Random) -> str:
    return rng.choice(SURNAMES) + rng.choice(GIVEN)


def _staff(
    work: Work,
    rng: random.Random,
    made: Company,
    regions: dict[str, UUID],
    password: str,
    days: int,
    size: Size,
    model: Model,
) -> None:
    partner = accounts.add_partner(work, "P01", "鹏程机电服务")
    plan = [
        ("agent", 4),
        ("dispatcher", 2),
        ("manager", 2),
        ("admin", 1),
        ("engineer", size.engineers - 4),
        ("partner", 4),
    ]
    for role, count in plan:
        for number in range(1, count + 1):
            city = size.cities[(number - 1) % len(size.cities)]
            field_role = role in ("engineer", "partner")
            skills = _skills(rng) if field_role else []
            teams = [made.teams["desk"]] if role == "agent" else []
            if field_role:
                teams = [made.teams["field"], made.teams["field-sz" if city == "深圳市" else "field-sh"]]
                teams += [made.teams[s.skill] for s in skills if size.crews]
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
                made.hands[user.id] = _engineer(work, rng, user.id, city, days, skills)
                if size.plan_ahead:
                    _absences(work, rng, user.id, days, model)


def _skills(rng: random.Random) -> list[SkillOf]:
    expires = date(2027, 6, 30)
    return [
        SkillOf(
            skill=k,
            level=rng.choice([2, 3, 3, 4, 5]),
            expires_on=expires if k in ("electric", "elevator") else None,
        )
        for k in rng.sample(sorted(SKILLS), rng.choice([2, 3, 3, 4]))
    ]


def _engineer(work: Work, rng: random.Random, user_id: UUID, city: str, days: int, skills: list[SkillOf]) -> Hand:
    _, lng, lat = rng.choice(DISTRICTS[city])
    home = (lng + rng.uniform(-0.03, 0.03), lat + rng.uniform(-0.02, 0.02))
    workforce.put_engineer(
        work,
        EngineerIn(
            user_id=user_id,
            home_lng=home[0],
            home_lat=home[1],
            regions=[city],
            orders_a_day=rng.choice([6, 8, 8, 10]),
            skills=skills,
        ),
    )
    first = work.at.astimezone(ZONE).date()
    rest = rng.randrange(7)
    on = [d for n in range(days + 14) if (d := first + timedelta(days=n)).weekday() != rest]
    shifts = tuple((_local(d, 8), _local(d, 18)) for d in on)
    workforce.add_shifts(work, [Interval(engineer_id=user_id, starts_at=a, ends_at=b) for a, b in shifts])
    return Hand(user_id, {s.skill: s.level for s in skills}, home, shifts)


def _absences(work: Work, rng: random.Random, user_id: UUID, days: int, model: Model) -> None:
    """Leave of two in five, and sickness as the model has it."""
    first = work.at.astimezone(ZONE).date()
    away = [("sick", "病假", s.first, s.days) for s in drawing.sicknesses(model, rng, first, days + 14)]
    if rng.random() < 0.4:
        away.append(("leave", "休假", first + timedelta(days=rng.randrange(5, days + 5)), rng.randrange(1, 5)))
    for kind, reason, start, length in away:
        workforce.add_absence(
            work,
            AbsenceIn(
                engineer_id=user_id,
                starts_at=_local(start, 0),
                ends_at=_local(start + timedelta(days=length), 0),
                kind=kind,  # type: ignore[arg-type]
                reason=reason,
            ),
        )


def _local(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)


def _customers(work: Work, rng: random.Random, made: Company, size: Size, kinds: list[str]) -> None:
    serial, count = 0, size.customers
    for index in range(count):
        city = rng.choice([size.cities[0], *size.cities])
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
        for _ in range(size.assets // count + (1 if index < size.assets % count else 0)):
            serial += 1
            asset, installed_on = _machine(work, rng, serial, customer.id, site.id, rng.choice(kinds))
            made.fleet.append(Machine(index, asset.category, installed_on))
            made.assets.append((asset.id, asset.model))
        made.customers.append(
            {
                "id": customer.id,
                "contact": contact.id,
                "contact_name": contact.name,
                "phone": contact.phone_typed,
                "site": site.id,
                "address": f"{city}{district}{detail}",
                "place": place,
                "tier": tier,
                "name": name,
            }
        )


def _machine(work: Work, rng: random.Random, serial: int, customer_id: UUID, site_id: UUID, kind: str) -> tuple[Asset, date]:
    model = rng.choice(MODELS[kind])
    installed_on = date(rng.randrange(2018, 2026), rng.randrange(1, 13), 1)
    asset = assets.add_asset(
        work,
        AssetIn(
            name=model,
            model=model,
            serial=f"SN{serial:06d}",
            category=kind,
            customer_id=customer_id,
            site_id=site_id,
            installed_on=installed_on,
            warranty_until=date(rng.randrange(2024, 2029), rng.randrange(1, 13), 28),
        ),
    )
    return asset, installed_on


def _actors(made: Company) -> None:
    roles = {r.key: {"grants": r.grants, "fields": r.fields} for r in Role.objects.all()}
    for user in User.objects.all():
        grants, rules = merge_grants([roles[r] for r in user.roles])
        made.actors[user.id] = Actor(
            tenant_id=made.tenant_id, id=user.id, name=user.name, roles=tuple(user.roles), grants=grants, field_rules=rules,
            team_ids=tuple(user.team_ids), unit_ids=tuple(user.unit_ids), partner_id=user.partner_id,
        )  # fmt: skip
