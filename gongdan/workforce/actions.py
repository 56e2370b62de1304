"""Verbs of workforce."""

from __future__ import annotations

from uuid import UUID

from gongdan.accounts.models import User
from gongdan.kernel.access import require
from gongdan.kernel.errors import Invalid, NotFound
from gongdan.kernel.work import Work
from gongdan.workforce.models import Absence, Engineer, EngineerSkill, Shift, Skill
from gongdan.workforce.schemas import AbsenceIn, EngineerIn, Interval, SkillIn


def add_skill(work: Work, new: SkillIn) -> Skill:
    """Add a skill."""
    require(work.actor, "workforce.edit")
    return Skill.objects.create(
        id=work.new_id(),
        tenant_id=work.actor.tenant_id,
        key=new.key,
        name=new.name,
        name_en=new.name_en or new.name,
        created_at=work.at,
        updated_at=work.at,
    )


def put_engineer(work: Work, new: EngineerIn) -> None:
    """Give a person a field profile, or replace it. Raises Invalid for unknown people or skills."""
    require(work.actor, "workforce.edit")
    if not User.objects.filter(id=new.user_id).exists():
        raise Invalid("unknown_reference", field="user_id")
    known = set(Skill.objects.filter(key__in=[s.skill for s in new.skills]).values_list("key", flat=True))
    for skill in new.skills:
        if skill.skill not in known:
            raise Invalid("unknown_reference", field="skills")
        if [s.skill for s in new.skills].count(skill.skill) > 1:
            raise Invalid("skill_twice", field="skills", skill=skill.skill)
    Engineer.objects.update_or_create(
        id=new.user_id,
        defaults={
            "user_id": new.user_id,
            "home_lng": new.home_lng,
            "home_lat": new.home_lat,
            "regions": new.regions,
            "orders_a_day": new.orders_a_day,
            "updated_at": work.at,
        },
        create_defaults={
            "user_id": new.user_id,
            "tenant_id": work.actor.tenant_id,
            "home_lng": new.home_lng,
            "home_lat": new.home_lat,
            "regions": new.regions,
            "orders_a_day": new.orders_a_day,
            "created_at": work.at,
            "updated_at": work.at,
        },
    )
    EngineerSkill.objects.filter(engineer_id=new.user_id).delete()
    EngineerSkill.objects.bulk_create(
        EngineerSkill(
            tenant_id=work.actor.tenant_id,
            engineer_id=new.user_id,
            skill_key=s.skill,
            level=s.level,
            expires_on=s.expires_on,
            certificate=s.certificate,
        )
        for s in new.skills
    )


def _engineer(engineer_id: UUID) -> None:
    if not Engineer.objects.filter(id=engineer_id).exists():
        raise Invalid("unknown_reference", field="engineer_id")


def add_shifts(work: Work, shifts: list[Interval]) -> list[UUID]:
    """Add shifts. Raises Conflict when one overlaps another of the same engineer."""
    require(work.actor, "workforce.edit")
    for engineer_id in {s.engineer_id for s in shifts}:
        _engineer(engineer_id)
    made = Shift.objects.bulk_create(
        Shift(
            id=work.new_id(),
            tenant_id=work.actor.tenant_id,
            engineer_id=s.engineer_id,
            starts_at=s.starts_at,
            ends_at=s.ends_at,
        )
        for s in shifts
    )
    return [s.id for s in made]


def add_absence(work: Work, new: AbsenceIn) -> UUID:
    """Record that somebody is away; from now on no order goes to them in that time."""
    require(work.actor, "workforce.edit")
    _engineer(new.engineer_id)
    made = Absence.objects.create(
        id=work.new_id(),
        tenant_id=work.actor.tenant_id,
        **{f: getattr(new, f) for f in AbsenceIn.__struct_fields__},
    )
    return made.id


def remove_absence(work: Work, absence_id: UUID) -> None:
    """Take an absence back. Raises NotFound."""
    require(work.actor, "workforce.edit")
    deleted, _ = Absence.objects.filter(id=absence_id).delete()
    if not deleted:
        raise NotFound("not_found")
