"""Trees as JSON, condition builders' trees, and a printer back to text."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from gongdan.engines.expressions.syntax import (
    MAX_DEPTH,
    MAX_NAME,
    OPERATORS,
    Binary,
    Call,
    ExpressionError,
    Field,
    ListOf,
    Literal,
    Node,
    Unary,
    check_bounds,
    constant,
    negative,
)

COMPARE = {"eq": "=", "ne": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<=", "before": "<", "after": ">"}
FUNCTIONS = {"contains": "CONTAINS", "starts_with": "STARTSWITH", "ends_with": "ENDSWITH", "in": "IN"}
NEGATED = {"not_in": "IN", "not_contains": "CONTAINS"}
BINDING = {"=": 0, "<>": 0, "<": 0, "<=": 0, ">": 0, ">=": 0, "&": 1, "+": 2, "-": 2, "*": 3, "/": 3, "^": 4}


def from_json(tree: Any) -> Node:
    """JSON → tree. Plain values are constants; {"all"|"any": […]}, {"not": …} and {"field","op","value"} are conditions;
    {"fn","args"}, {"op","left","right"}, {"list": […]} are the rest. Raises ExpressionError with a JSON path."""
    return check_bounds(_read(tree, "$", 1))


def _read(tree: Any, path: str, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise ExpressionError("too_deep", path, most=MAX_DEPTH)
    if not isinstance(tree, dict):
        return _constant(tree, path, depth)
    for key in ("all", "any"):
        if key in tree:
            return Call("AND" if key == "all" else "OR", _many(tree[key], f"{path}.{key}", depth))
    if "not" in tree:
        return Call("NOT", (_read(tree["not"], f"{path}.not", depth + 1),))
    if "fn" in tree:
        return Call(_word(tree["fn"], path).upper(), _many(tree.get("args", []), f"{path}.args", depth))
    if "list" in tree:
        return ListOf(_many(tree["list"], f"{path}.list", depth))
    if "number" in tree:
        return Literal(_number(tree["number"], path))
    if "op" in tree:
        return _operation(tree, path, depth)
    if "field" in tree:
        return _field(tree["field"], path)
    raise ExpressionError("bad_tree", path, found=", ".join(map(str, list(tree)[:5])) or "{}")


def _operation(tree: dict[str, Any], path: str, depth: int) -> Node:
    op = _word(tree["op"], path)
    if "field" in tree:
        return _condition(_field(tree["field"], path), op, tree.get("value"), path, depth)
    if "left" in tree and "right" in tree and op in OPERATORS:
        left = _read(tree["left"], f"{path}.left", depth + 1)
        return Binary(op, left, _read(tree["right"], f"{path}.right", depth + 1))
    if "operand" in tree and op in ("-", "%"):
        operand = _read(tree["operand"], f"{path}.operand", depth + 1)
        return negative(operand) if op == "-" else Unary(op, operand)
    raise ExpressionError("unknown_operator", path, found=op)


def _condition(field: Field, op: str, value: Any, path: str, depth: int) -> Node:
    if op == "empty":
        return Call("ISBLANK", (field,))
    if op == "not_empty":
        return Call("NOT", (Call("ISBLANK", (field,)),))
    if op == "between":
        if not isinstance(value, list) or len(value) != 2:
            raise ExpressionError("bad_tree", f"{path}.value", found="between: [low, high]")
        low, high = (_read(v, f"{path}.value", depth + 1) for v in value)
        return Call("AND", (Binary(">=", field, low), Binary("<=", field, high)))
    operand = ListOf(_many(value, f"{path}.value", depth)) if isinstance(value, list) else _read(value, f"{path}.value", depth + 1)
    if op in COMPARE:
        return Binary(COMPARE[op], field, operand)
    if op in FUNCTIONS:
        return Call(FUNCTIONS[op], (field, operand))
    if op in NEGATED:
        return Call("NOT", (Call(NEGATED[op], (field, operand)),))
    raise ExpressionError("unknown_operator", f"{path}.op", found=op)


def _many(items: Any, path: str, depth: int) -> tuple[Node, ...]:
    if not isinstance(items, list):
        raise ExpressionError("bad_tree", path, found=type(items).__name__)
    return tuple(_read(item, f"{path}[{i}]", depth + 1) for i, item in enumerate(items))


def _constant(value: Any, path: str, depth: int) -> Node:
    if value is None or isinstance(value, bool | str):
        return Literal(value)
    if isinstance(value, int | float | Decimal):
        return Literal(_number(value, path))
    if isinstance(value, list):
        return ListOf(_many(value, path, depth))
    raise ExpressionError("bad_tree", path, found=type(value).__name__)


def _number(value: Any, path: str) -> Decimal:
    if isinstance(value, int) and abs(value) > 10**31:  # Python refuses to write out very long ones
        raise ExpressionError("number_range", path)
    return constant(str(value), path)


def _field(value: Any, path: str) -> Field:
    word = _word(value, path)
    if word != word.strip() or any(c in word for c in "]］"):
        raise ExpressionError("bad_tree", path, found=word[:40])
    return Field(word)


def _word(value: Any, path: str) -> str:
    if not isinstance(value, str) or not value or len(value) > MAX_NAME:
        raise ExpressionError("bad_tree", path, found=str(value)[:40])
    return value


def to_json(node: Node) -> Any:
    """Tree → JSON that `from_json` reads back to an equal tree. Numbers keep their digits as {"number": "1.50"}."""
    if isinstance(node, Literal):
        return {"number": str(node.value)} if isinstance(node.value, Decimal) else node.value
    if isinstance(node, Field):
        return {"field": node.path}
    if isinstance(node, ListOf):
        return {"list": [to_json(i) for i in node.items]}
    if isinstance(node, Unary):
        return {"op": node.op, "operand": to_json(node.operand)}
    if isinstance(node, Binary):
        return {"op": node.op, "left": to_json(node.left), "right": to_json(node.right)}
    return {"fn": node.name, "args": [to_json(a) for a in node.args]}


def to_text(node: Node) -> str:
    """Tree → text that `parse` reads back to an equal tree."""
    return "=" + _print(node, 0)


def _print(node: Node, binding: int) -> str:
    if isinstance(node, Literal):
        return _print_constant(node.value, binding)
    if isinstance(node, Field):
        return f"[{node.path}]"
    if isinstance(node, ListOf):
        return "(" + ",".join(_print(i, 0) for i in node.items) + ("," * (len(node.items) == 1)) + ")"
    if isinstance(node, Call):
        return f"{node.name}({','.join(_print(a, 0) for a in node.args)})"
    if isinstance(node, Unary):
        inner = _print(node.operand, 5)
        text = f"-{inner}" if node.op == "-" else f"{inner}%"
        return f"({text})" if binding > 4 else text
    level = BINDING[node.op]
    text = f"{_print(node.left, level)}{node.op}{_print(node.right, level + 1)}"
    return f"({text})" if level < binding else text


def _print_constant(value: None | bool | Decimal | str, binding: int) -> str:  # noqa: FBT001 – a value, not a flag
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        text = format(value, "f") if -20 < value.adjusted() < 20 else str(value).replace("E+", "E")
        return f"({text})" if value.is_signed() and binding > 4 else text
    return '"' + value.replace('"', '""') + '"'
