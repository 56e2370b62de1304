"""Exports: what leaves is what the person may see, as a spreadsheet understands it and never as a formula, in bounded memory."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from gongdan.accounts.models import Role
from gongdan.accounts.tests.factories import NOW
from gongdan.kernel import faults
from gongdan.kernel.work import system_work
from gongdan.orders import sheets
from gongdan.orders.actions import exporting
from gongdan.orders.tests.scenes import service, word
from gongdan.wiring.testing import World, world

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
EVIL = ["=1+1", "+86 138", "-2+3", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("x")', 'a,"b"\nc', " lead", "普通"]


@pytest.fixture(scope="module")
def company() -> World:
    return world()


@pytest.fixture
def scene(company: World) -> World:
    company.clock.set(NOW)
    return company


def _export(scene: World, body: dict[str, Any], role: str = "agent") -> bytes:
    asked = scene.client(role).post("/orders/exports", body)
    assert asked.status == 202, asked.body.decode()
    scene.run_jobs()
    done = next(e for e in scene.client(role).get("/orders/exports").json if e["id"] == asked.json["id"])
    assert done["state"] == "done"
    file = scene.client(role).get(f"/files/{done['file_id']}/content")
    assert file.status == 200, file.body
    return bytes(file.body)


def _sheet(data: bytes) -> list[list[Any]]:
    """The cells of a workbook, read with a parser of XML: (kind, value) each."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert book.testzip() is None
        for name in book.namelist():
            ET.fromstring(book.read(name))
        root = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    rows = []
    for row in root.iter(f"{MAIN}row"):
        assert row.find(f".//{MAIN}f") is None, "no cell is a formula"
        rows.append([_cell(c) for c in row])
    return rows


def _cell(cell: Any) -> Any:
    text = cell.find(f"{MAIN}is/{MAIN}t")
    if text is not None:
        return text.text or ""
    value = cell.find(f"{MAIN}v")
    return None if value is None else float(value.text)


def test_no_cell_of_a_csv_begins_like_a_formula() -> None:
    data = sheets.BOM + b"".join(sheets.csv_row([v, 1], "UTC") for v in EVIL)
    read = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [r[0] for r in read] == [f"'{v}" if v.startswith(sheets.FORMULA) else v for v in EVIL]
    assert {r[1] for r in read} == {"1"}


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    data = b"".join(sheets.xlsx([sheets.xlsx_row([v, 2, NOW], "Asia/Shanghai") for v in EVIL]))
    rows = _sheet(data)
    assert [r[0].replace("\r", "\n") for r in rows] == [v.replace("\r", "\n") for v in EVIL]
    days = (NOW + timedelta(hours=8)).replace(tzinfo=None) - sheets.EPOCH
    assert rows[0][2] == pytest.approx(days.total_seconds() / 86_400, abs=1e-6)


def test_what_xml_cannot_hold_does_not_break_the_workbook() -> None:
    rows = _sheet(b"".join(sheets.xlsx([sheets.xlsx_row(["a\x00b\x1f\ufffe<&>"], "UTC")])))
    assert rows == [["a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}<&>"]]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_has_the_columns_asked_for_in_order(scene: World, kind: str) -> None:
    tag = word()
    first, second = service(scene, tags=[tag], title="=cmd()", fields={"category": "install"}), service(scene, tags=[tag])
    columns = ["number", "title", "state", "priority", "field.category", "created", "tags"]
    data = _export(scene, {"format": kind, "columns": columns, "filter": {"tag": tag}})
    if kind == "csv":
        assert data.startswith(sheets.BOM)
        rows: list[list[Any]] = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    else:
        rows = _sheet(data)
    assert rows[0] == ["编号", "标题", "状态", "优先级", "服务类别", "创建时间", "标签", "时区"]
    assert [r[1] for r in rows[1:]] == ["咨询保养", "'=cmd()" if kind == "csv" else "=cmd()"]
    assert rows[2][2:5] == ["待受理", "3" if kind == "csv" else 3.0, "安装"]
    assert rows[2][6:] == [tag, "Asia/Shanghai"]
    assert first != second


