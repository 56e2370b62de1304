"""S05 as a generated list: every route that takes a body meets every bad input.

Never a 500, never a traceback, always a problem document.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest

from gongdan.kernel.http.operations import Operation
from gongdan.wiring import api
from gongdan.wiring.testing import World, world

OPERATIONS = api.operations()
NASTY: list[bytes] = [
    b"",
    b"null",
    b"[]",
    b'"x"',
    b"{",
    b"\xff\xfe{}",
    b'{"title": "\\u0000", "body": "\\u0000", "name": "\\u0000", "reason": "\\u0000", "key": "\\u0000", "blueprint": "repair"}',
    b'{"title": "\\ud800", "body": "\\ud800", "name": "\\ud800"}',
    b'{"title": 1, "body": [], "ids": {}, "name": null, "yaml": 7}',
    b'{"priority": 1e400, "limit": 1e400, "lng": 1e308}',
    b'{"priority": NaN}',
    b'{"priority": 9223372036854775808, "title": "x", "blueprint": "repair"}',
    b'{"occurred_at": "0000-01-01T00:00:00Z", "title": "x", "blueprint": "repair"}',
    b'{"occurred_at": "10000-01-01T00:00:00Z", "reason": "x"}',
    b'{"id": "not a uuid", "title": "x", "blueprint": "repair"}',
    b'{"title": "x", "title": "y", "blueprint": "repair", "fields": {"a": 1, "a": 2}}',
    b"[" * 10_000 + b"]" * 10_000,
    b'{"fields": ' + b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"}",
    b'{"title": "' + b"A" * 400_000 + b'"}',
    '{"title": "\u202e\u2066‮ 😀 𠀀", "blueprint": "repair", "fields": {"fault_type": "hvac", "quote_note": "😀"}}'.encode(),
    '{"title": "空调", "blueprint": "repair"}'.encode("gb18030"),
    b'{"blueprint": "repair", "title": "x", "fields": {"fault_type": {"$ne": 1}, "labour_hours": "1e999"}}',
    b'{"blueprint": "repair", "title": "x", "fields": {"fault_type": "hvac", "labour_hours": -1, "unknown_field": 1}}',
    b'{"blueprint": "\' or 1=1 --", "title": "x"}',
    b'{"yaml": "!!python/object/apply:os.system [ls]"}',
    b'{"yaml": "a: &a [*a, *a]"}',
    b'{"document": {"states": "x"}}',
]


@pytest.fixture(scope="module")
def scene() -> World:
    return world()


def _path(op: Operation, order_id: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda m: order_id if m[1] == "order_id" else "repair" if m[1] == "key" else str(uuid4()), op.path)


@pytest.mark.parametrize("op", [o for o in OPERATIONS if o.body is not None], ids=lambda o: o.name)
def test_bad_bodies_get_a_clear_refusal(scene: World, op: Operation) -> None:
    client = scene.client("admin")
    for raw in NASTY:
        order_id = scene.order()["id"] if "{order_id}" in op.path and raw is NASTY[0] else str(uuid4())
        answer = client.request(op.method, _path(op, order_id), raw=raw, version=1, headers={"content_type": "application/json"})
        _no_fault(answer, (op.name, raw[:60]))


def _no_fault(answer: Any, what: Any) -> None:
    assert answer.status < 500, (what, answer.body[:300])
    if answer.status >= 400:
        assert answer.headers["content-type"] == "application/problem+json", what
        problem = answer.json
        assert problem["code"], what
        assert problem["detail"], what
        assert "Traceback" not in problem["detail"], what


BAD_QUERY = ["%00", "%ff%fe", "'", '"', "1e400", "99999999999999999999", "-1", "a" * 5000, "\u202e", "{}", "%F0%9F%98%80"]


@pytest.mark.parametrize("op", [o for o in OPERATIONS if o.method == "GET" and o.permission != "public"], ids=lambda o: o.name)
def test_bad_queries_and_paths_get_a_clear_refusal(scene: World, op: Operation) -> None:
    import msgspec

    client = scene.client("admin")
    names = [f.encode_name for f in msgspec.structs.fields(op.query)]
    if op.loose_query:
        names += ["field.fault_type", "field.", "field.'; drop table x"]
    for value in BAD_QUERY:
        for name in [*names, "unknown"]:
            _no_fault(client.get(f"{_path(op, str(uuid4()))}?{name}={value}"), (op.name, name, value))
        if "{" in op.path:
            bad = re.sub(r"\{\w+\}", value.replace("/", ""), op.path)
            _no_fault(client.get(bad), (op.name, bad[:80]))


def test_filters_and_sorts_take_no_sql(scene: World) -> None:
    client = scene.client("agent")
    scene.order()
    for probe in ("1) or pg_sleep(5) is null --", "' or '1'='1", "x'; select pg_sleep(5); --"):
        for name in ("state", "assignee_id", "sort", "q", "field.fault_type", "tag", "due_before"):
            from urllib.parse import quote

            answer = client.get(f"/orders?{name}={quote(probe)}")
            assert answer.status in (200, 422)
            if answer.status == 200:
                assert answer.json["items"] == []
