"""What stories of the customer's side share: the public form, what it answers, and the order it becomes."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from django.test import Client as Pages

from gongdan.wiring.testing import World

GIVEN = {"title": "三楼空调漏水", "phone": "138 0013 8000", "f.fault_type": "hvac", "name": "张三", "address": "深南路 1 号"}


def form_of(scene: World, blueprint: str = "repair") -> str:
    """The address of a kind of order's public form."""
    return f"/p/{scene.company.slug}/report/{blueprint}"


def operation_in(page: str) -> str:
    """The operation id a page holds."""
    found = re.search(r'name="operation" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def report(scene: World, **changes: Any) -> Any:
    """Fill in the form and send it."""
    given = {"operation": str(uuid4()), **GIVEN, **changes}
    return Pages().post(form_of(scene), {k: v for k, v in given.items() if v is not None})


def number_in(answer: Any) -> str:
    """The number a page of thanks names."""
    found = re.search(r'id="number">([^<]+)<', answer.content.decode())
    assert found is not None, answer.content.decode()
    return found[1]


def link_in(answer: Any) -> str:
    """The link to follow an order by."""
    found = re.search(r'href="(/t/[^"?]+)', answer.content.decode())
    assert found is not None
    return found[1]


def order_of(scene: World, answer: Any) -> dict[str, Any]:
    """The order a report became, as an agent reads it."""
    found: list[dict[str, Any]] = scene.client("agent").get(f"/orders/search?q={number_in(answer)}").json["items"]
    shown: dict[str, Any] = scene.client("agent").get(f"/orders/{found[0]['id']}").json
    return shown


def count_of(scene: World) -> int:
    """How many orders there are."""
    total: int = scene.client("agent").get("/orders/count").json["count"]
    return total
