"""The tour's requests on orders, their parts, batches, exports and views."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import uuid4

from gongdan.blueprints import actions as blueprints
from gongdan.blueprints import queries as blueprint_queries
from gongdan.kernel.work import system_work
from gongdan.wiring.testing import World


class Request(NamedTuple):
    """What to send: path, body, version, and another body that the same id must not carry."""

    path: str
    body: Any = None
    version: int | None = None
    other: Any = None


Make = Callable[[World], Request]


def _order(scene: World, *verbs: tuple[str, dict[str, Any]], **values: Any) -> dict[str, Any]:
    """An order on which `verbs` have been done, as it is read."""
    admin = scene.client("admin")
    order_id = scene.order(**values)["id"]
    for verb, body in verbs:
        version = admin.get(f"/orders/{order_id}").json["version"]
        answer = admin.post(f"/orders/{order_id}/{verb}", body, version=version)
        assert answer.status == 200, answer.body
    found: dict[str, Any] = admin.get(f"/orders/{order_id}").json
    return found


def _assigned(scene: World) -> tuple[str, dict[str, Any]]:
    return "assign", {"assignee_id": str(scene.company.people["engineer"])}


START = ("start", {})
HOLD = ("hold", {"waiting_on": "customer", "reason": "等客户"})
COMPLETE = ("complete", {"fields": {"fault_cause": "堵塞", "labour_hours": 1}})


def _verb(verb: str, body: dict[str, Any], *before: Any, other: Any = None) -> Make:
    """A verb on an order, after `before` (a callable gets the scene)."""

    def make(scene: World) -> Request:
        steps = [b(scene) if callable(b) else b for b in before]
        order = _order(scene, *steps)
        filled = {k: str(v(scene)) if callable(v) else v for k, v in body.items()}
        return Request(f"/orders/{order['id']}/{verb}", filled, order["version"], other or {"note": "anders"})

    return make


def _engineer(scene: World) -> Any:
    return scene.company.people["engineer"]


def _file(scene: World) -> str:
    uploaded = scene.client("admin").post("/files?name=a.txt", raw=b"abc")
    assert uploaded.status == 201
    return str(uploaded.json["id"])


def _on_order(path: str, body: Any = None, *, other: Any = None, first: str = "", first_body: Any = None) -> Make:
    """Something beside the verbs on a new order; `first` is posted before."""

    def make(scene: World) -> Request:
        order = _order(scene)
        if first:
            done = scene.client("admin").post(f"/orders/{order['id']}/{first}", first_body)
            assert done.status < 300, done.body
        return Request(f"/orders/{order['id']}/{path}", body, order["version"], other)

    return make


def _attach(scene: World) -> Request:
    order = _order(scene)
    return Request(f"/orders/{order['id']}/attachments", {"file_id": _file(scene)}, other={"file_id": str(uuid4())})


def _detach(scene: World) -> Request:
    order, file = _order(scene), _file(scene)
    assert scene.client("admin").post(f"/orders/{order['id']}/attachments", {"file_id": file}).status < 300
    return Request(f"/orders/{order['id']}/attachments/{file}")


def _link(scene: World) -> Request:
    one, two = _order(scene), _order(scene)
    return Request(f"/orders/{one['id']}/links", {"other_id": two["id"]}, other={"other_id": two["id"], "kind": "duplicate"})


def _unlink(scene: World) -> Request:
    request = _link(scene)
    assert scene.client("admin").post(request.path, request.body).status < 300
    return request


def _merge(scene: World) -> Request:
    one, two = _order(scene), _order(scene)
    body = {"into": two["id"], "into_version": two["version"], "reason": "同一故障"}
    return Request(f"/orders/{one['id']}/merge", body, one["version"], {**body, "reason": "anders"})


def _unmerge(scene: World) -> Request:
    request = _merge(scene)
    done = scene.client("admin").post(request.path, request.body, version=request.version)
    assert done.status == 200, done.body
    return Request(request.path.replace("/merge", "/unmerge"), {}, done.json["order"]["version"], {"reason": "anders"})


def _split(scene: World) -> Request:
    order = _order(scene)
    return Request(f"/orders/{order['id']}/split", {"title": "另一处"}, order["version"], {"title": "anders"})


def _unsplit(scene: World) -> Request:
    request = _split(scene)
    made = scene.client("admin").post(request.path, request.body, version=request.version)
    assert made.status == 201, made.body
    new = made.json["order"]
    return Request(f"/orders/{new['id']}/unsplit", {"reason": "不用"}, new["version"], {"reason": "anders"})


def _approve(scene: World) -> Request:
    order = _order(scene, _assigned(scene), START, fields={"fault_type": "hvac", "labour_hours": 100})
    token = next(t for t in order["tokens"] if t["kind"] == "approval")
    return Request(f"/orders/{order['id']}/approvals/{token['id']}", {"decision": "approve"}, other={"decision": "reject"})


def _document(scene: World, key: str) -> tuple[dict[str, Any], int]:
    """The published document of a blueprint and the version of its row."""
    admin = scene.client("admin")
    return admin.get(f"/blueprints/{key}/versions/1").json["document"], admin.get(f"/blueprints/{key}").json["version"]


def _task(scene: World) -> Request:
    document, version = _document(scene, "repair")
    del document["flow"]["blocks"][0]["done_by"]  # a person ticks it off, no verb does
    admin = scene.client("admin")
    assert admin.request("PUT", "/blueprints/repair/draft", {"document": document}, version=version).status < 300
    assert admin.post("/blueprints/repair/publish", {}).status < 300
    order = _order(scene)
    token = next(t for t in order["tokens"] if t["kind"] == "task")
    return Request(f"/orders/{order['id']}/tasks/{token['id']}/complete", {"outcome": "done"}, other={"outcome": "x"})


def _bulk(scene: World) -> Request:
    body = {"ids": [_order(scene)["id"]], "verb": "cancel", "args": {"reason": "停业"}}
    return Request("/orders/bulk", body, other={**body, "verb": "close"})


def _stopped_export(scene: World) -> Request:
    from gongdan.orders.actions import exporting

    kept, exporting.AT_ONCE = exporting.AT_ONCE, 0
    body = {"format": "csv", "columns": ["number"], "ids": [_order(scene)["id"]]}
    made = scene.client("agent").post("/orders/exports", body).json
    exporting.AT_ONCE = kept
    return Request(f"/orders/exports/{made['id']}/cancel")


def _export(scene: World) -> Request:
    body = {"format": "csv", "columns": ["number"], "ids": [_order(scene)["id"]]}
    return Request("/orders/exports", body, other={**body, "format": "xlsx"})


def _run(part: str, *, over: bool) -> Make:
    """Something with a bulk run, when it is over or before it begins."""

    def make(scene: World) -> Request:
        run = (
            scene.client("agent").post("/orders/bulk", {"ids": [_order(scene)["id"]], "verb": "set", "args": {"priority": 1}}).json
        )
        if over:
            scene.run_jobs()
        return Request(f"/orders/bulk/{run['job_id']}/{part}")

    return make


def _move(scene: World) -> Request:
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        blueprints.install_pack(work, blueprint_queries.pack("replay"))
    order = _order(scene, blueprint="replay", fields={})
    return Request(f"/orders/{order['id']}/move", {"to": "Active"}, order["version"], {"to": "Closed"})


def _edit(scene: World) -> Request:
    order = _order(scene)
    return Request(f"/orders/{order['id']}", {"title": "改过"}, order["version"], {"title": "又改"})


def _view(scene: World) -> dict[str, Any]:
    made = scene.client("admin").post("/views", {"name": f"v{uuid4().hex[:6]}"})
    assert made.status == 201, made.body
    view: dict[str, Any] = made.json
    return view


def _change_view(scene: World) -> Request:
    view = _view(scene)
    return Request(f"/views/{view['id']}", {"name": "neu"}, view["version"], {"name": "alt"})
