"""Personal values: sealed under a key per person, found by blind indexes (ADR 0004, 0010).

A subject (a contact, or an order without one) has a data key, wrapped by the master key. What is sealed can travel in the
ledger: destroying the data key erases it while every hash stays valid.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gongdan.kernel.secrets import active_id, derived, oldest_id
from gongdan.kernel.work import Work

PUT_KEY = (
    "insert into kernel_subject_key (tenant_id, id, wrapped, key_id, created_at) values (%s, %s, %s, %s, %s) "
    # a subject that was erased and comes back gets a new key; what the old one sealed stays erased
    "on conflict (tenant_id, id) do update set wrapped = excluded.wrapped, key_id = excluded.key_id, destroyed_at = null "
    "where kernel_subject_key.wrapped is null"
)
GET_KEY = "select wrapped, key_id from kernel_subject_key where id = %s and destroyed_at is null"
DESTROY = "update kernel_subject_key set wrapped = null, destroyed_at = %s where id = %s and destroyed_at is null"
PREFIX = "s1."


def seal(work: Work, subject_id: UUID, text: str, *, new_subject: bool = False) -> str:
    """Encrypt `text` for a subject; the result is safe to keep in the ledger. `new_subject` saves the look-up."""
    key = _subject_key(work, subject_id, new=new_subject)
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), _bound_to(work.actor.tenant_id, subject_id))
    return PREFIX + base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(work: Work, subject_id: UUID, token: str) -> str | None:
    """The text of a sealed value; None when the subject's key is destroyed or the value is not theirs."""
    row = work.one(GET_KEY, [subject_id])
    if row is None or row[0] is None or not token.startswith(PREFIX):
        return None
    raw = base64.urlsafe_b64decode(token[len(PREFIX) :])
    key = _unwrap(bytes(row[0]), row[1], work.actor.tenant_id, subject_id)
    try:
        return AESGCM(key).decrypt(raw[:12], raw[12:], _bound_to(work.actor.tenant_id, subject_id)).decode()
    except InvalidTag:
        return None


def destroy(work: Work, subject_id: UUID) -> None:
    """Erase a subject: everything sealed for them is gone for ever."""
    work.write(DESTROY, [work.at, subject_id])
    work.loaded.pop(("subject", subject_id), None)


def _subject_key(work: Work, subject_id: UUID, *, new: bool) -> bytes:
    held: bytes | None = work.loaded.get(("subject", subject_id))
    if held is not None:
        return held
    row = None if new else work.one(GET_KEY, [subject_id])
    if row is not None and row[0] is not None:
        key = _unwrap(bytes(row[0]), row[1], work.actor.tenant_id, subject_id)
    else:
        key = secrets.token_bytes(32)
        nonce = secrets.token_bytes(12)
        name = active_id()
        bound = _bound_to(work.actor.tenant_id, subject_id)
        wrapped = nonce + AESGCM(derived("personal", name)).encrypt(nonce, key, bound)
        work.put(("subject_key", subject_id), PUT_KEY, [work.actor.tenant_id, subject_id, wrapped, name, work.at])
    work.loaded[("subject", subject_id)] = key
    return key


def _unwrap(wrapped: bytes, key_id: str, tenant_id: UUID, subject_id: UUID) -> bytes:
    return AESGCM(derived("personal", key_id)).decrypt(wrapped[:12], wrapped[12:], _bound_to(tenant_id, subject_id))


def _bound_to(tenant_id: UUID, subject_id: UUID) -> bytes:
    return tenant_id.bytes + subject_id.bytes


def _blind(kind: str, tenant_id: UUID, value: str) -> bytes:
    key = derived("blind-index", oldest_id())
    return hmac.digest(key, kind.encode() + tenant_id.bytes + value.encode(), hashlib.sha256)[:16]


def phone_index(tenant_id: UUID, e164: str) -> bytes | None:
    """The blind index of a whole phone number; None for no number."""
    return _blind("phone", tenant_id, e164) if e164 else None


def phone_tail_index(tenant_id: UUID, e164: str) -> bytes | None:
    """The blind index of a phone number's last four digits."""
    return tail_index(tenant_id, e164[-4:]) if e164 else None


def tail_index(tenant_id: UUID, digits: str) -> bytes:
    """The blind index of four digits typed in a search."""
    return _blind("tail", tenant_id, digits)
