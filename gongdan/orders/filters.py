"""The filter grammar of order lists (ADR 0012): query parameters → one SQL condition, never built from input.

A filter is `name=value`; several values are separated by commas and mean "any of". Dates are instants (ISO 8601) or relative ones
(`relative.py`), which are resolved before they get here. Custom fields are `field.<key>=value`, with `..` for ranges of numbers,
days and instants. Unknown names are refused by name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from gongdan.blueprints.document import FAMILY_NUMBERS
from gongdan.kernel import bigrams, personal, phones
from gongdan.kernel.access import Actor
from gongdan.kernel.errors import Invalid
from gongdan.kernel.ids import floor_id
from gongdan.orders.projection import part_key

SLA_STATES = ("none", "ok", "near", "breached", "paused", "met")
SEARCH_MOST = 1_000
# an order's id carries an instant within these of its creation: checked where clients make ids (`actions/creating.py`)
OLDEST_ID, NEWEST_ID = timedelta(days=31), timedelta(days=2)
# by deadline; orders without one come last. The index of migration 0005 has the same expression
# (CASE, not coalesce: row-level security lets only what cannot leak reach an index)
DUE = "(case when o.next_due_at is null then '9999-12-31 00:00:00+00'::timestamptz else o.next_due_at end)"
DAY_LENGTH = len("2026-03-02")
DAY_END = timedelta(days=1) - timedelta(microseconds=1)
# a number as people say it: WX-000123, wx123, #123, 000123; its digits are written with at least six places
NUMBER = re.compile(r"(?:([A-Z][A-Z0-9]*?)[-\s]*|#)?0*([0-9]{1,12})")
NUMBER_PLACES = 6
TAIL, LONGEST_TAIL = 4, 10


class Condition(NamedTuple):
    """A piece of SQL over alias o, and its parameters."""

    sql: str
    params: list[Any]


def conditions(actor: Actor, given: dict[str, str], kinds: Mapping[str, str]) -> list[Condition]:
    """The conditions of all filters given; `kinds` of the custom fields among them. Raises Invalid naming the filter."""
    return [_condition(actor, name, value, kinds) for name, value in given.items() if value != ""]


def _condition(actor: Actor, name: str, value: str, kinds: Mapping[str, str]) -> Condition:
    if len(value) > 2_000:
        raise Invalid("invalid_value", field=name, reason="≤ 2000")
    if name.startswith("field."):
        return _custom(name[6:], value, kinds.get(name[6:], ""))
    build = FILTERS.get(name)
    if build is None:
        raise Invalid("filter_unknown", field=name)
    return build(actor, name, value)


def _words(column: str, known: tuple[str, ...] | None = None) -> Callable[[Actor, str, str], Condition]:
    def build(_: Actor, name: str, value: str) -> Condition:
        values = value.split(",")
        if known is not None and not set(values) <= set(known):
            raise Invalid("invalid_value", field=name, reason=" | ".join(known))
        if len(values) == 1:
            return Condition(f"{column} = %s", [values[0]])
        return Condition(f"{column} = any(%s)", [values])

    return build


def _ids(column: str) -> Callable[[Actor, str, str], Condition]:
    def build(actor: Actor, name: str, value: str) -> Condition:
        if value == "none":
            return Condition(f"{column} is null", [])
        try:
            ids = [actor.id if v == "me" else UUID(v) for v in value.split(",")]
        except ValueError:
            raise Invalid("invalid_value", field=name, reason="UUID | me | none") from None
        if len(ids) == 1:
            return Condition(f"{column} = %s", [ids[0]])
        return Condition(f"{column} = any(%s)", [ids])

    return build


def _instant(column: str, operator: str) -> Callable[[Actor, str, str], Condition]:
    def build(_: Actor, name: str, value: str) -> Condition:
        try:
            at = msgspec.convert(value.replace(" ", "+"), datetime)
        except msgspec.ValidationError:
            raise Invalid("invalid_value", field=name, reason="2026-03-02T01:00:00Z") from None
        if at.tzinfo is None:
            raise Invalid("invalid_value", field=name, reason="2026-03-02T01:00:00Z")
        return Condition(f"{column} {operator} %s", [at])

    return build


def _resolved(operator: str) -> Callable[[Actor, str, str], Condition]:
    """A range of resolving. Who cancels resolves nothing."""
    exact = _instant("o.resolved_at", operator)

    def build(actor: Actor, name: str, value: str) -> Condition:
        condition = exact(actor, name, value)
        return Condition(f"{condition.sql} and not o.cancelled", condition.params)

    return build


def _made(column: str, operator: str) -> Callable[[Actor, str, str], Condition]:
    """A range of creation (or opening, which is never later): it bounds the ids too, so that the list begins at the right place."""
    exact = _instant(column, operator)

    def build(actor: Actor, name: str, value: str) -> Condition:
        condition = exact(actor, name, value)
        (at,) = condition.params
        low = operator == ">="
        try:
            bound = floor_id(at - OLDEST_ID if low else at + NEWEST_ID)
        except (OverflowError, ValueError):
            return condition
        return Condition(f"{condition.sql} and o.id {operator} %s", [at, bound])

    return build


def _box(_: Actor, name: str, value: str) -> Condition:
    """Orders on the map: west,south,east,north in degrees; a box over the date line has west > east."""
    try:
        west, south, east, north = (float(v) for v in value.split(","))
        if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
            raise ValueError
    except ValueError:
        raise Invalid("invalid_value", field=name, reason="113.7,22.4,114.6,22.9") from None
    across = "(o.lng >= %s or o.lng <= %s)" if west > east else "o.lng >= %s and o.lng <= %s"
    return Condition(f"o.lat is not null and o.lat >= %s and o.lat <= %s and {across}", [south, north, west, east])


def _family(_: Actor, name: str, value: str) -> Condition:
    try:
        numbers = [FAMILY_NUMBERS[v] for v in value.split(",")]
    except KeyError:
        raise Invalid("invalid_value", field=name, reason=" | ".join(FAMILY_NUMBERS)) from None
    return Condition("o.family = any(%s)", [numbers]) if len(numbers) > 1 else Condition(f"o.family = {numbers[0]:d}", [])


def _priority(_: Actor, name: str, value: str) -> Condition:
    values = value.split(",")
    if not set(values) <= {"1", "2", "3", "4"}:
        raise Invalid("invalid_value", field=name, reason="1 | 2 | 3 | 4")
    numbers = [int(v) for v in values]
    if len(numbers) == 1:
        return Condition("o.priority = %s::smallint", [numbers[0]])
    return Condition("o.priority = any(%s::smallint[])", [numbers])


def _open(_: Actor, name: str, value: str) -> Condition:
    if value not in ("true", "false"):
        raise Invalid("invalid_value", field=name, reason="true | false")
    return Condition("o.family < 4" if value == "true" else "o.family = 4", [])


def _tag(_: Actor, __: str, value: str) -> Condition:
    return Condition(
        "o.id in (select t.order_id from orders_tag t where t.tenant_id = o.tenant_id and t.tag = any(%s))",
        [value.split(",")],
    )


def _step(_: Actor, __: str, value: str) -> Condition:
    return Condition(
        "o.id in (select k.order_id from orders_token k where k.tenant_id = o.tenant_id and k.state = 'open' and k.node = any(%s))",
        [value.split(",")],
    )


def _passed(_: Actor, name: str, value: str) -> Condition:
    """Orders that left a step within a time: step@from..to."""
    step, at, span = value.partition("@")
    since, until = (_moment(end) for end in (span.partition("..")[::2]))
    if not (step and at and since and until):
        raise Invalid("invalid_value", field=name, reason="step@2026-03-02..2026-03-09")
    return Condition(
        "o.id in (select k.order_id from orders_token k where k.tenant_id = o.tenant_id and k.state = 'done' and k.node = %s "
        "and k.done_at >= %s and k.done_at < %s)",
        [step, since, until],
    )


def _fact(sql: str) -> Callable[[Actor, str, str], Condition]:
    """A yes that can be asked for; its opposite is nearly everything and no filter."""

    def build(_: Actor, name: str, value: str) -> Condition:
        if value != "true":
            raise Invalid("invalid_value", field=name, reason="true")
        return Condition(sql, [])

    return build


def _watching(actor: Actor, name: str, value: str) -> Condition:
    if value != "me":
        raise Invalid("invalid_value", field=name, reason="me")
    return Condition(
        "o.id in (select w.order_id from orders_watcher w where w.tenant_id = o.tenant_id and w.user_id = %s)",
        [actor.id],
    )


def search_condition(actor: Actor, text: str, most: int = SEARCH_MOST) -> Condition:
    """Full text, order number, phone or phone tail: candidate ids from reviewed look-ups, visibility comes after.

    Of each way at most the `most` newest: a firm's own number may stand on every tenth order.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if len(text) > 200:
        raise Invalid("query_too_long", field="q")
    # a number or phone of a merged order finds the one that lives on
    parts = ["select coalesce(n.merged_into_id, n.id) from orders_order n where n.number = upper(%s)"]
    params: list[Any] = [text]
    number = NUMBER.fullmatch(text.upper())
    if number:
        parts.append(
            "select coalesce(n.merged_into_id, n.id) from orders_order n where n.number = any(array("
            "select b.prefix || '-' || %s from blueprints_blueprint b where %s = '' or b.prefix = %s))"
        )
        params += [number[2].zfill(NUMBER_PLACES), number[1] or "", number[1] or ""]
    digits = phones.digits(text)
    if digits == text and TAIL <= len(digits) <= LONGEST_TAIL:
        parts.append(
            "(select coalesce(p.merged_into_id, p.id) from orders_order p where p.phone_tail_index = %s "
            "and right(p.contact_phone, %s) = %s order by p.id desc limit %s)"
        )
        params += [personal.tail_index(actor.tenant_id, digits[-TAIL:]), len(digits), digits, most]
    if digits and len(digits) >= 7 and len(digits) >= len(text) - 4:
        parts.append(
            "(select coalesce(p.merged_into_id, p.id) from orders_order p where p.phone_index = %s order by p.id desc limit %s)"
        )
        params += [personal.phone_index(actor.tenant_id, phones.parse(text).e164), most]
    words = bigrams.query(text)
    if words:
        parts.append("select search_orders(%s, %s)")
        params += [words, most]
    return Condition(f"o.id = any(array({' union all '.join(parts)}))", params)


