"""OpenAPI 3.1 of all declared operations; schemas come from the msgspec structs themselves."""

from __future__ import annotations

from typing import Any

import msgspec

from gongdan.kernel.http.operations import Empty, Operation
from gongdan.kernel.http.problems import ProblemDocument

REF = "#/components/schemas/{name}"
PROBLEM_REF = {"$ref": REF.format(name="ProblemDocument")}
UUID_PARAMETER = {"type": "string", "format": "uuid"}
HEADERS = {
    "operation": {
        "name": "Operation-Id",
        "in": "header",
        "required": True,
        "schema": UUID_PARAMETER,
        "description": "Client-made id of this write; a repeat has one effect, for ever.",
    },
    "version": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "schema": {"type": "string", "pattern": '^"?[0-9]{1,9}"?$'},
        "description": "The version the caller has read.",
    },
}


def document(operations: list[Operation], version: str, prefix: str) -> dict[str, Any]:
    """The OpenAPI document as plain data, deterministic."""
    types = [t for op in operations for t in (op.body, op.returns) if t is not None] + [ProblemDocument]
    _, components = msgspec.json.schema_components(types, ref_template=REF)
    paths: dict[str, dict[str, Any]] = {}
    for op in operations:
        paths.setdefault(prefix + op.path, {})[op.method.lower()] = _operation(op)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Gongdan 工单", "version": version, "license": {"name": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "security": [{"session": []}, {"token": []}],
        "paths": {p: paths[p] for p in sorted(paths)},
        "components": {
            "schemas": {k: components[k] for k in sorted(components)},
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "gongdan_session"},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _operation(op: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": op.name,
        "tags": [op.tag],
        "summary": op.summary,
        "parameters": _parameters(op),
        "responses": _responses(op),
    }
    if op.permission == "public":
        described["security"] = []
    elif op.permission:
        described["x-permission"] = op.permission
    if op.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _schema(op.body)}},
        }
    elif op.stream and op.writes:
        described["requestBody"] = {
            "required": True,
            "content": {t: {"schema": {"type": "string", "format": "binary"}} for t in op.stream_types or ("*/*",)},
        }
    return described


def _schema(kind: Any) -> Any:
    (schema,), _ = msgspec.json.schema_components([kind], ref_template=REF)
    return schema


def _parameters(op: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": p[1:-1], "in": "path", "required": True, "schema": _path_schema(p[1:-1])}
        for p in op.path.split("/")
        if p.startswith("{")
    ]
    if op.operation_id_needed:
        found.append(HEADERS["operation"])
    if op.versioned:
        found.append(HEADERS["version"])
    if op.query is not Empty:
        schema = msgspec.json.schema(op.query)
        described = schema["$defs"][op.query.__name__] if "$defs" in schema else schema
        for name, part in described.get("properties", {}).items():
            plain = {k: v for k, v in part.items() if k != "default" or v is not None}
            found.append({"name": name, "in": "query", "required": False, "schema": plain})
    return found


def _path_schema(name: str) -> dict[str, Any]:
    return UUID_PARAMETER if name.endswith("_id") else {"type": "string", "minLength": 1}


def _responses(op: Operation) -> dict[str, Any]:
    status = 204 if op.returns is None and op.status == 200 and not op.stream else op.status
    good: dict[str, Any] = {"description": "Done"}
    if op.returns is not None:
        good["content"] = {"application/json": {"schema": _schema(op.returns)}}
    problem = {"description": "Problem", "content": {"application/problem+json": {"schema": PROBLEM_REF}}}
    codes = ["400", "404", "422", "429", "500", "503"]
    if op.permission == "public":
        codes.append("401")
    else:
        codes += ["401", "403"]
    if op.writes:
        codes += ["409", "413", "415", "428"]
    return {str(status): good} | {c: problem for c in sorted(set(codes))}
