"""Reads of customers."""

from __future__ import annotations

import unicodedata
from typing import Any, NamedTuple
from uuid import UUID

from gongdan.accounts.actions import pinyin_key
from gongdan.customers.schemas import ContactOut, CustomerOut, CustomerQuery, CustomerRow, SiteOut
from gongdan.kernel import bigrams, personal, phones
from gongdan.kernel.access import can, require
from gongdan.kernel.errors import NotFound
from gongdan.kernel.hooks import Blocker
from gongdan.kernel.http.paging import Page, clamp, decode_cursor, encode_cursor
from gongdan.kernel.pipeline import Row, Statement
from gongdan.kernel.work import Work

ROW = "c.id, c.code, c.name, c.pinyin, c.tier, c.phone_typed, c.version"
CONTACT = "id, customer_id, name, title, phone_typed, email, version"
SITE = "id, customer_id, name, province, city, district, detail, region, lng, lat, datum, version"

# a range and not LIKE: comparisons may use the index under row-level security
NAMED = (
    "select k.id, k.name, k.phone_typed, k.customer_id from customers_contact k "
    "join customers_customer c on c.id = k.customer_id and c.merged_into_id is null "
    'where k.pinyin collate "C" >= %s and k.pinyin collate "C" < %s and k.name like %s '
    'order by k.pinyin collate "C", k.id limit 10'
)
LAST_CHARACTER = "\U0010ffff"
SHORT = 2
WHOLE_PHONE = 7


def matching(work: Work, text: str) -> tuple[str, list[Any]]:
    """A condition over alias c that finds customers by what people type; ("true", []) for nothing typed."""
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        return "true", []
    digits = phones.digits(text)
    tenant = work.actor.tenant_id
    parts = ["c.code = %s", "c.pinyin like %s", "c.pinyin like %s"]
    beginning = escaped(text.lower())
    params: list[Any] = [text, f"{beginning}%", f"% {beginning}%"]
    if len(digits) == 4 and digits == text:
        parts.append(
            "c.phone_tail_index = %s or c.id in (select k.customer_id from customers_contact k where k.phone_tail_index = %s)"
        )
        tail = personal.tail_index(tenant, digits)
        params += [tail, tail]
    elif len(digits) >= 7:
        parts.append("c.phone_index = %s or c.id in (select k.customer_id from customers_contact k where k.phone_index = %s)")
        whole = personal.phone_index(tenant, phones.parse(text).e164)
        params += [whole, whole]
    words = bigrams.query(text)
    if words:
        parts.append("c.id in (select search_customers(%s, 500))")
        params.append(words)
    return "(" + " or ".join(parts) + ")", params


def contacts_named(work: Work, text: str) -> list[Row]:
    """Contacts whose name, or its pinyin, begins with what was typed: [(id, name, phone, customer id)], at most ten."""
    text = unicodedata.normalize("NFKC", text).strip()
    beginning = pinyin_key(text).partition(" ")[0] if not text.isascii() else text.lower()
    name = "" if text.isascii() else text
    if not beginning:
        return []
    return work.read(NAMED, [beginning, beginning + LAST_CHARACTER, f"{escaped(name)}%"])


def palette(work: Work, text: str, most: int) -> Statement | None:
    """Customers for the palette: (id, name, phone, id); None when the actor may not see customers or nothing can match."""
    typed = Typed.of(text)
    if not typed.text or not can(work.actor, "customer.view"):
        return None
    parts = ["select c.id from customers_customer c where c.code = %s"]
    params: list[Any] = [typed.text]
    if typed.latin:
        parts.append("select find_customers(%s, %s, %s)")
        params += [typed.latin, typed.pattern, most]
    words = bigrams.query(typed.text)
    if words:
        parts.append("select search_customers(%s, %s)")
        params += [words, 10 * most]
    if typed.tail:
        tail = personal.tail_index(work.actor.tenant_id, typed.tail[-4:])
        parts.append("select c.id from customers_customer c where c.phone_tail_index = %s and right(c.phone, %s) = %s")
        parts.append("select k.customer_id from customers_contact k where k.phone_tail_index = %s and right(k.phone, %s) = %s")
        params += [tail, len(typed.tail), typed.tail] * 2
    if len(phones.digits(typed.text)) >= WHOLE_PHONE:
        parts.append("select c.id from customers_customer c where c.phone_index = %s")
        parts.append("select k.customer_id from customers_contact k where k.phone_index = %s")
        params += [personal.phone_index(work.actor.tenant_id, phones.parse(typed.text).e164)] * 2
    sql = (
        f"select c.id, c.name, c.phone_typed, c.id from customers_customer c where c.id = any(array({' union all '.join(parts)})) "
        "and c.merged_into_id is null order by (c.pinyin like %s or c.name like %s) desc, c.pinyin, c.id limit %s"
    )
    return sql, [*params, f"{escaped(typed.latin or '-')}%", f"{escaped(typed.text)}%", most]


