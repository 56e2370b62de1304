"""Tree → closure. Bounded in steps, size and time; nothing is ever evaluated as code.

Empty values: arithmetic with an empty value is empty, `&` reads it as "", a comparison with it is false. `=` and `<>` too: ask
ISBLANK for emptiness. An empty condition counts as false.
"""

from __future__ import annotations

import operator
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from gongdan.engines.expressions import functions, functions_date, functions_text, values
from gongdan.engines.expressions.syntax import (
    COMPARISONS,
    Binary,
    Call,
    ExpressionError,
    Field,
    ListOf,
    Literal,
    Node,
    Unary,
    check_bounds,
)

_REGISTERED = (functions_date, functions_text)  # importing them registers their functions
Values = Mapping[str, object]
Run = Callable[[Values, "Context"], Any]
LOOK_AT_CLOCK = 16  # steps; one step handles at most 100,000 characters
ITEMS_A_STEP = functions.ITEMS_A_STEP


class Workdays(Protocol):
    """A calendar of working days."""

    def is_workday(self, day: date) -> bool: ...


@dataclass(slots=True)
class Context:
    """What an evaluation may know and how much it may cost: steps, and seconds of this thread's own time (checked every 16 steps).

    Own time, not the wall's: a busy machine must not make a sound formula fail.
    """

    now: datetime
    today: date
    zone: str = "Asia/Shanghai"
    steps: int = 10_000
    seconds: float = 0.05
    workdays: Workdays | None = None
    timer: Callable[[], float] = time.thread_time
    _used: int = field(default=0, repr=False)
    _look: int = field(default=LOOK_AT_CLOCK, repr=False)
    _until: float | None = field(default=None, repr=False)

    def begin(self) -> None:
        """A new evaluation: the budget is full again."""
        self._used = 0
        self._look = LOOK_AT_CLOCK
        self._until = None

    def tick(self, steps: int = 1) -> None:
        """One step or more. Raises too_many_steps or too_slow."""
        self._used += steps
        if self._used > self.steps:
            raise ExpressionError("too_many_steps")
        if self._used >= self._look:
            self._look = self._used + LOOK_AT_CLOCK
            now = self.timer()
            if self._until is None:
                self._until = now + self.seconds
            elif now > self._until:
                raise ExpressionError("too_slow")


class Program:
    """A compiled expression."""

    __slots__ = ("_run", "node")

    def __init__(self, node: Node, run: Run) -> None:
        self.node = node
        self._run = run

    def evaluate(self, given: Values, context: Context) -> Any:
        """The value for `given` fields. Raises ExpressionError, never anything else."""
        context.begin()
        try:
            return self._run(given, context)
        except ArithmeticError:  # decimal's overflow and invalid operations, datetime's end of the calendar
            raise ExpressionError("number_range") from None

    def __call__(self, given: Values, context: Context) -> Any:
        return self.evaluate(given, context)


def compile_node(node: Node, fields: Mapping[str, str] | None = None) -> Program:
    """Tree → Program. With `fields` (key → type) unknown fields and wrong types are refused now."""
    check_bounds(node)
    if fields is not None:
        from gongdan.engines.expressions import types

        types.check(node, fields)
    return Program(node, _compile(node))


def _compile(node: Node) -> Run:
    if isinstance(node, Literal):
        constant = None if node.value == "" else node.value
        return lambda given, context: constant
    if isinstance(node, Field):
        return _field(node.path)
    if isinstance(node, Unary):
        return _unary(node)
    if isinstance(node, Binary):
        return _comparison(node) if node.op in COMPARISONS else _arithmetic(node)
    if isinstance(node, ListOf):
        items = [_compile(i) for i in node.items]
        return lambda given, context: [item(given, context) for item in items]
    return _call(node)


def _field(path: str) -> Run:
    if "." not in path:
        incoming = values.incoming

        def plain(given: Values, context: Context) -> Any:
            value = given.get(path)
            return value if type(value) is str and value else incoming(value)

        return plain
    parts = path.split(".")

    def nested(given: Values, context: Context) -> Any:
        value: Any = given.get(path)
        if value is None:
            value = given
            for part in parts:
                value = value.get(part) if isinstance(value, Mapping) else None
        return values.incoming(value)

    return nested


def _unary(node: Unary) -> Run:
    inner = _compile(node.operand)
    factor = Decimal(-1) if node.op == "-" else Decimal("0.01")

    def run(given: Values, context: Context) -> Any:
        context.tick()
        value = values.number(inner(given, context))
        return None if value is None else values.ARITHMETIC.multiply(value, factor)

    return run


