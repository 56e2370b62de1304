"""Excel-like text → syntax tree. Full-width punctuation is read as its half-width twin outside of texts.

Binding, loosest first: comparisons, &, + -, * /, ^ (left), unary -, %. As in Excel, -2^2 is 4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from gongdan.engines.expressions.syntax import (
    COMPARISONS,
    MAX_DEPTH,
    MAX_NODES,
    MAX_TEXT,
    Binary,
    Call,
    ExpressionError,
    Field,
    ListOf,
    Literal,
    Node,
    Unary,
)

FOLD = str.maketrans("（），＝＞＜＋－＊／＆＾％｛｝［］；", "(),=><+-*/&^%{}[],")
NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
NAME = re.compile(r"[^\W\d][\w.]*")
SYMBOL = re.compile(r"<>|<=|>=|≤|≥|≠|[-+*/^&=<>(),%]")
SAME = {"≤": "<=", "≥": ">=", "≠": "<>"}
QUOTES = {'"': '"', "“": "”", "”": "”"}
LEVELS: tuple[frozenset[str], ...] = (
    COMPARISONS,
    frozenset("&"),
    frozenset("+-"),
    frozenset("*/"),
    frozenset("^"),
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # number text name field symbol end
    text: str
    at: int


def _tokens(source: str) -> list[_Token]:
    text = source.translate(FOLD)
    found: list[_Token] = []
    at = 1 if text.startswith("=") else 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token, at = _next(text, source, at)
        found.append(token)
        if len(found) > MAX_NODES * 3:
            raise ExpressionError("too_many_nodes", at, most=MAX_NODES)
    found.append(_Token("end", "", len(text)))
    return found


def _next(text: str, source: str, at: int) -> tuple[_Token, int]:
    char = text[at]
    if char in QUOTES:
        return _quoted(source, at, QUOTES[char])
    if char in "{[":
        end = text.find("}" if char == "{" else "]", at)
        if end < 0:
            raise ExpressionError("field_not_closed", at)
        return _Token("field", source[at + 1 : end].strip(), at), end + 1
    for kind, pattern in (("number", NUMBER), ("name", NAME), ("symbol", SYMBOL)):
        match = pattern.match(text, at)
        if match:
            word = match.group()
            return _Token(kind, SAME.get(word, word), at), match.end()
    raise ExpressionError("unexpected", at, found=source[at])


def _quoted(source: str, at: int, close: str) -> tuple[_Token, int]:
    ends = {close, '"'} if close == "”" else {close}
    parts: list[str] = []
    begin = index = at + 1
    while index < len(source):
        if source[index] not in ends:
            index += 1
            continue
        parts.append(source[begin:index])
        if source[index + 1 : index + 2] == source[index]:
            parts.append(source[index])
            index += 2
            begin = index
            continue
        return _Token("text", "".join(parts), at), index + 1
    raise ExpressionError("text_not_closed", at)


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.index = 0
        self.depth = 0
        self.nodes = 0

    @property
    def now(self) -> _Token:
        return self.tokens[self.index]

    def _is(self, symbol: str) -> bool:
        return self.now.kind == "symbol" and self.now.text == symbol

    def _expect(self, symbol: str) -> None:
        if not self._is(symbol):
            self._fail()
        self.index += 1

    def _fail(self) -> None:
        if self.now.kind == "end":
            raise ExpressionError("unexpected_end", self.now.at)
        raise ExpressionError("unexpected", self.now.at, found=self.now.text)

    def _count(self) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise ExpressionError("too_many_nodes", self.now.at, most=MAX_NODES)

    def whole(self) -> Node:
        node = self.level(0)
        if self.now.kind != "end":
            self._fail()
        return node

    def level(self, number: int) -> Node:
        if number == len(LEVELS):
            return self.unary()
        left = self.level(number + 1)
        length = 0
        while self.now.kind == "symbol" and self.now.text in LEVELS[number]:
            op = self.now.text
            self.index += 1
            self._count()
            length += 1
            if length > MAX_DEPTH - 4:  # a chain leans left, one level of depth per link
                raise ExpressionError("too_deep", self.now.at, most=MAX_DEPTH)
            left = Binary(op, left, self.level(number + 1))
        return left

    def unary(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError("too_deep", self.now.at, most=MAX_DEPTH)
        self._count()
        if self._is("-"):
            self.index += 1
            node: Node = _negative(self.unary())
        elif self._is("+"):
            self.index += 1
            node = self.unary()
        else:
            node = self.primary()
            while self._is("%"):
                self.index += 1
                self._count()
                node = Unary("%", node)
        self.depth -= 1
        return node

    def primary(self) -> Node:
        token = self.now
        self.index += 1
        if token.kind == "number":
            return Literal(_decimal(token))
        if token.kind == "text":
            return Literal(token.text)
        if token.kind == "field" and token.text:
            return Field(token.text)
        if token.kind == "name":
            return self.named(token)
        if token.kind == "symbol" and token.text == "(":
            node = self.level(0)
            if self._is(","):
                items = [node]
                while self._is(","):
                    self.index += 1
                    items.append(self.level(0))
                node = ListOf(tuple(items))
            self._expect(")")
            return node
        self.index -= 1
        self._fail()
        raise AssertionError  # _fail always raises

    def named(self, token: _Token) -> Node:
        upper = token.text.upper()
        if self._is("("):
            self.index += 1
            args: list[Node] = []
            while not self._is(")"):
                args.append(self.level(0))
                if self._is(","):
                    self.index += 1
                elif not self._is(")"):
                    self._fail()
            self.index += 1
            return Call(upper, tuple(args))
        if upper in ("TRUE", "FALSE"):
            return Literal(upper == "TRUE")
        if upper == "NULL":
            return Literal(None)
        return Field(token.text)


def _negative(node: Node) -> Node:
    if isinstance(node, Literal) and isinstance(node.value, Decimal) and node.value > 0:
        return Literal(-node.value)
    return Unary("-", node)


def _decimal(token: _Token) -> Decimal:
    try:
        number = Decimal(token.text)
    except InvalidOperation:
        raise ExpressionError("bad_number", token.at, found=token.text) from None
    if number.adjusted() > 30 or len(token.text) > 60:
        raise ExpressionError("number_range", token.at)
    return number


def parse(text: str) -> Node:
    """Text → tree. Raises ExpressionError with the character where reading stopped."""
    if len(text) > MAX_TEXT:
        raise ExpressionError("too_long", MAX_TEXT, most=MAX_TEXT)
    return _Parser(_tokens(text)).whole()
