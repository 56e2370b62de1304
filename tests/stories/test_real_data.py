"""The main job on real input: two event logs and 7 000 service requests go in by the API; their figures come out of our queries.

Skips, saying so, where ../shared/data is not beside the project.
"""

from __future__ import annotations

import csv
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from gongdan.kernel.access import system_actor
from gongdan.kernel.clock import SystemClock
from gongdan.kernel.work import raw_connection, transaction_scope, unit_of_work
from gongdan.orders import anchoring
from gongdan.simulator import petitions, replay

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
LOGS = {
    "log_uci_incidents": (replay, "events.csv", "incidents"),
    "log_helpdesk_it": (replay, "events.csv", "helpdesk"),
    "requests_zh_pingshan": (petitions, "train.csv", "petitions"),
}


def _file(name: str) -> Path:
    path = DATA / name / LOGS[name][1]
    if not path.exists():
        pytest.skip(f"../shared/data/{name}/{path.name} is not here")
    return path


def _play(name: str, path: Path, expected: Path | None, slug: str, limit: int = 0) -> tuple[int, list[str]]:
    said: list[str] = []
    options = Namespace(file=str(path), expect=str(expected) if expected else None, tenant=slug, limit=limit)
    status: int = LOGS[name][0].main(options, said.append)
    return status, said


def _entries(slug: str) -> int:
    """How many ledger entries the company has."""
    with transaction_scope():
        tenant = raw_connection().execute("select find_tenant(%s)", [slug]).fetchone()[0]  # type: ignore[index]
    with unit_of_work(system_actor(tenant, "test"), SystemClock().now()) as work:
        count = int(work.one("select count(*) from orders_event")[0])
    assert anchoring.check(tenant, SystemClock().now()).faults == []
    return count


@pytest.mark.parametrize("name", LOGS)
def test_every_figure_of_the_real_data_agrees(name: str) -> None:
    path = _file(name)
    status, said = _play(name, path, path.with_name("expected.json"), "real")
    assert said[-1] == "every figure agrees\n"
    assert status == 0
    before = _entries(f"real-{LOGS[name][2]}")
    assert _play(name, path, None, "real", limit=400)[0] == 0
    assert _entries(f"real-{LOGS[name][2]}") == before, "a second run adds nothing"


@pytest.mark.parametrize("name", LOGS)
def test_a_difference_is_noticed(name: str, tmp_path: Path) -> None:
    """Negative control: one row less, and the figures differ."""
    path = _file(name)
    short = tmp_path / "short.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with short.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows[:300])
    status, said = _play(name, short, path.with_name("expected.json"), "control")
    assert status == 1
    assert any(line.startswith("  differs: ") for line in said)


DAMAGE: dict[str, list[tuple[int, dict[str, Any], str]]] = {
    "log_uci_incidents": [
        (3, {"sys_updated_at": "yesterday"}, "sys_updated_at “yesterday” is not a date and time"),
        (5, {"incident_state": "Frozen"}, "Frozen"),
        (7, {"number": ""}, "number is empty"),
    ],
    "log_helpdesk_it": [(3, {"completed_at": "2012-13-01"}, "completed_at"), (4, {"case_id": ""}, "case_id is empty")],
    "requests_zh_pingshan": [
        (3, {"created_at": "x"}, "created_at “x” is not a date and time"),
        (4, {"closed_in_time": "1", "closed_overdue": "1"}, "contradict"),
        (6, {"rec_id": "a"}, "rec_id “a” is not a number"),
    ],
}


@pytest.mark.parametrize("name", LOGS)
def test_damaged_rows_are_refused_by_line_and_the_rest_goes_on(name: str, tmp_path: Path) -> None:
    path = _file(name)
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = [row for _, row in zip(range(20), reader, strict=False)]
        columns = list(reader.fieldnames or [])
    for line, change, _ in DAMAGE[name]:
        rows[line - 2].update(change)
    damaged = tmp_path / "damaged.csv"
    with damaged.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
        file.write("one,two\n")
    status, said = _play(name, damaged, None, f"damaged-{name[:3]}")
    assert status == 1
    text = "".join(said)
    for line, _, reason in DAMAGE[name]:
        (told,) = [s for s in said if s.startswith(f"  line {line}: ")]
        assert reason in told, text
    assert "  line 22: 2 columns where" in text
    assert f"21 rows read, {len(DAMAGE[name]) + 1} refused" in text
    assert _entries(f"damaged-{name[:3]}-{LOGS[name][2]}") >= 20 - len(DAMAGE[name])