def test_a_selection_is_exported_and_nothing_else(scene: World) -> None:
    chosen, other = service(scene), service(scene)
    data = _export(scene, {"format": "csv", "columns": ["number"], "ids": [chosen]}).decode("utf-8-sig")
    numbers = {i: scene.client("admin").get(f"/orders/{i}").json["number"] for i in (chosen, other)}
    assert (numbers[chosen] in data, numbers[other] in data) == (True, False)


def test_hidden_fields_never_leave_and_masked_ones_stay_masked(scene: World) -> None:
    order_id = service(scene, contact_name="王小明", contact_phone="13800138000")
    with system_work(scene.company.id, "test", scene.clock.now()):
        role = Role.objects.get(key="dispatcher")
        kept = dict(role.fields)
        Role.objects.filter(key="dispatcher").update(fields={"order.contact_name": "hide", "order.contact_phone": "mask"})
    try:
        body = {"format": "csv", "columns": ["number", "contact_name"], "ids": [order_id]}
        refused = scene.client("dispatcher").post("/orders/exports", body)
        assert (refused.status, refused.json["code"]) == (422, "export_columns")
        data = _export(scene, {**body, "columns": ["number", "contact_phone", "customer"]}, "dispatcher").decode("utf-8-sig")
        assert ("138****" in data or "+86****" in data, "13800138000" in data, "王小明" in data) == (True, False, False)
    finally:
        with system_work(scene.company.id, "test", scene.clock.now()):
            Role.objects.filter(key="dispatcher").update(fields=kept)


def test_who_may_not_export_is_refused_and_files_are_their_makers(scene: World) -> None:
    body = {"format": "csv", "columns": ["number"], "ids": [service(scene)]}
    assert scene.client("engineer").post("/orders/exports", body).status == 403
    asked = scene.client("agent").post("/orders/exports", body).json
    assert scene.client("manager").get(f"/files/{asked['file_id']}/content").status == 404
    assert scene.client("manager").post(f"/orders/exports/{asked['id']}/cancel").status == 404


@pytest.mark.parametrize(
    "body", [{"columns": ["salary"]}, {"columns": ["field.salary"]}, {"columns": ["number"], "filter": {"colour": "red"}}]
)
def test_an_export_that_makes_no_sense_is_refused(scene: World, body: dict[str, Any]) -> None:
    assert scene.client("agent").post("/orders/exports", {"format": "csv", **body}).status == 422


def test_a_long_export_goes_on_in_parts_and_a_dead_worker_repeats_none(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 0)
    monkeypatch.setattr(exporting, "PART", 2)
    tag = word()
    for _ in range(5):
        service(scene, tags=[tag])
    scene.run_jobs()
    asked = scene.client("agent").post("/orders/exports", {"format": "csv", "columns": ["number"], "filter": {"tag": tag}}).json
    steps = {"n": 0}

    def dies(name: str) -> None:
        if name == "job_before_commit":
            steps["n"] += 1
            if steps["n"] == 2:
                raise OSError("killed")

    monkeypatch.setattr(faults, "point", dies)
    scene.run_jobs()
    scene.clock.advance(timedelta(minutes=10))
    scene.run_jobs()
    done = next(e for e in scene.client("agent").get("/orders/exports").json if e["id"] == asked["id"])
    assert (done["state"], done["done"]) == ("done", 5)
    assert steps["n"] >= 4, "three parts, and the one that died; jobs of other tests in this database count too"
    lines = scene.client("agent").get(f"/files/{done['file_id']}/content").body.decode("utf-8-sig").split()
    numbers = [line.partition(",")[0] for line in lines]
    assert (len(numbers), len(set(numbers))) == (6, 6)


def test_twenty_thousand_rows_need_no_more_memory_than_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    def cells(n: int) -> list[Any]:
        return [f"BX-{n}", "空调漏水，需要尽快处理" * 3, NOW, n, "深圳市南山区科技园" * 2]

    def peak(rows: int) -> tuple[int, int]:
        tracemalloc.start()
        size = sum(len(p) for p in sheets.xlsx(sheets.xlsx_row(cells(n), "Asia/Shanghai") for n in range(rows)))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most, size

    few, _ = peak(200)
    many, size = peak(20_000)
    assert size > 100_000
    assert many < few + 200_000, (few, many)
