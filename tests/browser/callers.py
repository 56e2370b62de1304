"""A customer who calls, and past orders to learn from: for tests that begin with a call."""

from __future__ import annotations

from typing import Any

from gongdan.wiring.testing import World
from tests.browser.people import Person

PHONE = "13800138000"
SERIAL = "KY-2024-001"
PAST = {"hvac": ("空调不制冷", "冷媒泄漏"), "pump": ("水泵漏水", "管路堵塞"), "elevator": ("电梯困人", "电梯门打不开")}


def caller(admin: Person) -> dict[str, Any]:
    """A customer with a contact, a site and a machine; finished orders to learn from. Their ids."""
    for i in range(90):
        kind = list(PAST)[i % 3]
        body = {"blueprint": "repair", "title": f"{PAST[kind][i // 3 % 2]} {i % 9}楼", "fields": {"fault_type": kind}}
        admin.say("POST", "/orders", {**body, "state": "closed", "channel": "import", "priority": 1 if kind == "elevator" else 3})
    customer = admin.say("POST", "/customers", {"name": "坪山物业", "phone": "075526001234"})
    admin.say("POST", f"/customers/{customer['id']}/contacts", {"name": "王经理", "phone": PHONE})
    place = {"name": "总部", "city": "深圳市", "district": "坪山区", "detail": "龙田街道1号"}
    admin.say("POST", f"/customers/{customer['id']}/sites", place)
    whole = admin.get(f"/customers/{customer['id']}")
    asset = {"name": "1号空压机", "serial": SERIAL, "customer_id": customer["id"], "warranty_until": "2020-01-31"}
    made = admin.say("POST", "/assets", {**asset, "site_id": whole["sites"][0]["id"]})
    return {"customer": customer["id"], "asset": made["id"], "site": whole["sites"][0]["id"]}


def learn(scene: World) -> None:
    """Let the company learn from its past orders. In a thread of its own: Django refuses one in which Playwright runs its loop."""
    import threading

    from gongdan.insight import actions as insight
    from gongdan.kernel.work import system_work

    told: list[int] = []

    def work_out() -> None:
        from django.db import connection

        with system_work(scene.company.id, "test", scene.clock.now()) as work:
            told.append(insight.learn_all(work))
        connection.close()

    thread = threading.Thread(target=work_out)
    thread.start()
    thread.join()
    assert told
