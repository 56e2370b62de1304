"""The master key and the keys derived from it (ADR 0013).

`secret.key` lies under the data folder (0600), one "id base64" line per key: the first is active, older ones only decrypt.
Rotation prepends a line; blind indexes keep using the key named by `index:` until they are rebuilt.
"""

from __future__ import annotations

import base64
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def key_file() -> Path:
    """Where the master keys are."""
    return Path(os.environ.get("GONGDAN_SECRET_FILE") or Path(os.environ.get("GONGDAN_DATA", "var")) / "secret.key")


@lru_cache(maxsize=1)
def master_keys() -> dict[str, bytes]:
    """All master keys by id, the active one first. Made at the first start."""
    path = key_file()
    if not path.exists():
        _make(path)
    keys: dict[str, bytes] = {}
    for line in path.read_text(encoding="ascii").splitlines():
        name, _, value = line.partition(" ")
        if value:
            keys[name] = base64.b64decode(value)
    if not keys:
        raise RuntimeError(f"{path.name} holds no key")
    return keys


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    line = f"k1 {base64.b64encode(secrets.token_bytes(32)).decode()}\n"
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)  # two processes may start at once: the first link wins
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def rotate() -> str:
    """Add a new active master key; older ones stay for decryption. Returns its id."""
    path = key_file()
    keys = master_keys()
    name = f"k{len(keys) + 1}"
    line = f"{name} {base64.b64encode(secrets.token_bytes(32)).decode()}\n"
    temporary = path.with_suffix(".new")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(line + path.read_text(encoding="ascii"))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    master_keys.cache_clear()
    derived.cache_clear()
    return name


@lru_cache(maxsize=256)
def derived(purpose: str, key_id: str) -> bytes:
    """The 256-bit key of a purpose ("blind-index", "personal", "link"), by HKDF-SHA256 (RFC 5869) from a master key."""
    if key_id not in master_keys():  # another process has rotated since we read the file
        master_keys.cache_clear()
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"gongdan/{purpose}/1".encode())
    return kdf.derive(master_keys()[key_id])


def active_id() -> str:
    """The id of the active master key."""
    return next(iter(master_keys()))


def oldest_id() -> str:
    """The id of the first key ever made: blind indexes stay on it until a rebuild."""
    return list(master_keys())[-1]
