"""Excel-like text → syntax tree. Full-width punctuation is read as its half-width twin outside of texts.

Binding, loosest first: comparisons, &, + -, * /, ^ (left), unary -, %. As in Excel, -2^2 is 4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gongdan.engines.expressions.syntax import (
    COMPARISONS,
    MAX_DEPTH,
    MAX_NAME,
    MAX_TEXT,
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
        path = source[at + 1 : end].strip()
        if not 0 < len(path) <= MAX_NAME:
            raise ExpressionError("unexpected", at, found=source[at : at + 20])
        return _Token("field", path, at), end + 1
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

    @property
    def now(self) -> _Token:
        return self.tokens[self.index]

    def _is(self, symbol: str) -> bool:
        return self.now.kind == "symbol" and self.now.text == symbol

    def _unexpected(self) -> ExpressionError:
        if self.now.kind == "end":
            return ExpressionError("unexpected_end", self.now.at)
        return ExpressionError("unexpected", self.now.at, found=self.now.text)

    def whole(self) -> Node:
        node = self.level(0)
        if self.now.kind != "end":
            raise self._unexpected()
        return check_bounds(node)

    def level(self, number: int) -> Node:
        if number == len(LEVELS):
            return self.unary()
        left = self.level(number + 1)
        length = 0
        while self.now.kind == "symbol" and self.now.text in LEVELS[number]:
            op = self.now.text
            self.index += 1
            length += 1
            if length >= MAX_DEPTH:  # a chain leans left, one level of depth per link
                raise ExpressionError("too_deep", self.now.at, most=MAX_DEPTH)
            left = Binary(op, left, self.level(number + 1))
        return left

    def unary(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH + 1:  # one more than a tree's: a negative constant may stand in brackets
            raise ExpressionError("too_deep", self.now.at, most=MAX_DEPTH)
        negatives = 0
        while self._is("-") or self._is("+"):
            negatives += self._is("-")
            self.index += 1
        node = self.primary()
        while self._is("%"):
            self.index += 1
            node = Unary("%", node)
        for _ in range(negatives):
            node = negative(node)
        self.depth -= 1
        return node

    def primary(self) -> Node:
        token = self.now
        self.index += 1
        if token.kind == "number":
            return Literal(constant(token.text, token.at))
        if token.kind == "text":
            return Literal(token.text)
        if token.kind == "field":
            return Field(token.text)
        if token.kind == "name":
            return self.named(token)
        if token.kind == "symbol" and token.text == "(":
            return self.bracketed()
        self.index -= 1
        raise self._unexpected()

    def bracketed(self) -> Node:
        """`(a)` is a; `()`, `(a,)` and `(a,b)` are lists."""
        items: list[Node] = []
        commas = 0
        while not self._is(")"):
            items.append(self.level(0))
            if self._is(","):
                self.index += 1
                commas += 1
            elif not self._is(")"):
                raise self._unexpected()
        self.index += 1
        return items[0] if len(items) == 1 and not commas else ListOf(tuple(items))

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
                    raise self._unexpected()
            self.index += 1
            return Call(upper, tuple(args))
        if upper in ("TRUE", "FALSE"):
            return Literal(upper == "TRUE")
        if upper == "NULL":
            return Literal(None)
        return Field(token.text)


def parse(text: str) -> Node:
    """Text → tree. Raises ExpressionError with the character where reading stopped."""
    if len(text) > MAX_TEXT:
        raise ExpressionError("too_long", MAX_TEXT, most=MAX_TEXT)
    return _Parser(_tokens(text)).whole()
