"""The scanner port: who looks at every byte of an upload before it may be read by anybody.

A scanner sees the chunks in order and says at the end what it found. The built-in one knows the EICAR test string and
programs; a virus scanner's adapter (ClamAV's INSTREAM, for one) has the same two methods and lives in `channels`.
It does not open archives: what is inside a compressed archive is the reader's own scanner's work.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PROGRAM_HEAD = 1_024


class Scanner(Protocol):
    """One upload's inspection."""

    def feed(self, chunk: bytes) -> None: ...
    def verdict(self) -> str:
        """What was found, "" when nothing: a short stable word kept with the file."""
        ...


class SignatureScanner:
    """EICAR anywhere in the stream; programs of Windows and Unix by their head."""

    def __init__(self) -> None:
        self._tail = b""
        self._head = b""
        self._eicar = False

    def feed(self, chunk: bytes) -> None:
        if len(self._head) < PROGRAM_HEAD:
            self._head += chunk[: PROGRAM_HEAD - len(self._head)]
        window = self._tail + chunk
        self._eicar = self._eicar or EICAR in window
        self._tail = window[-(len(EICAR) - 1) :]

    def verdict(self) -> str:
        if self._eicar:
            return "eicar"
        return "program" if _program(self._head) else ""


def _program(head: bytes) -> bool:
    """MZ alone also begins sentences: a Windows program points at its PE header at offset 60 (PE format, §MS-DOS stub)."""
    if head.startswith((b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")):
        return True
    if not head.startswith(b"MZ") or len(head) < 64:
        return False
    at = int.from_bytes(head[60:64], "little")
    return head[at : at + 4] == b"PE\x00\x00" or b"This program cannot be run in DOS mode" in head


_make: list[Callable[[], Scanner]] = [SignatureScanner]


def scanner() -> Scanner:
    """A scanner for one upload."""
    return _make[0]()


def use_scanner(make: Callable[[], Scanner]) -> None:
    """Let another scanner inspect uploads from now on (wiring at start; tests)."""
    _make[0] = make
