"""A company with orders in every state, and what its lists say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from gongdan.accounts.tests.factories import NOW
from gongdan.wiring.testing import World, world

LATER = NOW + timedelta(days=4)
ROLES = ("agent", "dispatcher", "engineer", "manager", "partner", "admin")


def company() -> World:
    """Orders of two blueprints in every state: with and without assignee and team, held, reopened, handed over, rated."""
    made = world()
    made.clock.set(NOW)
    teams = [t["id"] for t in made.client("admin").get("/teams").json]
    for priority, state in enumerate(("pending", "dispatched", "in_service", "resolved", "follow_up", "closed", "cancelled")):
        for blueprint, fields in (("service", {"category": "consult"}), ("repair", {"fault_type": "hvac"})):
            body: dict[str, Any] = {"blueprint": blueprint, "title": state, "fields": fields, "priority": 1 + priority % 4}
            if state != "pending":
                body["state"] = state
            made_id = answered(made.client("admin").post("/orders", body))["id"]
            if state in ("pending", "dispatched") and blueprint == "repair":
                say(made, made_id, "assign", {"team_id": teams[priority % len(teams)]})
    for verb, extra, who in (
        ("hold", {"waiting_on": "customer", "reason": "x"}, "agent"),
        ("hold", {"waiting_on": "parts", "reason": "x"}, "engineer"),
        ("accept", {}, "manager"),
        ("accept", {}, "partner"),
    ):
        order_id = made.order()["id"]
        say(made, order_id, "assign", {"assignee_id": str(made.company.people[who])})
        say(made, order_id, verb, extra)
    _solved(made)
    return made


def _solved(made: World) -> None:
    """Orders resolved within these hours in several ways: at once, after a transfer, after a reopening, too late, rated."""
    engineer = str(made.company.people["engineer"])
    for number in range(5):
        order_id = made.order(priority=1)["id"]
        say(made, order_id, "assign", {"assignee_id": engineer})
        if number == 1:
            say(made, order_id, "transfer", {"assignee_id": str(made.company.people["partner"]), "reason": "x"})
            say(made, order_id, "transfer", {"assignee_id": engineer, "reason": "x"})
        made.pass_minutes(30)
        if number == 2:
            made.pass_minutes(60 * 24 * 3)
        say(made, order_id, "start", {})
        say(made, order_id, "complete", {"fields": {"fault_cause": "x"}})
        if number == 3:
            say(made, order_id, "reopen", {"reason": "x"})
            say(made, order_id, "start", {})
            say(made, order_id, "complete", {"fields": {"fault_cause": "x"}})
        if number in (0, 4):
            _rate(made, order_id, 5 if number == 0 else 2)


def _rate(made: World, order_id: str, score: int) -> None:
    """A customer's rating, as it lies in the table once the link was used."""
    from gongdan.kernel.work import system_work

    with system_work(made.company.id, "test", made.clock.now()) as work:
        work.write(
            "insert into surveys_survey (id, tenant_id, order_id, sent_at, score, reasons, comment, answered_at) "
            "values (%s, %s, %s, %s, %s, '{}', '', %s) on conflict (tenant_id, order_id) do update set score = excluded.score",
            [work.new_id(), made.company.id, order_id, work.at, score, work.at],
        )


def say(scene: World, order_id: str, verb: str, body: dict[str, Any], role: str = "admin") -> None:
    """Say a verb that must work."""
    client = scene.client(role)
    version = client.get(f"/orders/{order_id}").json["version"]
    answered(client.post(f"/orders/{order_id}/{verb.replace('_', '-')}", body, version=version))


def answered(answer: Any) -> Any:
    """The content of an answer that must be good."""
    assert answer.status < 300, answer.body.decode()
    return answer.json


def listed(scene: World, role: str, filters: dict[str, str]) -> list[str]:
    """The ids of the list of these filters."""
    answer = answered(scene.client(role).get(f"/orders?{urlencode({**filters, 'limit': '200'})}"))
    return [o["id"] for o in answer["items"]]


def number(scene: World, role: str, filters: dict[str, str]) -> int:
    """What the list says of its length."""
    count = answered(scene.client(role).get(f"/orders/count?{urlencode(filters)}"))["count"]
    assert count == len(listed(scene, role, filters)), filters
    return int(count)
