"""HTTP of blueprints."""

from __future__ import annotations

from gongdan.blueprints import actions, queries
from gongdan.blueprints.schemas import BlueprintDetail, BlueprintRow, Draft, Publish, VersionDetail, Yaml
from gongdan.kernel.errors import Invalid
from gongdan.kernel.http.operations import Call, Router

router = Router("blueprints")


@router.get("/blueprints", permission="blueprint.view", returns=list[BlueprintRow], summary="Blueprints")
def rows(call: Call) -> list[BlueprintRow]:
    return queries.rows(call.work)


@router.get("/blueprints/{key}", permission="blueprint.view", returns=BlueprintDetail, summary="One blueprint")
def detail(call: Call) -> BlueprintDetail:
    return queries.detail(call.work, call.params["key"])


@router.get(
    "/blueprints/{key}/versions/{number}",
    permission="blueprint.view",
    returns=VersionDetail,
    summary="A published version",
)
def published(call: Call) -> VersionDetail:
    raw = call.params["number"]
    if not raw.isascii() or not raw.isdigit() or len(raw) > 8:
        raise Invalid("invalid_value", field="number", reason="1, 2, …")
    return queries.published(call.work, call.params["key"], int(raw))


@router.get("/blueprints/{key}/export", permission="blueprint.view", returns=Yaml, summary="Export as YAML")
def export_yaml(call: Call) -> Yaml:
    return Yaml(queries.export_yaml(call.work, call.params["key"]))


@router.put(
    "/blueprints/{key}/draft",
    permission="blueprint.edit",
    body=Draft,
    returns=BlueprintDetail,
    versioned=True,
    max_body=4_000_000,
    summary="Save the draft",
)
def save_draft(call: Call, body: Draft) -> BlueprintDetail:
    actions.save_draft(call.work, body.document, call.version(), key=call.params["key"])
    return queries.detail(call.work, call.params["key"])


@router.post(
    "/blueprints/import",
    permission="blueprint.edit",
    body=Yaml,
    returns=BlueprintDetail,
    status=201,
    max_body=4_000_000,
    summary="Import YAML as a draft",
)
def import_yaml(call: Call, body: Yaml) -> BlueprintDetail:
    made = actions.import_yaml(call.work, body.yaml, body.version)
    return queries.detail(call.work, made.key)


@router.post(
    "/blueprints/{key}/publish",
    permission="blueprint.publish",
    body=Publish,
    returns=BlueprintDetail,
    summary="Publish the draft",
)
def publish(call: Call, body: Publish) -> BlueprintDetail:
    actions.publish(call.work, call.params["key"], body.note)
    return queries.detail(call.work, call.params["key"])
