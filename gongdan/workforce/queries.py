"""Reads of workforce."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from gongdan.engines.planner.model import Engineer as Planned
from gongdan.kernel.access import require
from gongdan.kernel.work import Work
from gongdan.workforce.schemas import EngineerOut, IntervalOut, SkillOf

SKILLS = msgspec.json.Decoder(list[SkillOf])
ENGINEERS = """
select e.id, u.name, u.team_ids, u.partner_id, e.home_lng, e.home_lat, e.regions, e.orders_a_day,
  (select coalesce(json_agg(json_build_object('skill', s.skill_key, 'level', s.level, 'expires_on', s.expires_on,
     'certificate', s.certificate) order by s.skill_key), '[]')::text from workforce_engineer_skill s where s.engineer_id = e.id)
from workforce_engineer e join accounts_user u on u.id = e.user_id and u.active
"""

TIMES = (
    "select 's', engineer_id, starts_at, ends_at from workforce_shift where ends_at > %s and starts_at < %s "
    "union all select 'a', engineer_id, starts_at, ends_at from workforce_absence "
    "where ends_at > %s and starts_at < %s order by 3"
)


class Resource(msgspec.Struct, frozen=True):
    """An engineer as dispatch needs them: the planner's view, the name, the teams."""

    planned: Planned
    name: str
    team_ids: list[UUID]


def resources(work: Work, at: datetime, days: int = 7) -> list[Resource]:
    """All engineers with skills, shifts and absences of the coming days; loads are the caller's to add. Two statements."""
    until = at + timedelta(days=days)
    people, times = work.batch(
        [
            (f"{ENGINEERS} order by e.id", []),
            (
                TIMES,
                [at, until, at, until],
            ),
        ]
    )
    shifts: dict[UUID, list[tuple[datetime, datetime]]] = {}
    absences: dict[UUID, list[tuple[datetime, datetime]]] = {}
    for kind, engineer_id, start, end in times:
        (shifts if kind == "s" else absences).setdefault(engineer_id, []).append((start, end))
    return [
        Resource(
            Planned(
                id=str(id_),
                skills={s.skill: (s.level, s.expires_on) for s in SKILLS.decode(skills)},
                regions=frozenset(regions),
                home=None if lng is None or lat is None else (lng, lat),
                shifts=tuple(shifts.get(id_, ())),
                absences=tuple(absences.get(id_, ())),
                capacity=orders_a_day,
                partner_id=str(partner_id) if partner_id else None,
            ),
            name,
            team_ids,
        )
        for id_, name, team_ids, partner_id, lng, lat, regions, orders_a_day, skills in people
    ]


def engineers(work: Work) -> list[EngineerOut]:
    """All engineers with their skills, and who is away."""
    require(work.actor, "workforce.view")
    rows = work.read(
        "select e.id, u.name, u.team_ids, e.regions, e.orders_a_day, "
        "(select coalesce(json_agg(json_build_object('skill', s.skill_key, 'level', s.level, 'expires_on', s.expires_on, "
        "'certificate', s.certificate) order by s.skill_key), '[]')::text from workforce_engineer_skill s "
        "where s.engineer_id = e.id), "
        "(select max(a.ends_at) from workforce_absence a where a.engineer_id = e.id and a.starts_at <= %s and a.ends_at > %s) "
        "from workforce_engineer e join accounts_user u on u.id = e.user_id and u.active order by u.pinyin, e.id limit 1000",
        [work.at, work.at],
    )
    return [EngineerOut(r[0], r[1], r[2], r[3], r[4], SKILLS.decode(r[5]), r[6]) for r in rows]


def shifts(work: Work, start: datetime, end: datetime) -> list[IntervalOut]:
    """Shifts and absences that touch [start, end)."""
    require(work.actor, "workforce.view")
    rows = work.read(
        "select id, engineer_id, starts_at, ends_at, 'shift' from workforce_shift where ends_at > %s and starts_at < %s "
        "union all select id, engineer_id, starts_at, ends_at, kind from workforce_absence where ends_at > %s and starts_at < %s "
        "order by 3, 1 limit 5000",
        [start, end, start, end],
    )
    return [IntervalOut(*r) for r in rows]


def skills(work: Work) -> list[dict[str, str]]:
    """All skills: key and words."""
    require(work.actor, "workforce.view")
    return [
        {"key": k, "zh": zh, "en": en} for k, zh, en in work.read("select key, name, name_en from workforce_skill order by key")
    ]