def _custom(key: str, value: str, kind: str) -> Condition:
    if not key or len(key) > 60:
        raise Invalid("filter_unknown", field=f"field.{key}")
    if kind in ("multi_choice", "tree"):  # any of its options; anything at or below a node
        rows = [part_key(key, part) for part in value.split(",")]
        return Condition(
            "o.id in (select f.order_id from orders_field f where f.tenant_id = o.tenant_id and f.field = any(%s))", [rows]
        )
    base = "o.id in (select f.order_id from orders_field f where f.tenant_id = o.tenant_id and f.field = %s and "
    low, dots, high = value.partition("..")
    if dots:
        return _between(key, base, low.strip(), high.strip())
    values = value.split(",")
    numbers = [n for v in values if (n := _decimal(v)) is not None]
    days = [d for v in values if (d := _moment(v)) is not None]
    parts = ["f.text_value = any(%s)"]
    params: list[Any] = [key, values]
    if numbers:
        parts.append("f.number_value = any(%s)")
        params.append(numbers)
    if days:
        parts.append("f.instant_value = any(%s)")
        params.append(days)
    return Condition(f"{base}({' or '.join(parts)}))", params)


def _between(key: str, base: str, low: str, high: str) -> Condition:
    """A range of numbers, or of days or instants; either end may be open, a day as upper end is meant whole."""
    since, until = _moment(low), _moment(high)
    if (since is not None or not low) and (until is not None or not high) and (low or high):
        if until is not None and len(high) == DAY_LENGTH:
            until += DAY_END
        bounds = [since or datetime.min.replace(tzinfo=UTC), until or datetime.max.replace(tzinfo=UTC)]
        return Condition(base + "f.instant_value between %s and %s)", [key, *bounds])
    try:
        numbers = [Decimal(low or "-1e30"), Decimal(high or "1e30")]
    except InvalidOperation:
        raise Invalid("invalid_value", field=f"field.{key}", reason="1..100 | 2026-03-01..2026-03-31") from None
    return Condition(base + "f.number_value between %s and %s)", [key, *numbers])


