"""Several prepared statements in one round trip, spoken to libpq itself.

psycopg's cursors cost the server 0.05 ms a statement, a third of what a write takes (ADR 0020). Here the same connection, types
and errors are used without them: one pipeline a call, rows as tuples, each text prepared once per connection.
"""

from __future__ import annotations

import re
import select
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import psycopg
from psycopg import errors, pq
from psycopg.adapt import AdaptersMap, PyFormat, Transformer
from psycopg.types.string import TextLoader

Statement = tuple[str, Sequence[Any]]
Row = tuple[Any, ...]
MOST_PREPARED = 150  # statements a connection keeps: PostgreSQL holds a plan of each in every back end
BEGIN, COMMIT = b"begin", b"commit"
_GOOD = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)
_MARK = re.compile(r"%(.)")


class Result(NamedTuple):
    """What one statement brought: its rows, and how many rows it read or wrote."""

    rows: list[Row]
    touched: int


class _Types:
    """How values are read and written: psycopg's own way, but JSON stays text (msgspec reads it)."""

    connection = None
    adapters = AdaptersMap(psycopg.adapters)
    adapters.register_loader("jsonb", TextLoader)
    adapters.register_loader("json", TextLoader)


_TYPES = _Types()


class _Lane:
    """The prepared statements of one connection."""

    def __init__(self, pgconn: pq.abc.PGconn) -> None:
        self.pgconn = pgconn
        self.names: OrderedDict[tuple[str, tuple[int, ...]], bytes] = OrderedDict()
        self.made = 0
        self.poll = select.poll()

    def send(self, statement: Statement, expected: list[_Expected]) -> None:
        """Queue a statement, and before it its preparation when it is new here."""
        sql, params = statement
        types = Transformer(_TYPES)
        values = types.dump_sequence(params, [PyFormat.AUTO] * len(params))
        oids = types.types or ()
        key = (sql, tuple(oids))
        name = self.names.get(key)
        if name is None:
            self._make_room(expected)
            self.made += 1
            name = b"gd%d" % self.made
            self.pgconn.send_prepare(name, _numbered(sql), oids)
            expected.append(_Expected(None, prepared=(key, name)))
        else:
            self.names.move_to_end(key)
        self.pgconn.send_query_prepared(name, values, types.formats, pq.Format.TEXT)
        expected.append(_Expected(types))

    def _make_room(self, expected: list[_Expected]) -> None:
        while len(self.names) >= MOST_PREPARED:
            _, name = self.names.popitem(last=False)
            self.pgconn.send_query_params(b"deallocate " + name, None)
            expected.append(_Expected(None))

    def receive(self) -> pq.abc.PGresult | None:
        """The next result, waiting for it without holding the interpreter."""
        while self.pgconn.is_busy():
            self.poll.poll()
            self.pgconn.consume_input()
        return self.pgconn.get_result()

    def push(self) -> None:
        """Send everything, reading on the way so that neither side waits for the other for ever."""
        descriptor = self.pgconn.socket
        if self.pgconn.flush():
            self.poll.register(descriptor, select.POLLIN | select.POLLOUT)
            while self.pgconn.flush():
                if any(seen & select.POLLIN for _, seen in self.poll.poll()):
                    self.pgconn.consume_input()
        self.poll.register(descriptor, select.POLLIN)


class _Expected:
    """An answer on its way: of a statement (with its types), or of something that brings no rows."""

    __slots__ = ("prepared", "types")

    def __init__(self, types: Any, prepared: tuple[tuple[str, tuple[int, ...]], bytes] | None = None) -> None:
        self.types = types
        self.prepared = prepared


_lanes: WeakKeyDictionary[psycopg.Connection[Any], _Lane] = WeakKeyDictionary()


def run(raw: psycopg.Connection[Any], statements: Iterable[Statement], *, commit: bool = False) -> list[Result]:
    """Run statements in one round trip, in the transaction that is open or begins with them; `commit` ends it.

    Raises psycopg's errors; then nothing after the failing statement has run. A call that is broken off (an interrupt) closes
    the connection: nobody may read another call's answers.
    """
    lane = _lanes.get(raw)
    if lane is None or lane.pgconn is not raw.pgconn:
        lane = _lanes[raw] = _Lane(raw.pgconn)
    pgconn = lane.pgconn
    expected: list[_Expected] = []
    try:
        pgconn.enter_pipeline_mode()
        if not raw.autocommit and pgconn.transaction_status == pq.TransactionStatus.IDLE:
            pgconn.send_query_params(BEGIN, None)
            expected.append(_Expected(None))
        for statement in statements:
            lane.send(statement, expected)
        if commit:
            pgconn.send_query_params(COMMIT, None)
            expected.append(_Expected(None))
        pgconn.pipeline_sync()
        lane.push()
        found, failed = _collect(lane, expected)
        pgconn.exit_pipeline_mode()
    except BaseException:
        pgconn.finish()
        raise
    if failed is not None:
        raise failed
    return found


def _collect(lane: _Lane, expected: list[_Expected]) -> tuple[list[Result], errors.Error | None]:
    """All answers up to the end of the pipeline; the first error, when there is one."""
    found: list[Result] = []
    failed: errors.Error | None = None
    for one in expected:
        result = lane.receive()
        if result is None:
            raise psycopg.OperationalError("the connection ended within a pipeline")
        if result.status in _GOOD:
            if one.prepared is not None:
                lane.names[one.prepared[0]] = one.prepared[1]
            elif one.types is not None:
                found.append(_result(one.types, result))
        elif failed is None:
            failed = _error(lane, result)
        lane.receive()  # the None behind each answer
    end = lane.receive()
    if end is None or end.status != pq.ExecStatus.PIPELINE_SYNC:
        raise failed or psycopg.OperationalError("the connection ended within a pipeline")
    return found, failed


def _result(types: Any, result: pq.abc.PGresult) -> Result:
    if not result.nfields:
        return Result([], result.command_tuples or 0)
    types.set_pgresult(result)
    return Result(types.load_rows(0, result.ntuples, tuple), result.ntuples)


def _error(lane: _Lane, result: pq.abc.PGresult) -> errors.Error:
    error = errors.error_from_result(result)
    if isinstance(error, errors.InvalidSqlStatementName):  # somebody deallocated them all: as good as a lost connection
        lane.names.clear()
        return psycopg.OperationalError(str(error))
    return error if error.sqlstate is not None else psycopg.OperationalError(str(error))


_texts: dict[str, bytes] = {}


def _numbered(sql: str) -> bytes:
    """`%s` → $1, $2 …; `%%` → %."""
    found = _texts.get(sql)
    if found is None:
        number = 0

        def one(match: re.Match[str]) -> str:
            nonlocal number
            if match[1] == "%":
                return "%"
            if match[1] != "s":
                raise psycopg.ProgrammingError(f"only %s marks a parameter: %{match[1]}")
            number += 1
            return f"${number}"

        found = _texts[sql] = _MARK.sub(one, sql).encode()
        if len(_texts) > 10 * MOST_PREPARED:
            _texts.clear()
    return found
