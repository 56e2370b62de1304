"""The functions: registry, and the plain ones. Lazy ones (IF and its kin) live in the compiler."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal, InvalidOperation
from itertools import islice
from typing import TYPE_CHECKING, Any

from gongdan.engines.expressions import values as v
from gongdan.engines.expressions.syntax import Call, ExpressionError

if TYPE_CHECKING:
    from gongdan.engines.expressions.compiler import Context

MAX_PLACES = 15
ITEMS_A_STEP = 8
MOST_HINTS = 200


@dataclass(frozen=True, slots=True)
class Function:
    """A function: its words, how many arguments it takes, what it returns, and how it is computed."""

    name: str
    zh: str
    en: str
    least: int
    most: int | None
    returns: str  # number text boolean date instant any
    takes: str  # number text boolean any: the type every argument must have
    run: Callable[..., Any] | None  # None: lazy, in the compiler
    needs_context: bool = False


FUNCTIONS: dict[str, Function] = {}


def define(
    name: str,
    zh: str,
    en: str,
    arity: tuple[int, int | None],
    returns: str,
    takes: str = "any",
    *,
    context: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function."""

    def register(run: Callable[..., Any]) -> Callable[..., Any]:
        FUNCTIONS[name] = Function(name, zh, en, arity[0], arity[1], returns, takes, run, context)
        return run

    return register


def lazy(name: str, zh: str, en: str, arity: tuple[int, int | None], returns: str) -> None:
    """Register a function whose arguments are computed only when needed."""
    FUNCTIONS[name] = Function(name, zh, en, arity[0], arity[1], returns, "any", None)


def near(name: str, known: Iterable[str]) -> str:
    """ "did you mean" among the first names known; a form may have thousands, and each comparison takes time."""
    found = difflib.get_close_matches(name[:60], islice(known, MOST_HINTS), 1)
    return f"{found[0]}?" if found else ""


def called(node: Call) -> Function:
    """The function of a call. Raises unknown_function, wrong_count."""
    function = FUNCTIONS.get(node.name)
    if function is None:
        raise ExpressionError("unknown_function", name=node.name, hint=near(node.name, FUNCTIONS))
    count = len(node.args)
    if count < function.least or (function.most is not None and count > function.most):
        expected = f"{function.least}" if function.most == function.least else f"{function.least}–{function.most or '…'}"
        raise ExpressionError("wrong_count", name=node.name, expected=expected)
    return function


lazy("IF", "条件成立取第一个值，否则取第二个", "One value or another", (2, 3), "any")
lazy("IFS", "依次取第一个成立条件的值", "The value of the first condition that holds", (2, None), "any")
lazy("SWITCH", "按值匹配取结果", "The result that belongs to a value", (3, None), "any")
lazy("AND", "全部成立", "All conditions hold", (1, None), "boolean")
lazy("OR", "任一成立", "Any condition holds", (1, None), "boolean")
lazy("IFERROR", "出错时取备用值", "Another value when the first fails", (2, 2), "any")
lazy("COALESCE", "取第一个非空值", "The first value that is not empty", (1, None), "any")


@define("NOT", "取反", "The opposite", (1, 1), "boolean", "boolean")
def _not(a: Any) -> bool:
    return not v.boolean(a)


@define("XOR", "奇数个成立", "An odd number of conditions hold", (1, None), "boolean", "boolean")
def _xor(*args: Any) -> bool:
    return sum(v.boolean(a) for a in args) % 2 == 1


@define("ISBLANK", "是否为空", "Is empty", (1, 1), "boolean")
def _isblank(a: Any) -> bool:
    return a is None or a in ("", [])


@define("ISNUMBER", "是否数字", "Is a number", (1, 1), "boolean")
def _isnumber(a: Any) -> bool:
    return isinstance(a, Decimal)


