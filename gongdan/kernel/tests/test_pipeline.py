"""Statements on libpq itself: same values and errors as psycopg's cursors, nothing left behind."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.pq import TransactionStatus

from gongdan.kernel import pipeline
from gongdan.kernel.pipeline import run

AT = datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=UTC)
VALUES: list[tuple[str, Any]] = [
    ("uuid", UUID(int=7)),
    ("text", "空调漏水 😀 %s %% \\ ' \""),
    ("int", 7),
    ("bigint", 2**40),
    ("boolean", True),
    ("bytea", b"\x00\xff"),
    ("timestamptz", AT),
    ("date", date(2026, 3, 2)),
    ("numeric", Decimal("1.50")),
    ("text[]", ["a", "b,c", '"']),
    ("uuid[]", [UUID(int=1), UUID(int=2)]),
    ("text", None),
]


@pytest.fixture
def raw() -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(os.environ["GONGDAN_SUPER_DATABASE_URL"]) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.commit()
        yield connection


@pytest.mark.parametrize(("kind", "value"), VALUES, ids=[k for k, _ in VALUES])
def test_values_go_in_and_come_out_as_they_were(raw: psycopg.Connection[Any], kind: str, value: Any) -> None:
    for _ in range(2):  # once as it is prepared, once again
        assert run(raw, [(f"select %s::{kind}, '%%'", [value])])[0].rows == [(value, "%")]


def test_json_stays_text_for_those_who_read_it_themselves(raw: psycopg.Connection[Any]) -> None:
    assert run(raw, [("""select '{"a": 1}'::jsonb, '{"a":1}'::json""", [])])[0].rows == [('{"a": 1}', '{"a":1}')]


def test_counts_of_writes_are_told_and_a_commit_ends_the_transaction(raw: psycopg.Connection[Any]) -> None:
    made, filled, read = run(
        raw,
        [
            ("create temporary table t (n int)", []),
            ("insert into t select generate_series(1, %s)", [5]),
            ("select n from t where n > %s order by n", [3]),
        ],
        commit=True,
    )
    assert (made.rows, filled.touched, read.rows) == ([], 5, [(4,), (5,)])
    assert raw.pgconn.transaction_status == TransactionStatus.IDLE


def test_the_first_error_is_raised_and_nothing_behind_it_has_run(raw: psycopg.Connection[Any]) -> None:
    run(raw, [("create temporary table t (n int primary key)", [])], commit=True)
    with pytest.raises(psycopg.errors.UniqueViolation):
        run(
            raw, [("insert into t values (1)", []), ("insert into t values (1)", []), ("insert into t values (2)", [])], commit=True
        )
    raw.rollback()
    assert run(raw, [("select count(*) from t", [])])[0].rows == [(0,)]


def test_a_statement_that_could_not_be_prepared_is_prepared_the_next_time(raw: psycopg.Connection[Any]) -> None:
    fresh: tuple[str, list[Any]] = ("select 42 as the_answer", [])
    with pytest.raises(psycopg.errors.DivisionByZero):
        run(raw, [("select 1 / %s", [0]), fresh])
    raw.rollback()
    assert run(raw, [fresh])[0].rows == [(42,)]


def test_prepared_statements_are_let_go_when_too_many(raw: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "MOST_PREPARED", 5)
    for n in [*range(12), *range(12)]:
        assert run(raw, [(f"select {n} + %s", [n])])[0].rows == [(2 * n,)]
    names = raw.execute("select count(*) from pg_prepared_statements where name like 'gd%'").fetchone()
    assert names == (5,)


def test_answers_larger_than_any_buffer_block_nobody(raw: psycopg.Connection[Any]) -> None:
    big = "工" * 3_000_000
    results = run(raw, [("select %s::text", [big])] * 4)
    assert [r.rows[0][0] == big for r in results] == [True] * 4


def test_a_lost_connection_is_an_operational_error(raw: psycopg.Connection[Any]) -> None:
    with psycopg.connect(os.environ["GONGDAN_SUPER_DATABASE_URL"], autocommit=True) as other:
        other.execute("select pg_terminate_backend(%s)", [raw.info.backend_pid])
    with pytest.raises(psycopg.OperationalError):
        run(raw, [("select 1", [])])


@pytest.fixture
def interrupts() -> Iterator[None]:
    """Ctrl-C is an exception, whatever other tests made of it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interrupts")
def test_an_interrupt_closes_the_connection_so_that_nobody_reads_its_answers(raw: psycopg.Connection[Any]) -> None:
    timer = threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run(raw, [("select pg_sleep(10)", [])])
    assert time.monotonic() - begun < 5
    assert raw.closed


def test_only_plain_marks_are_taken(raw: psycopg.Connection[Any]) -> None:
    with pytest.raises(psycopg.ProgrammingError, match="only %s"):
        run(raw, [("select %d", [1])])


def test_a_connection_whose_statements_are_gone_counts_as_lost_and_then_recovers(raw: psycopg.Connection[Any]) -> None:
    run(raw, [("select 1 + %s", [1])], commit=True)
    raw.execute("deallocate all")
    with pytest.raises(psycopg.OperationalError):
        run(raw, [("select 1 + %s", [1])])
    raw.rollback()
    assert run(raw, [("select 1 + %s", [1])])[0].rows == [(2,)]


def test_a_rollback_to_a_savepoint_leaves_prepared_statements_alone() -> None:
    """psycopg deallocates all after a rollback when it prepares itself: the settings say that it must not."""
    from django.db import connection, transaction

    from gongdan.kernel.work import raw_connection

    with transaction.atomic():
        for _ in range(3):
            run(raw_connection(), [("select 2 + %s", [1])])
            with connection.cursor() as cursor:
                cursor.execute("select 1")
            mark = transaction.savepoint()
            transaction.savepoint_rollback(mark)
        assert run(raw_connection(), [("select 2 + %s", [1])])[0].rows == [(3,)]
    connection.close()
