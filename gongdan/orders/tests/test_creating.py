"""What a new order may point at."""

from __future__ import annotations

import pytest

from gongdan.wiring.testing import World, world


@pytest.fixture(scope="module")
def scene() -> World:
    return world()


def _customer(scene: World, name: str) -> dict[str, str]:
    client = scene.client("agent")
    one: str = client.post("/customers", {"name": name}).json["id"]
    contact = client.post(f"/customers/{one}/contacts", {"name": "王艳", "phone": "13800138000"})
    site = client.post(f"/customers/{one}/sites", {"name": "总部", "detail": "人民路 1 号"})
    assert (contact.status, site.status) == (201, 201), (contact.body, site.body)
    found = client.get(f"/customers/{one}").json
    return {"customer_id": one, "contact_id": found["contacts"][0]["id"], "site_id": found["sites"][0]["id"]}


def test_contact_and_site_are_the_customers_own(scene: World) -> None:
    mine, other = _customer(scene, "甲"), _customer(scene, "乙")
    body = {"blueprint": "repair", "title": "空调漏水", "fields": {"fault_type": "hvac"}, "customer_id": mine["customer_id"]}
    client = scene.client("agent")
    for name in ("contact", "site"):
        answer = client.post("/orders", {**body, f"{name}_id": other[f"{name}_id"]})
        assert (answer.status, answer.json["code"], answer.json["field"]) == (422, f"{name}_elsewhere", f"{name}_id")
    assert client.post("/orders", {**body, **mine}).status == 201


def test_lists_refuse_custom_fields_that_nobody_has_indexed(scene: World) -> None:
    client = scene.client("agent")
    scene.order()
    assert len(client.get("/orders?field.fault_type=hvac").json["items"]) >= 1
    for path in ("/orders?field.fault_typ=hvac", "/orders/count?field.fault_typ=hvac", "/orders/figures?by=field.fault_typ"):
        answer = client.get(path)
        assert (answer.status, answer.json["code"], answer.json["field"]) == (422, "filter_unknown", "field.fault_typ"), path


def test_many_orders_in_one_work_leave_in_several_statements(scene: World) -> None:
    """Found by review: children of the third order left a statement before the order they refer to."""
    from gongdan.kernel.work import MOST_FUSED, system_work
    from gongdan.orders.actions.creating import create
    from gongdan.orders.schemas import NewOrder

    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        new = NewOrder(blueprint="repair", title="成批", fields={"fault_type": "hvac"})
        made = [create(work, new) for _ in range(MOST_FUSED)]
    client = scene.client("agent")
    for receipt in made:
        assert client.get(f"/orders/{receipt.id}").json["timeline"][0]["type"] == "created"
