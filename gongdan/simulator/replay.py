"""Replay of real event logs through the public API, and figures computed from our own ledger.

Every log row becomes exactly one ledger entry: a move when the state changes, an observation otherwise. Operation ids are derived
from the row, so a second run adds nothing and a mended row goes in later. A damaged row is refused with its line and reason.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from gongdan.kernel.access import system_actor
from gongdan.kernel.clock import SystemClock
from gongdan.kernel.http.dispatch import Api
from gongdan.kernel.http.testing import Client
from gongdan.kernel.work import Work, unit_of_work
from gongdan.simulator import figures
from gongdan.simulator.rows import SPACE, Damaged, company, instant, named
from gongdan.wiring import api

IDENTITY = (
    "number",
    "sys_mod_count",
    "sys_updated_at",
    "incident_state",
    "assignment_group",
    "assigned_to",
    "sys_updated_by",
)
CARRIED = (
    "assignment_group",
    "assigned_to",
    "priority",
    "made_sla",
    "reassignment_count",
    "reopen_count",
    "resolved_at",
    "closed_at",
)
FIELDS = {
    "category": "category",
    "subcategory": "subcategory",
    "impact": "impact",
    "urgency": "urgency",
    "location": "location",
}


@dataclass
class Entry:
    """One log row, read: which case, which state, when, and what it carries."""

    case: str
    state: str
    at: str
    opened_at: str
    data: dict[str, str]
    fields: dict[str, str] = field(default_factory=dict)
    key: str = ""


def main(options: argparse.Namespace, write: Callable[[str], Any]) -> int:
    """The command `replay`. Exit status 0 only when every expected figure agrees and no row was refused."""
    path = Path(options.file)
    with path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    kind = "helpdesk" if header == ["case_id", "activity", "completed_at"] else "incidents" if "incident_state" in header else ""
    if not kind:
        write("This log has neither the columns of log_uci_incidents nor those of log_helpdesk_it.\n")
        return 2
    token, tenant_id = company(f"{options.tenant}-{kind}", ("replay", "replay_helpdesk"))
    client = Client(Api(api.table(), SystemClock(), api.PREFIX), token)
    refused, seen = _play(client, kind, path, options.limit, write)
    found = _figures(tenant_id, kind)
    write(
        f"{found[kind if kind == 'incidents' else 'cases']} cases, {found['events']} events in the ledger; "
        f"{seen} rows read, {refused} refused\n"
    )
    if not options.expect:
        return 1 if refused else 0
    differences = figures.differences(json.loads(Path(options.expect).read_text()), found)
    for line in differences:
        write(f"  differs: {line}\n")
    write("every figure agrees\n" if not differences else f"{len(differences)} figures differ\n")
    return 1 if differences or refused else 0


def _play(client: Client, kind: str, path: Path, limit: int, write: Callable[[str], Any]) -> tuple[int, int]:
    """Send every row. Returns (rows refused, rows read)."""
    orders: dict[str, dict[str, Any]] = {}
    refused = seen = 0
    with path.open(encoding="utf-8", newline="") as file:
        for line, raw in enumerate(csv.reader(file), start=1):
            if line == 1:
                header = raw
                continue
            if limit and seen >= limit:
                break
            seen += 1
            try:
                entry = (_incident if kind == "incidents" else _activity)(header, raw)
                _send(client, kind, orders, entry)
            except Damaged as damaged:
                refused += 1
                write(f"  line {line}: {damaged}\n")
            if seen % 1000 == 0:
                write(f"  {seen} rows\n")
    return refused, seen


def _incident(header: list[str], raw: list[str]) -> Entry:
    row = named(header, raw)
    if not row["number"]:
        raise Damaged("number is empty")
    data = {k: row[k] for k in CARRIED if row[k]}
    for name in ("resolved_at", "closed_at"):
        if name in data:
            instant(data[name], name)
    fields = {ours: row[theirs] for ours, theirs in FIELDS.items() if row[theirs]}
    at = instant(row["sys_updated_at"], "sys_updated_at")
    key = "|".join(row[name] for name in IDENTITY)
    return Entry(row["number"], row["incident_state"], at, instant(row["opened_at"], "opened_at"), data, fields, key)


def _activity(header: list[str], raw: list[str]) -> Entry:
    row = named(header, raw)
    if not row["case_id"]:
        raise Damaged("case_id is empty")
    at = instant(row["completed_at"], "completed_at")
    return Entry(
        row["case_id"],
        f"a{row['activity']}",
        at,
        at,
        {},
        {},
        f"{row['case_id']}|{row['activity']}|{row['completed_at']}",
    )


def _send(client: Client, kind: str, orders: dict[str, dict[str, Any]], entry: Entry) -> None:
    """One row → one ledger entry (and an order before the first)."""
    key = f"{entry.case}|{entry.key}"
    held = orders.get(entry.case)
    number = held["rows"] if held else 0
    operation = str(uuid5(SPACE, f"{kind}|{key}|{number}"))
    if held is None:
        held = orders[entry.case] = _create(client, kind, entry)
    path = f"/orders/{held['id']}"
    if entry.state != held["state"]:
        body: dict[str, Any] = {"to": entry.state, "data": entry.data, "occurred_at": entry.at}
        answer = client.post(f"{path}/move", body, version=held["version"], operation=operation)
    else:
        answer = client.post(
            f"{path}/observe",
            {"data": entry.data, "occurred_at": entry.at},
            version=held["version"],
            operation=operation,
        )
    if answer.status != 200:
        raise Damaged(answer.json.get("detail", str(answer.status)))
    held["version"] = max(answer.json["version"], held["version"])
    held["state"] = entry.state
    held["rows"] += 1


def _create(client: Client, kind: str, entry: Entry) -> dict[str, Any]:
    body: dict[str, Any] = {
        "blueprint": "replay" if kind == "incidents" else "replay_helpdesk",
        "title": entry.case,
        "channel": "log",
        "external_key": f"{kind}:{entry.case}",
        "fields": entry.fields,
        "occurred_at": entry.opened_at,
    }
    if kind == "incidents":
        body["state"] = entry.state
    answer = client.post("/orders", body, operation=str(uuid5(SPACE, f"{kind}|create|{entry.case}")))
    if answer.status == 201:
        return {**answer.json, "rows": 0}
    raise Damaged(answer.json.get("detail", str(answer.status)))


def _figures(tenant_id: UUID, kind: str) -> dict[str, Any]:
    with unit_of_work(system_actor(tenant_id, "replay"), SystemClock().now()) as work:
        cases = list(_cases(work))
    return figures.incidents(cases) if kind == "incidents" else figures.helpdesk(cases)


def _cases(work: Work) -> Iterator[figures.Case]:
    """Every order of the tenant with its ledger entries that stand for log rows."""
    rows = work.read(
        "select o.id, o.opened_at, e.type, e.occurred_at, coalesce(e.data ->> 'to', e.data ->> 'state'), e.data "
        "from orders_order o join orders_event e on e.tenant_id = o.tenant_id and e.order_id = o.id "
        "where e.type in ('move', 'observed') order by o.id, e.seq"
    )
    current: figures.Case | None = None
    for order_id, opened_at, _, at, state, data in rows:
        if current is None or current.id != order_id:
            if current is not None:
                yield current
            current = figures.Case(order_id, opened_at, [])
        current.events.append(figures.Event(state, at, json.loads(data)))
    if current is not None:
        yield current
