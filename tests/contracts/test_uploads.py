"""S08 as far as files are stored and given back: hostile uploads through the API, and who may read what hangs where."""

from __future__ import annotations

import errno
import io
import zipfile
from pathlib import Path
from urllib.parse import quote, unquote
from uuid import uuid4

import pytest
from django.db import connection

from gongdan.files.scanning import EICAR
from gongdan.files.storage import FolderIncoming, store
from gongdan.kernel.http.testing import Answer
from gongdan.wiring.testing import World, world

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (50_000).to_bytes(4, "big") * 2 + bytes(9)
PAGE = b"<!doctype html><script>alert(document.domain)</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "' + b"&a;" * 1_000 + b'">]><l>&b;</l>'


def _zip(names: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in names.items():
            box.writestr(name, content)
    return made.getvalue()


BOMB = _zip({"bomb": bytes(20_000_000)})
XLSX = _zip({"[Content_Types].xml": LAUGHS, "xl/sharedStrings.xml": LAUGHS})
CONTENTS: dict[str, bytes] = {
    "html": PAGE,
    "html-utf16": PAGE.decode().encode("utf-16"),
    "html-bom": b"\xef\xbb\xbf  " + PAGE,
    "svg": SVG,
    "xml-bomb": LAUGHS,
    "xml-file": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "gif-js": b"GIF89a/*" + PAGE + b"*/=1;",
    "gif-page": b"GIF89a\x01\x00\x01\x00" + PAGE,
    "jpeg-page": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + PAGE,
    "png-svg": PNG + SVG,
    "png-huge": PNG,
    "pdf-js": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
    "pdf-page": b"%PDF-1.7\n" + PAGE,
    "php": b"<?php system($_GET['c']); ?>",
    "shell": b"#!/bin/sh\nrm -rf /\n",
    "htaccess": b"AddType application/x-httpd-php .jpg\n",
    "zip-bomb": BOMB,
    "zip-slip": _zip({"../../../../etc/cron.d/evil": b"* * * * * root sh"}),
    "zip-nested": _zip({"inner.zip": BOMB}),
    "xlsx-bomb": XLSX,
    "eicar": EICAR,
    "eicar-late": bytes(200_000) + EICAR,
    "eicar-stored": b"PK\x03\x04" + bytes(26) + EICAR,
    "program": b"\x7fELF" + bytes(100),
    "nul": bytes(100),
    "text": b"nothing special",
}
NAMES = (
    "photo.jpg",
    "photo.html",
    "\u200b.htaccess",
    "../../../../tmp/gongdan-escape.txt",
    "..\\..\\boot.ini",
    "invoice\u202efdp.exe",
)
CORPUS = [(kind, name) for kind in CONTENTS for name in NAMES]
RASTER = {"image/png", "image/jpeg", "image/gif", "image/webp"}


@pytest.fixture(scope="module")
def scene() -> World:
    return world()


def _upload(scene: World, content: bytes, name: str = "a.txt", role: str = "agent", file_id: str = "") -> Answer:
    return scene.client(role).post(f"/files?name={quote(name)}&id={file_id or uuid4()}", raw=content)


def _sent(scene: World, content: bytes, role: str = "agent") -> str:
    answer = _upload(scene, content, role=role)
    assert answer.status == 201, answer.body
    file_id: str = answer.json["id"]
    return file_id


def _stored() -> set[str]:
    return set(store().keys())


@pytest.mark.parametrize(("kind", "name"), CORPUS, ids=[f"{k}-{n}" for k, n in enumerate(CORPUS)])
def test_a_hostile_file_is_stored_as_bytes_and_never_shown_as_a_page(scene: World, kind: str, name: str) -> None:
    made = _upload(scene, CONTENTS[kind], name)
    assert made.status == 201, made.body
    assert not set(made.json["name"]) & set("/\\\x00\u200b\u202e")
    assert not made.json["name"].startswith(".")
    got = scene.client("agent").get(f"/files/{made.json['id']}/content")
    if kind.startswith(("eicar", "program")):
        assert (got.status, got.json["code"]) == (403, "file_quarantined")
        return
    assert got.status == 200
    assert got.body == CONTENTS[kind]
    shown = got.headers["content-disposition"]
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-security-policy"].startswith("sandbox")
    assert got.headers["content-length"] == str(len(got.body))
    kind_served = got.headers["content-type"]
    assert shown.startswith("inline") == (kind_served in RASTER)
    assert "html" not in kind_served
    assert "svg" not in kind_served
    assert kind_served not in ("text/xml", "application/xml", "application/javascript")
    assert unquote(shown.rpartition("''")[2]) == made.json["name"]


def test_the_corpus_reached_nothing_outside_the_store() -> None:
    assert not Path("/tmp/gongdan-escape.txt").exists()
    assert all(len(key) == 48 for key in _stored())


def test_a_file_over_the_limit_is_refused_before_it_is_read(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGDAN_UPLOAD_MB", "1")
    before = _stored()
    answer = _upload(scene, bytes(1_048_577))
    assert (answer.status, answer.json["code"]) == (413, "file_too_large")
    assert "1 MB" in answer.json["detail"]
    assert _stored() == before


def test_a_body_in_chunks_must_say_how_long_it_is(scene: World) -> None:
    """Else a sender that went away would leave half a file that looks whole."""
    before, client = _stored(), scene.client("agent")
    chunked = {"Transfer-Encoding": "chunked"}
    blind = client.post("/files?name=a", raw=b"abc", headers=chunked)
    assert (blind.status, blind.json["code"]) == (422, "file_length_missing")
    cut = client.post("/files?name=a&size=10", raw=b"abc", headers=chunked)
    assert (cut.status, cut.json["code"]) == (422, "file_incomplete")
    assert _stored() == before
    whole = client.post("/files?name=a&size=3", raw=b"abc", headers=chunked)
    assert (whole.status, whole.json["size"]) == (201, 3)


def test_an_operation_id_makes_an_upload_repeatable_too(scene: World) -> None:
    operation, client, before = str(uuid4()), scene.client("agent"), len(_stored())
    first, again = (client.post("/files?name=a.txt", raw=b"abc", operation=operation) for _ in range(2))
    assert first.json == again.json
    other = client.post("/files?name=a.txt", raw=b"abd", operation=operation)
    assert (other.status, other.json["code"]) == (422, "operation_reused")
    assert len(_stored()) == before + 1, "what was not kept is let go at once"


def test_nobody_sends_bytes_before_they_are_known(scene: World) -> None:
    """A stranger's body is not even read, and no transaction is open while a body comes in."""
    read: list[int] = []

    class Body(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            with connection.cursor() as cursor:
                cursor.execute("select now() = statement_timestamp()")  # now() is when the transaction began
                assert cursor.fetchone() == (True,)
            read.append(size or 0)
            return super().read(size)

    def send(role: str, token: str | None) -> int:
        client = scene.client(role)
        client.token = token

        def app(environ: dict[str, object], start: object) -> object:
            return scene.app({**environ, "wsgi.input": Body(b"abc")}, start)  # type: ignore[arg-type]

        client.app = app
        return client.post("/files?name=a", raw=b"abc").status

    assert send("nobody", None) == 401
    assert send("nobody", "x") == 401
    assert read == []
    assert send("agent", scene.company.tokens["agent"]) == 201
    assert len(read) >= 1


def test_a_full_disk_is_told_as_such(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(self: FolderIncoming, chunk: bytes) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(FolderIncoming, "write", write)
    before = _stored()
    answer = _upload(scene, b"abc")
    assert (answer.status, answer.json["code"]) == (503, "storage_full")
    assert answer.headers["retry-after"] == "30"
    assert _stored() == before


def test_a_repeat_is_the_same_file_and_other_bytes_are_refused(scene: World) -> None:
    file_id = str(uuid4())
    first, again = (_upload(scene, b"abc", file_id=file_id) for _ in range(2))
    assert first.json == again.json
    other = _upload(scene, b"abd", file_id=file_id)
    assert (other.status, other.json["code"]) == (422, "operation_reused")


def test_a_file_in_parts_through_the_api(scene: World) -> None:
    file_id, client = uuid4(), scene.client("engineer")
    first = client.put(f"/files/{file_id}/parts/1?of=2&name=film.bin", raw=b"a" * 10)
    assert (first.status, first.json["received"], first.json["file"]["state"]) == (200, [1], "uploading")
    assert client.get(f"/files/{file_id}/content").status == 409
    assert client.get(f"/files/{file_id}/parts").json["received"] == [1]
    last = client.put(f"/files/{file_id}/parts/2?of=2&name=film.bin", raw=b"b" * 5)
    assert (last.json["received"], last.json["file"]["state"], last.json["file"]["size"]) == ([1, 2], "ready", 15)
    assert client.get(f"/files/{file_id}/content").body == b"a" * 10 + b"b" * 5
    assert client.put(f"/files/{file_id}/parts/x?of=2&name=film.bin", raw=b"b").status == 422


def test_what_hangs_nowhere_is_its_makers_only(scene: World) -> None:
    file_id = _sent(scene, b"abc")
    for role, status in (("agent", 200), ("manager", 404), ("engineer", 404), ("nobody", 401)):
        assert scene.client(role).get(f"/files/{file_id}").status == status
        assert scene.client(role).get(f"/files/{file_id}/content").status == status


def test_what_hangs_on_an_order_follows_the_order(scene: World) -> None:
    order_id = scene.order(blueprint="service", title="发票", fields={"category": "consult"})["id"]
    file_id = _sent(scene, b"abc")
    assert scene.client("agent").post(f"/orders/{order_id}/attachments", {"file_id": file_id}).status == 201
    for role, status in (("agent", 200), ("manager", 200), ("engineer", 404), ("partner", 404)):
        assert scene.client(role).get(f"/files/{file_id}/content").status == status, role


def test_nobody_reads_a_file_by_hanging_it_on_an_order_of_their_own(scene: World) -> None:
    """The classic: a foreign id in one's own request. The engineer owns an order and knows the id of a file they may not see."""
    order = scene.order()
    agent, engineer = scene.client("agent"), scene.client("engineer")
    taken = agent.post(f"/orders/{order['id']}/assign", {"assignee_id": str(scene.company.people["engineer"])}, version=1)
    assert taken.status == 200, taken.body
    secret = _sent(scene, b"secret", role="manager")
    for path, body in (
        ("attachments", {"file_id": secret}),
        ("comments", {"body": "x", "files": [secret]}),
    ):
        answer = engineer.post(f"/orders/{order['id']}/{path}", body)
        assert (answer.status, answer.json["code"], answer.json["field"]) == (422, "file_not_yours", "files"), path
    assert engineer.get(f"/files/{secret}/content").status == 404
    own = _sent(scene, b"own", role="engineer")
    assert engineer.post(f"/orders/{order['id']}/attachments", {"file_id": own}).status == 201
    made = agent.post("/orders", {"blueprint": "repair", "title": "x", "fields": {"fault_type": "hvac"}, "files": [secret]})
    assert (made.status, made.json["code"]) == (422, "file_not_yours")
