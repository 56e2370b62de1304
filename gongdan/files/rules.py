"""Pure decisions about files: a safe name, a type by content, what may be shown inline. Bytes are arguments."""

from __future__ import annotations

import re
import unicodedata

import filetype

HEAD = 8_192
NAME_BYTES = 200
LONGEST_ENDING = 16
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))})
INLINE = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
HTML, SVG, XML, TEXT, UNKNOWN = "text/html", "image/svg+xml", "application/xml", "text/plain", "application/octet-stream"
ACTIVE = frozenset({HTML, SVG, XML, "application/xhtml+xml"})
OFFICE = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
# more of the content than its first bytes: what `filetype` does not know
MAGIC = (
    (b"\x7fELF", "application/x-executable"),
    (bytes.fromhex("d0cf11e0a1b11ae1"), "application/x-ole-storage"),
)
HTML_TAGS = re.compile(
    r"<\s*(?:!doctype\s+html|html|head|body|script|iframe|meta|style|title|img|table|object|embed|form)[\s>/]", re.IGNORECASE
)
SVG_TAG = re.compile(r"<\s*(?:\w+:)?svg[\s>/]", re.IGNORECASE)
# only words that compressed pixels do not make up by chance: a photo must not lose its type to two lucky bytes
SCRIPT_IN_PICTURE = re.compile(rb"<(?:script|!doctype|html|body|iframe|svg|\?php)[\s>/=]", re.IGNORECASE)


def clean_name(raw: str) -> str:
    """A name fit to show and to offer for download: no path, no invisible characters, no reserved name, ≤ 200 bytes.

    Clean first, decide afterwards: ".ht\u200baccess" is cleaned to what it would become (CVE-2026-28289 did it the other way).
    """
    visible = "".join(c for c in unicodedata.normalize("NFC", raw) if unicodedata.category(c) not in INVISIBLE)
    name = re.sub(r'[<>:"|?*]', "_", visible.replace("\\", "/").rpartition("/")[2]).strip(". \u3000\u00a0")
    if name.partition(".")[0].strip().lower() in RESERVED:
        name = f"_{name}"
    return _shortened(name) or "file"


def _shortened(name: str) -> str:
    """At most NAME_BYTES of UTF-8, cut between characters, keeping a short ending."""
    if len(name.encode()) <= NAME_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    tail = f".{ending}" if dot and stem and len(ending.encode()) <= LONGEST_ENDING else ""
    body = stem if tail else name
    return body.encode()[: NAME_BYTES - len(tail.encode())].decode("utf-8", "ignore").rstrip(". ") + tail


def type_of(head: bytes) -> str:
    """The media type by content; `head` is the first HEAD bytes. The name has no say.

    A picture that carries markup (a polyglot) has no type we vouch for: application/octet-stream.
    """
    sample = head[:HEAD]
    for magic, kind in MAGIC:
        if sample.startswith(magic):
            return kind
    guess = filetype.guess(sample)
    text = _text(sample)
    if guess is None or (text is not None and not _trusted(guess.mime)):
        return UNKNOWN if text is None else _text_type(text)
    if guess.mime in INLINE and SCRIPT_IN_PICTURE.search(sample):
        return UNKNOWN
    if guess.mime == "application/zip":
        return _zip_type(sample)
    return str(guess.mime)


def _trusted(mime: str) -> bool:
    """Types whose first bytes are letters and still say enough: "BM" and "MZ" also begin sentences."""
    return mime in ("application/pdf", "application/rtf", "image/gif")


def _text_type(text: str) -> str:
    svg, html = SVG_TAG.search(text), HTML_TAGS.search(text)
    if svg is not None and (html is None or svg.start() < html.start()):
        return SVG
    if html is not None:
        return HTML
    start = text.lstrip().lower()
    return XML if start.startswith(("<?xml", "<!doctype", "<!entity")) else TEXT


def _text(sample: bytes) -> str | None:
    """The sample as text, None when it is binary. UTF-16 needs its mark; GB 18030 is common in China."""
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return sample[: len(sample) // 2 * 2].decode("utf-16", "replace")
    if b"\x00" in sample or sum(b < 9 or 13 < b < 27 for b in sample) > len(sample) // 50:
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        for cut in range(4):  # the sample may end inside a character
            try:
                return sample[: len(sample) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return None


def _zip_type(sample: bytes) -> str:
    if b"[Content_Types].xml" in sample or b"_rels/.rels" in sample:
        for folder, kind in OFFICE.items():
            if folder in sample:
                return kind
    return "application/zip"


def served_as(kind: str) -> str:
    """The Content-Type a file is delivered with: nothing that a browser could run keeps its name."""
    if kind in ACTIVE:
        return UNKNOWN
    return f"{TEXT}; charset=utf-8" if kind == TEXT else kind


def inline(kind: str) -> bool:
    """May a browser show it in place? Raster pictures only."""
    return kind in INLINE


def picture(kind: str) -> bool:
    """A photo or a film, as a camera makes them; a drawing that could run (SVG) is none."""
    return kind.startswith(("image/", "video/")) and kind not in ACTIVE


def disposition(name: str, kind: str) -> str:
    """The Content-Disposition of a download (RFC 6266): an ASCII name for old clients and the true one (RFC 5987)."""
    how = "inline" if inline(kind) else "attachment"
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in name)
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{_percent(name)}"


def _percent(text: str) -> str:
    """RFC 5987 attr-char as they are, all else as %XX of UTF-8."""
    keep = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~"
    return "".join(chr(b) if b in keep else f"%{b:02X}" for b in text.encode())