@define("IN", "是否在列表中", "Is one of a list", (2, None), "boolean", context=True)
def _in(context: Context, a: Any, *items: Any) -> bool:
    wanted, among = v.flat([a]), v.flat(items)
    context.tick(len(wanted) * len(among) // ITEMS_A_STEP)
    return any(v.compare(w, item) == 0 for w in wanted for item in among)


def _numbers(args: tuple[Any, ...]) -> list[Decimal]:
    return [n for a in v.flat(args) if (n := v.number(a)) is not None]


@define("SUM", "求和", "The sum", (1, None), "number")
def _sum(*args: Any) -> Decimal:
    total = Decimal(0)
    for n in _numbers(args):
        total = v.ARITHMETIC.add(total, n)
    return v.limited(total)


@define("AVERAGE", "平均值", "The mean", (1, None), "number")
def _average(*args: Any) -> Decimal | None:
    found = _numbers(args)
    return v.ARITHMETIC.divide(_sum(*found), Decimal(len(found))) if found else None


@define("MIN", "最小值", "The least", (1, None), "number")
def _min(*args: Any) -> Decimal | None:
    return min(_numbers(args), default=None)


@define("MAX", "最大值", "The greatest", (1, None), "number")
def _max(*args: Any) -> Decimal | None:
    return max(_numbers(args), default=None)


@define("COUNT", "数字个数", "How many numbers", (1, None), "number")
def _count(*args: Any) -> Decimal:
    return Decimal(sum(isinstance(a, Decimal) for a in v.flat(args)))


@define("COUNTA", "非空个数", "How many values that are not empty", (1, None), "number")
def _counta(*args: Any) -> Decimal:
    return Decimal(sum(a is not None and a != "" for a in v.flat(args)))


def _rounded(a: Any, places: Any, mode: str) -> Decimal | None:
    n = v.number(a)
    p = int(v.number(places) or 0)
    if n is None:
        return None
    if abs(p) > MAX_PLACES:
        raise ExpressionError("number_range")
    try:
        scaled = n.quantize(Decimal(1).scaleb(-p), rounding=mode, context=v.ARITHMETIC)
    except InvalidOperation:
        raise ExpressionError("number_range") from None
    return scaled + 0 if p >= 0 else v.limited(Decimal(int(scaled)))


@define("ROUND", "四舍五入", "Round half up", (1, 2), "number", "number")
def _round(a: Any, places: Any = Decimal(0)) -> Decimal | None:
    return _rounded(a, places, ROUND_HALF_UP)


@define("ROUNDUP", "向上舍入", "Round away from zero", (1, 2), "number", "number")
def _roundup(a: Any, places: Any = Decimal(0)) -> Decimal | None:
    return _rounded(a, places, ROUND_UP)


@define("ROUNDDOWN", "向下舍入", "Round towards zero", (1, 2), "number", "number")
def _rounddown(a: Any, places: Any = Decimal(0)) -> Decimal | None:
    return _rounded(a, places, ROUND_DOWN)


@define("INT", "向下取整", "The whole number below", (1, 1), "number", "number")
def _int(a: Any) -> Decimal | None:
    return _rounded(a, Decimal(0), ROUND_FLOOR)


@define("ABS", "绝对值", "Without its sign", (1, 1), "number", "number")
def _abs(a: Any) -> Decimal | None:
    n = v.number(a)
    return None if n is None else abs(n)


@define("MOD", "取余（与除数同号）", "The remainder, with the divisor's sign", (2, 2), "number", "number")
def _mod(a: Any, b: Any) -> Decimal | None:
    x, y = v.number(a), v.number(b)
    if x is None or y is None:
        return None
    if y == 0:
        raise ExpressionError("division_by_zero")
    try:
        rest = v.ARITHMETIC.remainder(x, y)
    except InvalidOperation:
        raise ExpressionError("number_range") from None
    return v.ARITHMETIC.add(rest, y) if rest and (rest < 0) != (y < 0) else rest


@define("POWER", "乘方", "A power", (2, 2), "number", "number")
def power(a: Any, b: Any) -> Decimal | None:
    """a to the b, bounded."""
    x, y = v.number(a), v.number(b)
    if x is None or y is None:
        return None
    if abs(y) > 1000 or (x == 0 and y <= 0):
        raise ExpressionError("number_range")
    try:
        return v.limited(v.ARITHMETIC.power(x, y))
    except (InvalidOperation, ArithmeticError):
        raise ExpressionError("number_range") from None


@define("SQRT", "平方根", "The square root", (1, 1), "number", "number")
def _sqrt(a: Any) -> Decimal | None:
    n = v.number(a)
    if n is not None and n < 0:
        raise ExpressionError("number_range")
    return None if n is None else v.ARITHMETIC.sqrt(n)


def _multiple(a: Any, step: Any, mode: str) -> Decimal | None:
    x, s = v.number(a), v.number(step)
    if x is None or s is None:
        return None
    if s == 0:
        raise ExpressionError("division_by_zero")
    try:
        whole = v.ARITHMETIC.divide(x, s).quantize(Decimal(1), rounding=mode, context=v.ARITHMETIC)
    except InvalidOperation:
        raise ExpressionError("number_range") from None
    return v.ARITHMETIC.multiply(whole, s)


@define("CEILING", "向上取到倍数", "Up to the next multiple", (1, 2), "number", "number")
def _ceiling(a: Any, step: Any = Decimal(1)) -> Decimal | None:
    return _multiple(a, step, ROUND_CEILING)


@define("FLOOR", "向下取到倍数", "Down to a multiple", (1, 2), "number", "number")
def _floor(a: Any, step: Any = Decimal(1)) -> Decimal | None:
    return _multiple(a, step, ROUND_FLOOR)
