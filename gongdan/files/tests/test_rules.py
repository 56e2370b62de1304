"""Names and types, from tables; no database."""

from __future__ import annotations

import io
import json
import os
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.files import rules
from gongdan.files.scanning import EICAR, SignatureScanner

NAMES: list[dict[str, str]] = json.loads((Path(__file__).parent / "cases" / "names.json").read_text("utf-8"))
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(20)
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00" + bytes(20)
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(20)


def office(folder: str) -> bytes:
    """A minimal OOXML container."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as box:
        box.writestr("[Content_Types].xml", "<Types/>")
        box.writestr(f"{folder}/main.xml", "<x/>")
    return made.getvalue()


def zipped() -> bytes:
    """A zip that holds something else."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as box:
        box.writestr("../../evil.sh", "rm")
    return made.getvalue()


TYPES: list[tuple[str, bytes, str]] = [
    ("png", PNG, "image/png"),
    ("jpeg", JPEG, "image/jpeg"),
    ("gif", GIF, "image/gif"),
    ("webp", WEBP, "image/webp"),
    ("pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
    ("docx", office("word"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", office("xl"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("pptx", office("ppt"), "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("zip", zipped(), "application/zip"),
    ("old office", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "application/x-ole-storage"),
    ("text", "设备编号：A-17，故障：漏水".encode(), "text/plain"),
    ("text in GB 18030", "设备编号：A-17，故障：漏水".encode("gb18030"), "text/plain"),
    ("text cut inside a character", "漏水".encode()[:-1], "text/plain"),
    ("text that begins like a bitmap", b"BM is what we call the building manager.", "text/plain"),
    ("text that begins like a program", b"MZ-200 pump, serial 17, leaks at the flange", "text/plain"),
    ("csv", b"id,name\n1,\xe7\x8e\x8b\n", "text/plain"),
    ("noise", bytes([0, 1, 2, 3, 200, 201]) * 20, "application/octet-stream"),
    ("html", b"<!DOCTYPE html><title>x</title>", "text/html"),
    ("html behind blanks and a mark", b"\xef\xbb\xbf \n\t<HTML >", "text/html"),
    ("html in UTF-16", "<html><script>alert(1)</script>".encode("utf-16"), "text/html"),
    ("html after words", b"hello <script >alert(1)</script>", "text/html"),
    ("html with a drawing", b"<html><svg ></svg>", "text/html"),
    ("svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "image/svg+xml"),
    ("svg behind a prologue", b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]><svg ></svg>', "image/svg+xml"),
    ("svg with a prefix", b'<?xml version="1.0"?><s:svg xmlns:s="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
    (
        "xml with entities",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        "application/xml",
    ),
    ("gif that is a page", b"GIF89a/*<script>*/=1;alert(1)</script>", "application/octet-stream"),
    ("jpeg with a page in its comment", JPEG + b"<html><body >", "application/octet-stream"),
    ("png with php in it", PNG + b"<?php system($_GET[0]);", "application/octet-stream"),
    ("program of Unix", b"\x7fELF\x02\x01\x01" + bytes(60), "application/x-executable"),
]


@pytest.mark.parametrize("case", NAMES, ids=lambda c: ascii(c["raw"]))
def test_names_come_out_clean(case: dict[str, str]) -> None:
    assert rules.clean_name(case["raw"]) == case["clean"]


@pytest.mark.parametrize("raw", ["工" * 300 + ".jpeg", "a" * 300, "x" * 250 + "." + "y" * 60, "." * 300 + "工" * 100 + ".png"])
def test_long_names_are_cut_between_characters(raw: str) -> None:
    cut = rules.clean_name(raw)
    assert 150 < len(cut.encode()) <= rules.NAME_BYTES
    if raw.endswith((".jpeg", ".png")):
        assert cut.endswith(raw[raw.rindex(".") :])


@given(st.text(max_size=400))
def test_any_name_is_safe_and_clean_for_good(raw: str) -> None:
    once = rules.clean_name(raw)
    assert rules.clean_name(once) == once
    assert 0 < len(once.encode()) <= rules.NAME_BYTES + 1
    assert not set(once) & set('/\\\x00\r\n<>:"|?*')
    assert not once.startswith(".")


@given(st.text(max_size=100))
def test_any_name_makes_one_header_line(raw: str) -> None:
    line = rules.disposition(rules.clean_name(raw), "text/html")
    assert line.isascii()
    assert line.isprintable()
    assert line.startswith("attachment; ")
    assert line.count('"') == 2


def test_a_chinese_name_survives_the_header() -> None:
    assert rules.disposition("照片 1.png", "image/png") == (
        "inline; filename=\"__ 1.png\"; filename*=UTF-8''%E7%85%A7%E7%89%87%201.png"
    )


@pytest.mark.parametrize(("name", "content", "kind"), TYPES, ids=[t[0] for t in TYPES])
def test_types_come_from_the_content(name: str, content: bytes, kind: str) -> None:
    assert rules.type_of(content[: rules.HEAD]) == kind


@pytest.mark.parametrize(("name", "content", "kind"), TYPES, ids=[t[0] for t in TYPES])
def test_nothing_that_could_run_is_served_as_itself(name: str, content: bytes, kind: str) -> None:
    served = rules.served_as(kind)
    assert not any(word in served for word in ("html", "xml", "svg", "script")) or "openxml" in served
    assert rules.inline(kind) == (kind in ("image/png", "image/jpeg", "image/gif", "image/webp"))


def test_a_camera_makes_no_drawings_that_run() -> None:
    assert [rules.picture(k) for k in ("image/heic", "video/mp4", "image/svg+xml", "text/html", "")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_photos_do_not_lose_their_type_by_chance() -> None:
    """Compressed pixels are noise: 5 000 heads of it keep their type (two-letter tags would hit about three of them)."""
    noise = random.Random(7)
    assert all(rules.type_of(JPEG + noise.randbytes(8_000)) == "image/jpeg" for _ in range(2_000))


def _verdict(*chunks: bytes) -> str:
    look = SignatureScanner()
    for chunk in chunks:
        look.feed(chunk)
    return look.verdict()


def _windows_program() -> bytes:
    head = bytearray(b"MZ" + bytes(254))
    head[60:64] = (128).to_bytes(4, "little")
    head[128:132] = b"PE\x00\x00"
    return bytes(head)


SCANS: list[tuple[str, tuple[bytes, ...], str]] = [
    ("clean", (b"hello", b"world"), ""),
    ("eicar", (EICAR,), "eicar"),
    ("eicar late", (b"x" * 70_000, b"y" * 10 + EICAR), "eicar"),
    ("eicar across chunks", (b"x" + EICAR[:30], EICAR[30:]), "eicar"),
    ("eicar byte by byte", tuple(bytes([b]) for b in EICAR), "eicar"),
    ("eicar but for a byte", (EICAR[:-1] + b"+",), ""),
    ("program of Windows", (_windows_program(),), "program"),
    ("program of Unix", (b"\x7fELF" + bytes(60),), "program"),
    ("words about MZ", (b"MZ-200 pump, serial 17, leaks at the flange, please come soon; second line of words",), ""),
]


@pytest.mark.parametrize(("name", "pieces", "found"), SCANS, ids=[s[0] for s in SCANS])
def test_the_scanner_sees_every_byte(name: str, pieces: tuple[bytes, ...], found: str) -> None:
    assert _verdict(*pieces) == found


@given(st.binary(max_size=300), st.integers(0, 300))
def test_where_a_stream_is_cut_does_not_matter(around: bytes, cut: int) -> None:
    whole: Any = around + EICAR + around
    assert _verdict(whole[:cut], whole[cut:]) == "eicar"


def test_random_bytes_have_some_type() -> None:
    assert all(rules.type_of(os.urandom(64)) for _ in range(200))
