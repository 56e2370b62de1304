"""Expand/contract (ADR 0016): a migration only adds; what old code still reads is taken away a version later, and says so.

A migration that takes away carries `# house: allow contract – since which version nothing reads it`. A slice's first
migration makes tables nobody has, so it may do anything.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

TAKES_AWAY = {"RemoveField", "DeleteModel", "RenameField", "RenameModel", "AlterModelTable", "RemoveConstraint"}
SQL = re.compile(
    r"\bdrop\s+(?:table|column)\b|\brename\s+(?:to|column)\b|\bset\s+not\s+null\b|\balter\s+column\s+\w+\s+(?:set\s+data\s+)?type\b|"
    r"\badd\s+column\b(?![^;]*\bdefault\b)[^;]*\bnot\s+null\b",
    re.IGNORECASE,
)
FIRST = re.compile(r"^0001_")


def _texts(node: ast.expr, known: dict[str, ast.expr]) -> Iterator[str]:
    """The constant parts of an expression, module constants followed once."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value
        elif isinstance(part, ast.Name) and part.id in known:
            value = known[part.id]
            yield from (c.value for c in ast.walk(value) if isinstance(c, ast.Constant) and isinstance(c.value, str))


def contractions(text: str) -> Iterator[tuple[int, str]]:
    """(line, what) of everything in a migration that code of the version before could miss; reverse SQL does not count."""
    tree, lines = ast.parse(text), text.split("\n")
    known = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
        found = [name] if name in TAKES_AWAY else []
        if name == "RunSQL":
            forward = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "sql"), None)
            found += [m[0] for t in (_texts(forward, known) if forward is not None else ()) for m in SQL.finditer(t)]
        if not any("house: allow contract" in line for line in lines[max(node.lineno - 2, 0) : node.lineno + 1]):
            yield from ((node.lineno, what) for what in found)


def check(package: Path) -> Iterator[tuple[str, int, str]]:
    """(path, line, message) over all migrations of a package but the first of each slice."""
    for path in sorted(package.glob("*/migrations/[0-9]*.py")):
        if FIRST.match(path.name):
            continue
        for line, what in contractions(path.read_text(encoding="utf-8")):
            yield path.relative_to(package).as_posix(), line, f"“{what}” takes away what the version before may still use"
