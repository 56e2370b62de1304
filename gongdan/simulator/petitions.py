"""Import of real public service requests (民生诉求) over HTTP, and figures asked of the same API afterwards.

Units are teams joined by `unit_id`; the unit's name stays on the request as it was written. What came of a request is a carried
label: `unknown` is a value of its own, never "not overdue". A second run adds nothing, as each row is known by its `rec_id`.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid5
from zoneinfo import ZoneInfo

from gongdan.simulator import figures
from gongdan.simulator.remote import Remote, served
from gongdan.simulator.rows import SPACE, Damaged, company, instant, named

ZONE = ZoneInfo("Asia/Shanghai")
MISSING = "-"
TOP = 10
FIELDS = ("kind", "type", "main_type", "sub_type", "district", "street", "community", "unit_id", "unit")
OUTCOMES = {("1", "0"): "in_time", ("0", "1"): "overdue", (MISSING, MISSING): "unknown"}
BY = {
    "by_channel": "field.source_channel",
    "by_kind": "field.kind",
    "by_type": "field.type",
    "by_street": "field.street",
    "by_month": "month",
}


def fits(header: list[str]) -> bool:
    """Whether a file has the columns of requests_zh_pingshan."""
    return {"rec_id", "created_at", "channel", "closed_in_time", "closed_overdue", *FIELDS} <= set(header)


def main(options: argparse.Namespace, write: Callable[[str], Any]) -> int:
    """The command `replay` on such a file. Exit status 0 only when all figures agree and no row was refused."""
    token, _ = company(f"{options.tenant}-petitions", ("petition",))
    with served() as port, contextlib.closing(Remote(port, token)) as client:
        seen, refused = send(client, Path(options.file), options.limit, write)
        found = found_figures(client)
    write(f"{found['rows']} orders; {seen} rows read, {refused} refused\n")
    if not options.expect:
        return 1 if refused else 0
    differences = figures.differences(json.loads(Path(options.expect).read_text(encoding="utf-8")), found)
    for line in differences:
        write(f"  differs: {line}\n")
    write("every figure agrees\n" if not differences else f"{len(differences)} figures differ\n")
    return 1 if differences or refused else 0


def send(client: Remote, path: Path, limit: int, write: Callable[[str], Any]) -> tuple[int, int]:
    """Create an order of every row: (rows read, rows refused)."""
    teams = {t["key"] for t in client.get("/teams").json}
    seen = refused = 0
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        for line, raw in enumerate(rows, start=2):
            if limit and seen >= limit:
                break
            seen += 1
            try:
                _create(client, teams, named(header, raw))
            except Damaged as damaged:
                refused += 1
                write(f"  line {line}: {damaged}\n")
            if seen % 1000 == 0:
                write(f"  {seen} rows\n")
    return seen, refused


def _create(client: Remote, teams: set[str], row: dict[str, str]) -> None:
    key = row["rec_id"]
    if not key.isdigit():
        raise Damaged(f"rec_id “{key}” is not a number")
    outcome = OUTCOMES.get((row["closed_in_time"], row["closed_overdue"]))
    if outcome is None:
        raise Damaged("closed_in_time and closed_overdue contradict each other")
    body = {
        "blueprint": "petition",
        "title": f"{row['main_type']} · {row['sub_type']}"[:300],
        "channel": "import",
        "external_key": f"pingshan:{key}",
        "occurred_at": instant(row["created_at"], "created_at", ZONE),
        "fields": {
            **{name: row[name] for name in FIELDS if row[name] not in ("", MISSING)},
            "source_channel": row["channel"],
            "outcome": outcome,
        },
    }
    unit = row["unit_id"]
    if unit not in ("", MISSING):
        if unit not in teams:
            _post(client, "/teams", {"key": unit, "name": row["unit"]}, f"petitions|unit|{unit}")
            teams.add(unit)
        body["team"] = unit
    _post(client, "/orders", body, f"petitions|{key}")


def _post(client: Remote, path: str, body: dict[str, Any], name: str) -> None:
    answer = client.post(path, body, operation=str(uuid5(SPACE, name)))
    if answer.status != 201:
        raise Damaged(answer.json.get("detail", str(answer.status)))


def found_figures(client: Remote) -> dict[str, Any]:
    """The figures of expected.json, from `GET /orders/figures`."""

    def by(column: str, **filters: str) -> dict[str, int]:
        query = "&".join(f"{k}={v}" for k, v in {"by": column, **filters}.items())
        return {row["value"] or MISSING: row["count"] for row in client.get(f"/orders/figures?{query}").json}

    outcomes = by("field.outcome")
    units = by("field.unit")
    known = by("field.unit", **{"field.outcome": "in_time,overdue"})
    late = by("field.unit", **{"field.outcome": "overdue"})
    return {
        "rows": sum(outcomes.values()),
        "unknown_outcome": outcomes.get("unknown", 0),
        "overdue": outcomes.get("overdue", 0),
        "in_time": outcomes.get("in_time", 0),
        **{name: by(column) for name, column in BY.items()},
        "units": len(units),
        "overdue_share_top10_units": {u: [n, round(late.get(u, 0) / known[u], 4)] for u, n in list(units.items())[:TOP]},
    }