def _moment(text: str) -> datetime | None:
    """A day (its first instant, UTC, as the projection keeps it) or an instant with a zone."""
    try:
        if len(text) == DAY_LENGTH:
            return datetime.combine(date.fromisoformat(text), time(), tzinfo=UTC)
        at = datetime.fromisoformat(text.replace(" ", "+"))
    except (ValueError, OverflowError):
        return None
    return at if at.tzinfo is not None else None


def _decimal(value: str) -> Decimal | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal("1e28") else None


FILTERS: dict[str, Callable[[Actor, str, str], Condition]] = {
    "id": _ids("o.id"),
    "bbox": _box,
    "state": _words("o.state"),
    "family": _family,
    "priority": _priority,
    "team_id": _ids("o.team_id"),
    "assignee_id": _ids("o.assignee_id"),
    "created_by": _ids("o.created_by"),
    "customer_id": _ids("o.customer_id"),
    "asset_id": _ids("o.asset_id"),
    "site_id": _ids("o.site_id"),
    "org_unit_id": _ids("o.org_unit_id"),
    "blueprint": _words("o.blueprint_key"),
    "channel": _words("o.channel"),
    "sla": _words("o.sla_state", SLA_STATES),
    "waiting_on": _words("o.waiting_on", ("us", "customer", "vendor", "parts")),
    "open": _open,
    "tag": _tag,
    "watching": _watching,
    "external_key": _words("o.external_key"),
    "created_from": _made("o.created_at", ">="),
    "created_to": _made("o.created_at", "<"),
    "opened_from": _made("o.opened_at", ">="),
    "opened_to": _instant("o.opened_at", "<"),
    "closed_from": _instant("o.closed_at", ">="),
    "resolved_from": _resolved(">="),
    "resolved_to": _resolved("<"),
    "reopened": _fact("o.reopened > 0"),
    "first_time": _fact("o.reopened = 0 and o.handovers = 0"),
    "step": _step,
    "passed": _passed,
    "due_from": _instant(DUE, ">="),
    "due_before": _instant(DUE, "<"),
    "updated_from": _instant("o.updated_at", ">="),
    "q": lambda actor, _, value: search_condition(actor, value),
}


def register(name: str, build: Callable[[Actor, str, str], Condition]) -> None:
    """A filter over what an upper slice knows of an order; called once, when the process starts."""
    FILTERS[name] = build