def palette_contacts(work: Work, text: str, most: int) -> Statement | None:
    """Contacts by the beginning of their name, its pinyin or initials: (id, name, phone, customer id)."""
    typed = Typed.of(text)
    if not typed.text or not can(work.actor, "customer.view"):
        return None
    if typed.latin:
        found, params = "k.id = any(array(select find_contacts(%s, %s, %s)))", [typed.latin, typed.pattern, most]
    else:
        beginning = pinyin_key(typed.text).partition(" ")[0]
        if not beginning or typed.text.isascii():
            return None
        found = 'k.pinyin collate "C" >= %s and k.pinyin collate "C" < %s and k.name like %s'
        params = [beginning, beginning + LAST_CHARACTER, f"{escaped(typed.text)}%"]
    sql = (
        "select k.id, k.name, k.phone_typed, k.customer_id from customers_contact k "
        f"join customers_customer c on c.id = k.customer_id and c.merged_into_id is null where {found} "
        'order by k.pinyin collate "C", k.id limit %s'
    )
    return sql, [*params, most]


class Typed(NamedTuple):
    """What was typed, folded, and how it may be meant: `latin` letters of pinyin or initials, the `tail` of a phone."""

    text: str
    latin: str
    pattern: str
    tail: str

    @classmethod
    def of(cls, text: str) -> Typed:
        """Read a text as people type it: full-width forms, spaces between syllables."""
        text = unicodedata.normalize("NFKC", text).strip()
        close = "".join(text.lower().split())
        latin = close if close.isascii() and close.isalnum() and not close.isdigit() else ""
        # two letters begin a word; three and more may stand anywhere, as trigrams find them
        pattern = f"%{latin}%" if len(latin) > SHORT else f"% {latin}%"
        return cls(text, latin, pattern, close if close.isascii() and close.isdigit() and 4 <= len(close) <= 10 else "")


def escaped(text: str) -> str:
    """A text as LIKE takes it literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def page(work: Work, query: CustomerQuery) -> Page[CustomerRow]:
    """Customers by pinyin, one page."""
    require(work.actor, "customer.view")
    limit = clamp(query.limit)
    after = decode_cursor(query.cursor, str, UUID) if query.cursor else ["", UUID(int=0)]
    where, params = matching(work, query.q)
    rows = work.read(
        f"select {ROW} from customers_customer c where c.merged_into_id is null and (c.pinyin, c.id) > (%s, %s) "
        f"and {where} order by c.pinyin, c.id limit %s",
        [*after, *params, limit + 1],
    )
    found = [CustomerRow(*r) for r in rows[:limit]]
    more = encode_cursor(found[-1].pinyin, found[-1].id) if len(rows) > limit else None
    return Page(items=found, next=more)


def one(work: Work, customer_id: UUID) -> CustomerOut:
    """A customer with contacts and sites. Raises NotFound."""
    return shown(work, work.batch(statements(customer_id)))


def statements(customer_id: UUID) -> list[Statement]:
    """What `shown` needs, for read models that send more in the same round trip."""
    return [
        ("select id, code, name, tier, phone_typed, notes, version from customers_customer where id = %s", [customer_id]),
        (f"select {CONTACT} from customers_contact where customer_id = %s order by pinyin limit 500", [customer_id]),
        (f"select {SITE} from customers_site where customer_id = %s order by name limit 500", [customer_id]),
    ]


def shown(work: Work, rows: list[list[Row]]) -> CustomerOut:
    """The answers to `statements` as the actor may see them. Raises NotFound, NotAllowed."""
    require(work.actor, "customer.view")
    customer, contacts, sites = rows
    if not customer:
        raise NotFound("not_found")
    id_, code, name, tier, phone, notes, version = customer[0]
    shown_tier = tier if can(work.actor, "customer.view", field="customer.tier") else None
    return CustomerOut(
        id_,
        code,
        name,
        shown_tier,
        phone,
        notes,
        version,
        [ContactOut(*c) for c in contacts],
        [SiteOut(*s) for s in sites],
    )


def by_phone(work: Work, typed: str) -> tuple[UUID, UUID | None] | None:
    """(customer id, contact id) of a phone number, the oldest first; None when unknown. For intake."""
    e164 = phones.parse(typed).e164
    if not e164:
        return None
    index = personal.phone_index(work.actor.tenant_id, e164)
    row = work.one("select customer_id, id from customers_contact where phone_index = %s order by id limit 1", [index])
    if row is None:
        row = work.one(
            "select id, null::uuid from customers_customer where phone_index = %s and merged_into_id is null order by id limit 1",
            [index],
        )
    return (row[0], row[1]) if row else None


def exists(work: Work, customer_id: UUID) -> bool:
    """Whether there is such a customer."""
    return work.one("select 1 from customers_customer where id = %s", [customer_id]) is not None


def missing_owner(work: Work, owner: tuple[str, UUID]) -> list[Blocker]:
    """What keeps a calendar from being given to ("customer", id): no such customer. Other kinds are not asked here."""
    kind, owner_id = owner
    return [Blocker(code="not_found")] if kind == "customer" and not exists(work, owner_id) else []


def owners(work: Work, contact_id: UUID | None, site_id: UUID | None) -> tuple[UUID | None, UUID | None]:
    """Whose contact and whose site these are; None for what is not there."""
    (found,) = work.read(
        "select (select customer_id from customers_contact where id = %s), (select customer_id from customers_site where id = %s)",
        [contact_id, site_id],
    )
    return found[0], found[1]


def site(work: Work, site_id: UUID) -> SiteOut | None:
    """A site by id."""
    row = work.one(f"select {SITE} from customers_site where id = %s", [site_id])
    return SiteOut(*row) if row else None
