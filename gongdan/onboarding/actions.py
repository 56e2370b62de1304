"""Verbs of onboarding: set a company up, remove its sample data, give feedback. Tours are in `touring`."""

from __future__ import annotations

from uuid import UUID

from gongdan.accounts import actions as accounts
from gongdan.accounts import queries as account_queries
from gongdan.accounts.schemas import TeamIn, UnitIn
from gongdan.automation import ready_made
from gongdan.blueprints import actions as blueprints
from gongdan.blueprints import queries as blueprint_queries
from gongdan.calendars import actions as calendars
from gongdan.calendars import queries as calendar_queries
from gongdan.customers import actions as customers
from gongdan.customers import queries as customer_queries
from gongdan.customers.schemas import CustomerEdit
from gongdan.kernel.access import require
from gongdan.kernel.errors import Conflict, Invalid
from gongdan.kernel.work import Work
from gongdan.onboarding import industries, rules, samples
from gongdan.onboarding.models import Feedback, Sample, Setup
from gongdan.onboarding.schemas import FeedbackIn, IndustryIn, KeptOut, RemovedOut
from gongdan.orders import views
from gongdan.orders.schemas import ViewIn
from gongdan.workforce import actions as workforce
from gongdan.workforce import queries as workforce_queries
from gongdan.workforce.schemas import SkillIn

TEAMS = (("desk", "客服组", "Service desk"), ("field", "维修组", "Field service"))
VIEWS = (
    ("待派单", {"assignee_id": "none", "open": "true"}, "priority"),
    ("已超期", {"sla": "breached", "open": "true"}, "due"),
    ("等客户", {"waiting_on": "customer", "open": "true"}, "-updated"),
)
REMOVE = "select kind, id, name from remove_samples(%s, %s, %s, %s)"


def set_up(work: Work, new: IndustryIn) -> Setup:
    """Give the company what its industry needs, and begin to make the sample data. What is there already stays as it is.

    Raises Invalid (unknown industry), Conflict (there is sample data).
    """
    require(work.actor, "onboarding.manage")
    industry = industries.ALL.get(new.industry)
    if industry is None:
        raise Invalid("industry_unknown", field="industry")
    work.one("select pg_advisory_xact_lock(hashtextextended(%s, 18))", [str(work.actor.tenant_id)])
    found = Setup.objects.filter(tenant_id=work.actor.tenant_id).first()
    if found is not None and found.state == "running":
        raise Conflict("samples_running")
    if Sample.objects.filter(kind="customer").exists():  # exercise orders alone do not stand in the way
        raise Conflict("set_up_already")
    _organisation(work)
    _definitions(work, industry)
    _views(work)
    total = rules.fill_steps() if new.samples else 0
    made, _ = Setup.objects.update_or_create(
        tenant_id=work.actor.tenant_id,
        defaults={
            "industry": new.industry,
            "state": "running" if new.samples else "done",
            "done": 0,
            "total": total,
            "started_at": work.at,
            "ended_at": None if new.samples else work.at,
            "by_id": work.actor.id,
        },
    )
    if new.samples:
        work.defer("onboarding.fill", {"step": 0})
    return made


def _organisation(work: Work) -> None:
    units = account_queries.units(work)
    root = units[0].id if units else accounts.add_unit(work, UnitIn("HQ", "总部", "Head office")).id
    there = account_queries.teams_by_key(work)
    for key, zh, en in TEAMS:
        if key not in there:
            accounts.add_team(work, TeamIn(key, zh, en, root))


def _definitions(work: Work, industry: industries.Industry) -> None:
    if "cn-work" not in calendar_queries.keys(work):
        calendars.seed_china(work)
    known = {s["key"] for s in workforce_queries.skills(work)}
    for key, (zh, en) in industries.SKILLS.items():
        if key not in known:
            workforce.add_skill(work, SkillIn(key=key, name=zh, name_en=en))
    there = {b.key: b for b in blueprint_queries.rows(work)}
    for key, pack in (("service", "default"), (industry.blueprint, industry.pack)):
        if key not in there:
            blueprints.install_pack(work, blueprint_queries.pack(pack))
        elif not there[key].published_version:
            blueprints.publish(work, key)
    ready_made.seed(work, industry.blueprint)


def _views(work: Work) -> None:
    there = {v.name for v in views.mine(work) if v.scope == "global"}
    for name, filters, sort in VIEWS:
        if name not in there:
            views.save(work, ViewIn(name=name, scope="global", filters=filters, sort=sort))


def fill(work: Work, step: int) -> None:
    """One step of the sample data, once: step 0 people and customers, then eight orders each."""
    setup = Setup.objects.select_for_update().filter(state="running").first()
    if setup is None or setup.done != step:
        return
    industry = industries.ALL[setup.industry]
    if step == 0:
        samples.people(work)
        samples.served(work, industry)
    else:
        told = samples.scene(work, industry)
        begin = (step - 1) * rules.PER_STEP
        for number, plan in list(enumerate(rules.plans()))[begin : begin + rules.PER_STEP]:
            samples.order(work, told, number, plan)
    setup.done += 1
    if setup.done >= setup.total:
        setup.state, setup.ended_at = "done", work.at
    else:
        work.defer("onboarding.fill", {"step": setup.done})
    setup.save()


def remove_samples(work: Work, name: str) -> RemovedOut:
    """Remove all sample data; it cannot be brought back, so the company's name has to be typed.

    Raises Invalid (another name), Conflict (none there, still being made).
    """
    require(work.actor, "onboarding.manage")
    company = account_queries.face(work).name
    if name.strip() != company:
        raise Invalid("name_differs", field="name", name=company)
    setup = Setup.objects.select_for_update().first()
    if setup is not None and setup.state == "running":
        raise Conflict("samples_running")
    if not Sample.objects.exists():
        raise Conflict("samples_none")
    done = work.read(REMOVE, [work.new_id(), work.actor.id, work.actor.name, work.at])
    removed: dict[str, int] = {}
    kept = []
    for kind, row_id, said in done:
        if kind.startswith("kept_"):
            kept.append(KeptOut(kind.removeprefix("kept_"), row_id, _real(work, kind, row_id, said)))
        else:
            removed[kind] = removed.get(kind, 0) + 1
    if setup is not None:
        setup.state, setup.ended_at = "removed", work.at
        setup.save()
    return RemovedOut(removed, kept)


def _real(work: Work, kind: str, row_id: UUID, name: str) -> str:
    """What stays is real from now on: a customer loses the label."""
    plain = name.removesuffix(samples.MARK)
    if kind == "kept_customer" and plain != name:
        customers.change_customer(work, row_id, customer_queries.one(work, row_id).version, CustomerEdit(name=plain))
        return plain
    return name


def give_feedback(work: Work, new: FeedbackIn) -> UUID:
    """Keep what a person says about a screen; nothing leaves the installation. Its id."""
    made = Feedback.objects.create(
        id=work.new_id(),
        tenant_id=work.actor.tenant_id,
        user_id=work.actor.id,
        user_name=work.actor.name,
        screen=new.screen,
        steps=list(new.steps),
        body=new.body,
        at=work.at,
    )
    return made.id