_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _comparison(node: Binary) -> Run:
    left, right, test = _compile(node.left), _compile(node.right), _COMPARE[node.op]
    compare = values.compare

    def run(given: Values, context: Context) -> bool:
        context.tick()
        a, b = left(given, context), right(given, context)
        if type(a) is Decimal and type(b) is Decimal:
            return test((a > b) - (a < b), 0)
        found = compare(a, b)
        return found is not None and test(found, 0)

    return run


def _divide(a: Decimal, b: Decimal) -> Decimal:
    if b == 0:
        raise ExpressionError("division_by_zero")
    return values.ARITHMETIC.divide(a, b)


_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": values.ARITHMETIC.add,
    "-": values.ARITHMETIC.subtract,
    "*": values.ARITHMETIC.multiply,
    "/": _divide,
}


def _arithmetic(node: Binary) -> Run:
    left, right = _compile(node.left), _compile(node.right)
    if node.op == "&":

        def joined(given: Values, context: Context) -> str:
            context.tick()
            joined_text: str = functions_text.concat(left(given, context), right(given, context))
            return joined_text

        return joined
    if node.op == "^":

        def raised(given: Values, context: Context) -> Any:
            context.tick()
            return functions.power(left(given, context), right(given, context))

        return raised
    apply = _ARITHMETIC[node.op]

    def run(given: Values, context: Context) -> Any:
        context.tick()
        a, b = values.number(left(given, context)), values.number(right(given, context))
        return None if a is None or b is None else values.limited(apply(a, b))

    return run


def _call(node: Call) -> Run:
    function = functions.called(node)
    args = [_compile(a) for a in node.args]
    if function.run is None:
        return _LAZY[node.name](args)
    run = function.run
    if function.needs_context:

        def with_context(given: Values, context: Context) -> Any:
            context.tick()
            return run(context, *_computed(args, given, context))

        return with_context

    def plain(given: Values, context: Context) -> Any:
        context.tick()
        return run(*_computed(args, given, context))

    return plain


def _computed(args: list[Run], given: Values, context: Context) -> list[Any]:
    """The arguments' values; long lists cost steps."""
    found = []
    for arg in args:
        value = arg(given, context)
        if type(value) is list:
            context.tick(len(value) // ITEMS_A_STEP)
        found.append(value)
    return found


def _if(args: list[Run]) -> Run:
    def run(given: Values, context: Context) -> Any:
        context.tick()
        if values.boolean(args[0](given, context)):
            return args[1](given, context)
        return args[2](given, context) if len(args) > 2 else None

    return run


def _ifs(args: list[Run]) -> Run:
    if len(args) % 2:
        raise ExpressionError("wrong_count", name="IFS", expected="2, 4, 6, …")
    pairs = list(zip(args[::2], args[1::2], strict=True))

    def run(given: Values, context: Context) -> Any:
        context.tick()
        for condition, value in pairs:
            if values.boolean(condition(given, context)):
                return value(given, context)
        raise ExpressionError("not_found")

    return run


def _switch(args: list[Run]) -> Run:
    pairs = list(zip(args[1:-1:2], args[2::2], strict=False))
    default = args[-1] if len(args) % 2 == 0 else None

    def run(given: Values, context: Context) -> Any:
        context.tick()
        subject = args[0](given, context)
        for key, value in pairs:
            if values.compare(subject, key(given, context)) == 0:
                return value(given, context)
        if default is None:
            raise ExpressionError("not_found")
        return default(given, context)

    return run


def _and(args: list[Run]) -> Run:
    def run(given: Values, context: Context) -> bool:
        context.tick()
        return all(values.boolean(a(given, context)) for a in args)

    return run


def _or(args: list[Run]) -> Run:
    def run(given: Values, context: Context) -> bool:
        context.tick()
        return any(values.boolean(a(given, context)) for a in args)

    return run


def _iferror(args: list[Run]) -> Run:
    def run(given: Values, context: Context) -> Any:
        context.tick()
        try:
            return args[0](given, context)
        except ExpressionError as error:
            if error.code in ("too_many_steps", "too_slow"):
                raise
        except ArithmeticError:
            pass
        return args[1](given, context)

    return run


def _coalesce(args: list[Run]) -> Run:
    def run(given: Values, context: Context) -> Any:
        context.tick()
        for a in args:
            value = a(given, context)
            if value is not None and value != "":
                return value
        return None

    return run


_LAZY: dict[str, Callable[[list[Run]], Run]] = {
    "IF": _if,
    "IFS": _ifs,
    "SWITCH": _switch,
    "AND": _and,
    "OR": _or,
    "IFERROR": _iferror,
    "COALESCE": _coalesce,
}
