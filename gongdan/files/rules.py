"""Pure decisions about files: a safe name, a type by content, what may be shown inline. Bytes are arguments."""

from __future__ import annotations

import re
import unicodedata

import filetype

HEAD = 8_192
INVISIBLE = re.compile(r"[\u0000-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))})
INLINE = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
OFFICE = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
MARKUP = re.compile(rb"<\s*(!doctype\s+html|html|head|body|script|iframe|svg|\?xml|!--|a\s|img|meta|style)", re.IGNORECASE)


def clean_name(raw: str) -> str:
    """A name fit to show and to offer for download: no path, no invisible characters, no reserved name, ≤ 200 bytes."""
    name = INVISIBLE.sub("", unicodedata.normalize("NFC", raw)).replace("\\", "/").rpartition("/")[2]
    name = re.sub(r'[<>:"|?*]', "_", name).strip().strip(". ")
    stem, dot, ending = name.rpartition(".")
    if (stem if dot else name).lower() in RESERVED:
        name = f"_{name}"
    if len(name.encode()) > 200:
        keep = 190 - len(ending.encode()) if dot and len(ending) <= 10 else 200
        cut = (stem if dot and len(ending) <= 10 else name).encode()[:keep].decode("utf-8", "ignore")
        name = f"{cut}.{ending}" if dot and len(ending) <= 10 else cut
    return name or "file"


def type_of(head: bytes, name: str) -> str:
    """The media type by content. Markup of any kind is text: nothing is served as a page because it says it is a picture."""
    sample = head[:HEAD]
    if MARKUP.search(sample[:1024].lstrip(b"\xef\xbb\xbf\x00 \t\r\n")):
        return "text/plain"
    guess = filetype.guess(sample)
    ending = name.rpartition(".")[2].lower()
    if guess is not None:
        if guess.mime == "application/zip" and ending in OFFICE:
            return OFFICE[ending]
        return str(guess.mime)
    return "text/plain" if _is_text(sample) else "application/octet-stream"


def _is_text(sample: bytes) -> bool:
    if b"\x00" in sample:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            sample[: max(len(sample) - 4, 0)].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def suspicious(head: bytes) -> bool:
    """Whether the built-in check wants a file quarantined (the EICAR test string; executables of Windows)."""
    return EICAR in head or head[:2] == b"MZ"


def inline(kind: str) -> bool:
    """May a browser show it in place? Raster pictures only."""
    return kind in INLINE
