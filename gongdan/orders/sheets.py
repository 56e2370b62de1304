"""Spreadsheets written in constant memory: CSV (RFC 4180 with a byte order mark) and XLSX (ECMA-376, inline strings).

A cell is text, a number or an instant. Text that a spreadsheet would take for a formula is made plain text: in CSV by an apostrophe
in front, in XLSX by being a string, which is never evaluated. Pure: rows in, bytes out.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

Cell = str | int | Decimal | datetime | None
BOM = b"\xef\xbb\xbf"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# what XML 1.0 cannot hold
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 – a spreadsheet's days have no zone
OOXML = "http://schemas.openxmlformats.org/"
MAIN = f"{OOXML}spreadsheetml/2006/main"
LINKS = f"{OOXML}package/2006/relationships"
DOCUMENT = f"{OOXML}officeDocument/2006/relationships"
KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
SHEET_HEAD = (
    f'{XML}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
)
SHEET_END = "</sheetData></worksheet>"
DATE_STYLE = 1
OTHER_FILES = {
    "[Content_Types].xml": f'{XML}<Types xmlns="{OOXML}package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{KINDS}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KINDS}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{KINDS}.styles+xml"/></Types>',
    "_rels/.rels": f'{XML}<Relationships xmlns="{LINKS}">'
    f'<Relationship Id="r1" Type="{DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><sheets>'
    '<sheet name="Orders" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{LINKS}">'
    f'<Relationship Id="r1" Type="{DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{DOCUMENT}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'{XML}<styleSheet xmlns="{MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>',
}


def csv_row(cells: Iterable[Cell], zone: str) -> bytes:
    """One line. Instants as 2026-03-02 09:30 in `zone`."""
    return (",".join(_csv_cell(c, zone) for c in cells) + "\r\n").encode("utf-8", "replace")


def _csv_cell(cell: Cell, zone: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
    if not isinstance(cell, str):
        return format(cell, "f") if isinstance(cell, Decimal) else str(cell)
    text = f"'{cell}" if cell.startswith(FORMULA) else cell
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\r\n') or text != text.strip() else text


def xlsx_row(cells: Sequence[Cell], zone: str) -> bytes:
    """One row of a sheet's XML."""
    return ("<row>" + "".join(_xlsx_cell(c, zone) for c in cells) + "</row>").encode()


def _xlsx_cell(cell: Cell, zone: str) -> str:
    if cell is None or cell == "":
        return "<c/>"
    if isinstance(cell, datetime):
        span = cell.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - EPOCH
        return f'<c s="{DATE_STYLE}"><v>{span.days + span.seconds / 86_400:.8f}</v></c>'
    if not isinstance(cell, str):
        return f"<c><v>{cell:f}</v></c>" if isinstance(cell, Decimal) else f"<c><v>{cell}</v></c>"
    text = escape(UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", cell)[:32_767])
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


class _Sink(io.RawIOBase):
    """What a zip writes, taken away piece by piece; it cannot go back."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        found, self.pieces = b"".join(self.pieces), []
        return found


def xlsx(rows: Iterable[bytes]) -> Iterator[bytes]:
    """A workbook with one sheet of `rows` (of `xlsx_row`, any number at a time), in pieces as they come."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in OTHER_FILES.items():
            book.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
        entry = zipfile.ZipInfo("xl/worksheets/sheet1.xml")
        entry.compress_type = zipfile.ZIP_DEFLATED
        with book.open(entry, "w", force_zip64=True) as sheet:
            sheet.write(SHEET_HEAD.encode())
            for row in rows:
                sheet.write(row)
                if sink.pieces:
                    yield sink.taken()
            sheet.write(SHEET_END.encode())
    yield sink.taken()


def csv(rows: Iterable[bytes]) -> Iterator[bytes]:
    """A CSV file of `rows` (of `csv_row`)."""
    yield BOM
    yield from rows
