"""A tour over every write route: for each, a role that may and a request that works. R04 and S01 walk it.

A new write route is missing from TOUR and fails a test, so the lists grow by themselves.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import psycopg

from gongdan.kernel.work import system_work
from gongdan.notify.models import Message
from gongdan.wiring import api
from gongdan.wiring.commands.data import tenant_tables
from gongdan.wiring.testing import World
from tests.tour_orders import (
    COMPLETE,
    HOLD,
    START,
    Make,
    Request,
    _approve,
    _assigned,
    _attach,
    _bulk,
    _change_view,
    _detach,
    _document,
    _edit,
    _engineer,
    _export,
    _link,
    _merge,
    _move,
    _on_order,
    _order,
    _run,
    _split,
    _stopped_export,
    _task,
    _unlink,
    _unmerge,
    _unsplit,
    _verb,
    _view,
)

COUNT = "select count(*), coalesce(sum(hashtext(r::text)), 0)"
OPERATIONS = {op.name: op for op in api.operations()}


def _customer(scene: World) -> dict[str, Any]:
    made = scene.client("admin").post("/customers", {"name": "坪山物业"})
    assert made.status == 201, made.body
    customer: dict[str, Any] = made.json
    return customer


def _of_customer(part: str, body: Any) -> Make:
    return lambda scene: Request(f"/customers/{_customer(scene)['id']}/{part}", body, other={**body, "name": "别的"})


def _change_customer(scene: World) -> Request:
    customer = _customer(scene)
    found = scene.client("admin").get(f"/customers/{customer['id']}").json
    return Request(f"/customers/{customer['id']}", {"name": "新名"}, found["version"], {"name": "又名"})


def _draft(scene: World) -> Request:
    document, version = _document(scene, "service")
    return Request("/blueprints/service/draft", {"document": document}, version, {"document": {}})


def _publish(scene: World) -> Request:
    draft = _draft(scene)
    assert scene.client("admin").request("PUT", draft.path, draft.body, version=draft.version).status < 300
    return Request("/blueprints/service/publish", {"note": "neu"}, other={"note": "alt"})


def _import(scene: World) -> Request:
    text = scene.client("admin").get("/blueprints/service/export").json["yaml"]
    return Request("/blueprints/import", {"yaml": text}, other={"yaml": "x"})


def _calendar(scene: World) -> Request:
    (found, *_) = [c for c in scene.client("admin").get("/calendars").json if c["key"] == "cn-work"]
    body = {k: v for k, v in found.items() if k in ("name", "name_en", "definition")}
    return Request("/calendars/cn-work", body, found["version"], {**body, "name": "别的"})


def _own_calendar(scene: World) -> Request:
    body = {"name": "夜班", "name_en": "Night", "definition": {"weekly": {"mon": [["20:00", "24:00"]]}}}
    assert scene.client("admin").put("/calendars/night", body, version=0).status == 200
    return Request("/calendars/night", version=1)


def _use_of_calendar(scene: World) -> Request:
    return Request(f"/calendar-uses/customer/{_customer(scene)['id']}", {"calendar": "always"}, 0, {"calendar": None})


def _limits(name: str) -> dict[str, Any]:
    """A time limit policy that fits no order."""
    minutes = dict.fromkeys(("1", "2", "3", "4"), 60)
    target = {"key": "resolve", "label": {"zh": "解决", "en": "Resolution"}, "minutes": minutes, "stops_on": ["complete"]}
    return {"name": {"zh": name, "en": name}, "when": 'tier = "none"', "calendar": "always", "targets": [target]}


def _policy(scene: World) -> dict[str, Any]:
    found: dict[str, Any] = scene.client("admin").post("/sla/policies", _limits("时限")).json
    return found


def _policy_put(scene: World) -> Request:
    made = _policy(scene)
    return Request(f"/sla/policies/{made['id']}", _limits("改"), made["version"], _limits("别的"))


def _policy_order(scene: World) -> Request:
    _policy(scene)
    ids = [p["id"] for p in scene.client("admin").get("/sla/policies").json]
    return Request("/sla/policies/order", {"ids": ids}, other={"ids": ids[::-1] if len(ids) > 1 else [*ids, *ids]})


def _policy_delete(scene: World) -> Request:
    made = _policy(scene)
    return Request(f"/sla/policies/{made['id']}", None, made["version"])


def _shift(day: int) -> dict[str, Any]:
    return {"starts_at": f"2027-05-{day:02d}T01:00:00Z", "ends_at": f"2027-05-{day:02d}T09:00:00Z"}


def _absence(scene: World) -> Request:
    body = {"engineer_id": str(_engineer(scene)), **_shift(20)}
    return Request("/absences", body, other={**body, "kind": "sick"})


def _remove_absence(scene: World) -> Request:
    made = scene.client("admin").post("/absences", {"engineer_id": str(_engineer(scene)), **_shift(21)})
    assert made.status == 201, made.body
    return Request(f"/absences/{made.json['ids'][0]}")


def _notification(scene: World) -> Request:
    _order(scene, _assigned(scene))
    scene.run_jobs()
    found = scene.client("engineer").get("/notifications").json["items"][0]
    return Request(f"/notifications/{found['id']}/read")


def _read_notification(scene: World) -> Request:
    made = _notification(scene)
    assert scene.client("engineer").post(made.path).status == 204
    return Request(made.path.replace("/read", "/unread"))


def _inbox(verb: str, body: Any = None, other: Any = None) -> Make:
    return lambda scene: Request(_notification(scene).path.replace("/read", verb), body, other=other)


def _mute(scene: World) -> Request:
    made = scene.client("engineer").post("/notifications/mutes", {"kind": "reply"})
    assert made.status == 201, made.body
    return Request(f"/notifications/mutes/{made.json['id']}")


def _failed_message(scene: World) -> Request:
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        message = work.new_id()
        Message.objects.create(
            id=message, tenant_id=scene.company.id, channel="mail", address="a@example.com", code="n_assigned", values={},
            locale="zh", dedupe=str(message), state="parked", next_at=work.at, created_at=work.at,
        )  # fmt: skip
    return Request(f"/outbox/{message}/retry")


def _plain(path: str, body: Any = None, other: Any = None) -> Make:
    return lambda _: Request(path, body, other=other)


def _user(_: World) -> Request:
    body = {"login": f"u{uuid4().hex[:8]}", "name": "李四", "password": "long enough 123", "roles": ["agent"]}
    return Request("/users", body, other={**body, "name": "王五"})


def _outgoing(scene: World) -> dict[str, Any]:
    made = scene.client("agent").post(f"/orders/{_order(scene)['id']}/outgoing", {"body": "您好"})
    assert made.status == 201, made.body
    held: dict[str, Any] = made.json
    return held


def _drop_draft(scene: World) -> Request:
    assert scene.client("agent").request("PUT", "/drafts/tour", {"body": "x"}).status < 300
    return Request("/drafts/tour")


RULE = {
    "name": "甲",
    "trigger": {"kind": "event", "fact": "order.created"},
    "deeds": [{"verb": "tag", "args": {"tag": "新"}}],
}
DRY = {"rule": RULE, "from_at": "2026-03-01T00:00:00Z", "to_at": "2026-03-03T00:00:00Z"}


def _rule(scene: World) -> str:
    return str(scene.client("admin").post("/automation/rules", RULE).json["id"])


def _dry_run(scene: World) -> Request:
    return Request(f"/automation/dry-runs/{scene.client('admin').post('/automation/dry-runs', DRY).json['id']}/cancel")


def _reply(scene: World) -> dict[str, Any]:
    made = scene.client("agent").post("/replies", {"name": f"r{uuid4().hex[:6]}", "body": "您好"})
    assert made.status == 201, made.body
    reply: dict[str, Any] = made.json
    return reply


def _preview(scene: World) -> Request:
    body = {"body": "{{number}}", "order_id": _order(scene)["id"]}
    return Request("/replies/preview", body, other={**body, "body": "x"})


def _samples(scene: World) -> Request:
    if scene.client("admin").get("/onboarding").json["state"] != "done":
        assert scene.client("admin").post("/onboarding/industry", {"industry": "property"}).status == 200
        scene.run_jobs()
    return Request("/onboarding/samples/remove", {"name": "测试公司"}, other={"name": "别的公司"})


def _in_tour(verb: str) -> Make:
    def make(scene: World) -> Request:
        assert scene.client("engineer").post("/onboarding/tour/begin", {"role": "engineer"}).status == 200
        return Request(f"/onboarding/tour/{verb}", {"role": "engineer"}, other={"role": "agent"})

    return make


TOUR: dict[str, tuple[str, Make]] = {
    "accounts_add_user": ("admin", _user),
    "accounts_add_team": ("admin", _plain("/teams", {"key": "t1", "name": "一组"}, {"key": "t1", "name": "二组"})),
    "accounts_add_unit": ("admin", _plain("/units", {"code": "u1", "name": "华南"}, {"code": "u1", "name": "华北"})),
    "notify_read": ("engineer", _notification),
    "notify_unread": ("engineer", _read_notification),
    "notify_snooze": ("engineer", _inbox("/snooze", {"until": "2026-05-01T01:00:00Z"}, {"until": "2026-05-02T01:00:00Z"})),
    "notify_mute": ("engineer", _plain("/notifications/mutes", {"kind": "reply"}, {"kind": "breach"})),
    "notify_unmute": ("engineer", _mute),
    "notify_read_all": ("engineer", _plain("/notifications/read-all")),
    "notify_retry": ("admin", _failed_message),
    "notify_freeze": ("admin", _plain("/outbox/freeze")),
    "notify_release": ("admin", _plain("/outbox/release")),
    "calendars_put": ("admin", _calendar),
    "calendars_delete": ("admin", _own_calendar),
    "calendars_import_years": (
        "admin",
        lambda _: Request("/calendars/cn-work/import", {"years": [2024]}, 1, {"years": [2023]}),
    ),
    "calendars_set_use": ("admin", _use_of_calendar),
    "sla_add": ("manager", _plain("/sla/policies", _limits("一"), _limits("二"))),
    "sla_change": ("manager", _policy_put),
    "sla_delete": ("manager", _policy_delete),
    "sla_put_in_order": ("manager", _policy_order),
    "sla_apply": ("manager", _plain("/sla/policies/apply", {}, {"blueprint": "repair"})),
    "sla_try_out": ("agent", _plain("/sla/policies/try", {"blueprint": "repair"}, {"blueprint": "service"})),
    "workforce_put_engineer": (
        "admin",
        lambda s: Request("/engineers", {"user_id": str(_engineer(s))}, other={"user_id": str(_engineer(s)), "orders_a_day": 3}),
    ),
    "workforce_add_skill": ("admin", _plain("/skills", {"key": "weld", "name": "焊接"}, {"key": "weld", "name": "电焊"})),
    "workforce_add_shifts": (
        "admin",
        lambda s: Request("/shifts", [{"engineer_id": str(_engineer(s)), **_shift(10)}], other=[]),
    ),
    "workforce_add_absence": ("admin", _absence),
    "workforce_remove_absence": ("admin", _remove_absence),
    "customers_add": ("agent", _plain("/customers", {"name": "甲公司"}, {"name": "乙公司"})),
    "customers_change": ("agent", _change_customer),
    "customers_add_contact": ("agent", _of_customer("contacts", {"name": "张三", "phone": "13800138000"})),
    "customers_add_site": ("agent", _of_customer("sites", {"name": "一号楼"})),
    "assets_add": (
        "admin",
        lambda s: Request("/assets", {"name": "空调", "customer_id": _customer(s)["id"]}, other={"name": "电梯"}),
    ),
    "blueprints_save_draft": ("admin", _draft),
    "blueprints_import_yaml": ("admin", _import),
    "blueprints_publish": ("admin", _publish),
    "orders_create": (
        "agent",
        _plain(
            "/orders",
            {"blueprint": "repair", "title": "漏水", "fields": {"fault_type": "hvac"}},
            {"blueprint": "repair", "title": "漏电", "fields": {"fault_type": "electric"}},
        ),
    ),
    "orders_edit": ("agent", _edit),
    "orders_accept": ("admin", _verb("accept", {})),
    "orders_assign": ("admin", _verb("assign", {"assignee_id": _engineer}, other={"reason": "anders"})),
    "orders_transfer": (
        "admin",
        _verb("transfer", {"assignee_id": _engineer, "reason": "换人"}, _assigned, START, other={"reason": "anders"}),
    ),
    "orders_start": ("admin", _verb("start", {}, _assigned)),
    "orders_hold": ("admin", _verb(*HOLD, _assigned, START, other={"waiting_on": "parts", "reason": "x"})),
    "orders_resume": ("admin", _verb("resume", {}, _assigned, START, HOLD)),
    "orders_complete": ("admin", _verb(*COMPLETE, _assigned, START)),
    "orders_follow_up": ("admin", _verb("follow-up", {"result": "满意"}, _assigned, START, COMPLETE)),
    "orders_close": ("admin", _verb("close", {}, _assigned, START, COMPLETE)),
    "orders_reopen": ("admin", _verb("reopen", {"reason": "又漏"}, _assigned, START, COMPLETE, other={"reason": "x"})),
    "orders_cancel": ("admin", _verb("cancel", {"reason": "误报"}, other={"reason": "x"})),
    "orders_move": ("admin", _move),
    "orders_observe": ("admin", _verb("observe", {"data": {"a": 1}}, other={"data": {"a": 2}})),
    "orders_claim": ("engineer", _verb("claim", {})),
    "orders_comment": ("agent", _on_order("comments", {"body": "您好"}, other={"body": "再见"})),
    "orders_attach": ("admin", _attach),
    "orders_detach": ("admin", _detach),
    "orders_tag": ("agent", _on_order("tags", {"tag": "vip"}, other={"tag": "svip"})),
    "orders_untag": ("agent", _on_order("tags/vip", first="tags", first_body={"tag": "vip"})),
    "orders_link": ("agent", _link),
    "orders_unlink": ("agent", _unlink),
    "orders_merge": ("agent", _merge),
    "orders_unmerge": ("agent", _unmerge),
    "orders_split": ("agent", _split),
    "orders_unsplit": ("agent", _unsplit),
    "orders_watch": ("agent", _on_order("watchers")),
    "orders_unwatch": ("agent", _on_order("watchers", first="watchers")),
    "orders_task_done": ("admin", _task),
    "orders_decide": ("manager", _approve),
    "orders_ask_bulk": ("agent", _bulk),
    "orders_cancel_bulk": ("agent", _run("cancel", over=False)),
    "orders_undo_bulk": ("agent", _run("undo", over=True)),
    "orders_ask_export": ("agent", _export),
    "orders_cancel_export": ("agent", _stopped_export),
    "orders_save_view": ("agent", _plain("/views", {"name": "我的"}, {"name": "他的"})),
    "orders_change_view": ("admin", _change_view),
    "orders_delete_view": ("admin", lambda s: Request(f"/views/{_view(s)['id']}")),
    "desk_put_preference": (
        "agent",
        lambda _: Request(f"/me/preferences/p{uuid4().hex[:6]}", {"value": {"row": 32}}, 0, {"value": {"row": 48}}),
    ),
    "boards_set_limits": (
        "manager",
        lambda _: Request("/boards/limits", {"limits": {"pending": 9}}, 0, {"limits": {"pending": 8}}),
    ),
    "dispatch_dispatch": ("dispatcher", _on_order("dispatch")),
    "desk_put_draft": ("agent", _plain("/drafts/tour", {"body": "x"}, {"body": "y"})),
    "desk_drop_draft": ("agent", _drop_draft),
    "desk_send": ("agent", _on_order("outgoing", {"body": "您好"}, other={"body": "再见"})),
    "desk_send_now": ("agent", lambda s: Request(f"/outgoing/{_outgoing(s)['id']}/send")),
    "desk_take_back": ("agent", lambda s: Request(f"/outgoing/{_outgoing(s)['id']}")),
    "knowledge_add": ("agent", _plain("/replies", {"name": "甲", "body": "您好"}, {"name": "乙", "body": "您好"})),
    "knowledge_change": ("agent", lambda s: Request(f"/replies/{_reply(s)['id']}", {"body": "一"}, 1, {"body": "二"})),
    "knowledge_delete": ("agent", lambda s: Request(f"/replies/{_reply(s)['id']}")),
    "knowledge_used": ("agent", lambda s: Request(f"/replies/{_reply(s)['id']}/used")),
    "knowledge_preview": ("agent", _preview),
    "automation_add": ("admin", _plain("/automation/rules", RULE, {**RULE, "name": "乙"})),
    "automation_check": ("admin", _plain("/automation/rules/check", RULE, {**RULE, "name": "乙"})),
    "automation_change": ("admin", lambda s: Request(f"/automation/rules/{_rule(s)}", {"name": "乙"}, 1, {"name": "丙"})),
    "automation_delete": ("admin", lambda s: Request(f"/automation/rules/{_rule(s)}")),
    "automation_try_out": ("admin", _plain("/automation/dry-runs", DRY, {**DRY, "rule": {**RULE, "name": "乙"}})),
    "automation_cancel": ("admin", _dry_run),
    "surveys_send": ("admin", _verb("survey", {}, _assigned, START, COMPLETE)),
    "surveys_tracking": ("agent", _on_order("tracking-link")),
    "surveys_revoke": ("agent", _on_order("tracking-link", first="tracking-link")),
    "onboarding_set_up": (
        "admin",
        _plain("/onboarding/industry", {"industry": "property", "samples": False}, {"industry": "itdesk", "samples": False}),
    ),
    "onboarding_remove_samples": ("admin", _samples),
    "onboarding_begin_tour": ("engineer", _plain("/onboarding/tour/begin", {"role": "engineer"}, {"role": "agent"})),
    "onboarding_check_tour": ("engineer", _in_tour("check")),
    "onboarding_skip_tour": ("engineer", _in_tour("skip")),
    "onboarding_give_feedback": ("agent", _plain("/onboarding/feedback", {"body": "好用"}, {"body": "难用"})),
}


@contextlib.contextmanager
def rows_of() -> Iterator[Callable[[Any], dict[str, Any]]]:
    """A function that tells, for a company, what each table holds of it; equal answers mean that nothing changed."""
    with psycopg.connect(os.environ["GONGDAN_SUPER_DATABASE_URL"], autocommit=True) as connection:
        tables = [t for t in tenant_tables(connection) if t != "accounts_session"]

        def state(tenant: Any) -> dict[str, Any]:
            return {t: connection.execute(f"{COUNT} from {t} r where tenant_id = %s", [tenant]).fetchone() for t in tables}

        yield state
