"""What a list becomes in a spreadsheet: its columns as typed cells, by visibility and field permissions. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from gongdan.kernel.access import Actor, visible_sql
from gongdan.kernel.errors import Invalid
from gongdan.kernel.work import Work
from gongdan.orders.detail import masked_text
from gongdan.orders.filters import Condition
from gongdan.orders.layouts import vocabulary_fields
from gongdan.orders.listing import JOINS, scope
from gongdan.orders.sheets import Cell

SLA_WORDS = {
    "none": ("", ""), "ok": ("正常", "On time"), "near": ("即将超期", "Due soon"), "breached": ("超期", "Overdue"),
    "paused": ("暂停", "Paused"), "met": ("已达成", "Met"),
}  # fmt: skip


class Column(NamedTuple):
    """A column of the list: its SQL over the list's joins, its head, and the field whose permission it obeys."""

    sql: str
    zh: str
    en: str
    field: str = ""
    read: Callable[[Any, str], Cell] | None = None


def _label(value: Any, locale: str) -> Cell:
    return None if value is None else str(msgspec.json.decode(value)[locale])


def _sla(value: Any, locale: str) -> Cell:
    return SLA_WORDS[value][locale == "en"]


COLUMNS: dict[str, Column] = {
    "number": Column("o.number", "编号", "Number"),
    "title": Column("o.title", "标题", "Title", "title"),
    "state": Column("b.label::text", "状态", "State", read=_label),
    "customer": Column("c.name", "客户", "Customer"),
    "address": Column("o.address", "地址", "Address", "address"),
    "assignee": Column("u.name", "处理人", "Assignee"),
    "team": Column("t.name", "班组", "Team"),
    "sla": Column("o.sla_state", "时限状态", "SLA", read=_sla),
    "due": Column("o.next_due_at", "时限", "Due"),
    "priority": Column("o.priority", "优先级", "Priority"),
    "updated": Column("o.updated_at", "更新时间", "Updated"),
    "created": Column("o.created_at", "创建时间", "Created"),
    "closed": Column("o.closed_at", "关闭时间", "Closed at"),
    "resolved": Column("o.resolved_at", "解决时间", "Resolved at"),
    "blueprint": Column("o.blueprint_key", "工单类型", "Kind of order"),
    "channel": Column("o.channel", "渠道", "Channel"),
    "waiting_on": Column("o.waiting_on", "等待对象", "Waiting on"),
    "tags": Column(
        "(select string_agg(g.tag, ' ' order by g.tag) from orders_tag g where g.tenant_id = o.tenant_id and g.order_id = o.id)",
        "标签",
        "Tags",
    ),
    "description": Column("o.description", "描述", "Description", "description"),
    "contact_name": Column("o.contact_name", "联系人", "Contact", "contact_name"),
    "contact_phone": Column("o.contact_phone", "电话", "Phone", "contact_phone"),
}


class Plan(NamedTuple):
    """The columns of an export, ready to be read: heads, SQL, parameters, and what is made of each value."""

    heads: list[Cell]
    sql: list[str]
    params: list[Any]
    reads: list[Callable[[Any], Cell]]


def plan(work: Work, columns: Sequence[str], locale: str) -> Plan:
    """Columns in the order given, and the zone of the instants at the end. Raises Invalid for what is unknown or hidden."""
    fields = {f.key: f for f in vocabulary_fields(work)} if any(c.startswith("field.") for c in columns) else {}
    made = Plan([], [], [], [])
    for name in columns:
        if name.startswith("field.") and (field := fields.get(name[6:])) is not None:
            made.heads.append(field.label.en if locale == "en" else field.label.zh)
            made.sql.append("(o.fields -> %s)::text")
            made.params.append(field.key)
            words = {o["value"]: o["label"][locale] for o in field.options if "label" in o}
            made.reads.append(partial(_custom, kind=field.kind, words=words))
            continue
        column = COLUMNS.get(name)
        if column is None or work.actor.field_rules.get(f"order.{column.field}") == "hide":
            raise Invalid("export_columns", field="columns", column=name)
        made.heads.append(column.en if locale == "en" else column.zh)
        made.sql.append(column.sql)
        made.reads.append(_reader(work.actor, column, locale))
    made.heads.append("Time zone" if locale == "en" else "时区")
    made.sql.append("null")
    made.reads.append(lambda _: work.actor.zone)
    return made


def _reader(actor: Actor, column: Column, locale: str) -> Callable[[Any], Cell]:
    if actor.field_rules.get(f"order.{column.field}") == "mask":
        return lambda v: masked_text(v) if v else ""
    read = column.read
    return (lambda v: read(v, locale)) if read is not None else (lambda v: v)


def _custom(value: str | None, kind: str, words: dict[str, str]) -> Cell:
    """A custom field's stored JSON as a cell: numbers as numbers, instants as instants, choices in words."""
    found = None if value is None else msgspec.json.decode(value)
    if found is None or found == "":
        return None
    if kind == "instant" and isinstance(found, str):
        return msgspec.convert(found, datetime)
    if isinstance(found, bool):
        return int(found)
    if isinstance(found, int):
        return found
    if isinstance(found, float) or (kind in ("number", "formula", "percent") and isinstance(found, str) and _is_number(found)):
        return Decimal(str(found))
    if isinstance(found, dict) and "minor" in found:
        return Decimal(int(found["minor"])) / 100
    if isinstance(found, dict):
        return str(found.get("typed") or "".join([*map(str, found.get("region") or []), str(found.get("detail") or "")]))
    if isinstance(found, list):
        return " / ".join(words.get(str(v), str(v)) for v in found)
    return words.get(str(found), str(found))


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).removeprefix("-").isdecimal()


def rows(
    work: Work, filters: dict[str, str], ids: Sequence[UUID], columns: Plan, after: UUID | None, most: int
) -> tuple[list[list[Cell]], UUID | None]:
    """The next `most` orders after the id `after`, the newest first: (rows of cells, the last id; None at the end)."""
    visible, params = visible_sql(work.actor, "order.export", "o")
    extra = [Condition(visible, params)]
    if ids:
        extra.append(Condition("o.id = any(%s)", [list(ids)]))
    if after is not None:
        extra.append(Condition("o.id < %s", [after]))
    within = scope(work, filters, extra)
    found = work.read(
        f"with p as materialized (select o.* from orders_order o where {within.sql} order by o.id desc limit %s) "
        f"select o.id, {', '.join(columns.sql)} from p o {JOINS} order by o.id desc",
        [*within.params, most, *columns.params],
    )
    cells = [[read(v) for read, v in zip(columns.reads, row[1:], strict=True)] for row in found]
    return cells, found[-1][0] if len(found) == most else None
