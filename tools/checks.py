"""House rules that linters do not know: `python -m tools.checks`. A line may carry `# house: allow <rule> – reason`."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tools import expand

ROOT = Path(__file__).resolve().parent.parent
RATCHET = ROOT / "tools" / "ratchet.json"
HARD_LINES, FUNCTION_LINES = 500, 60
FORBIDDEN_NAMES = {"core", "common", "utils", "helpers", "misc", "manager", "service", "base"}
FORBIDDEN_CALLS = {"eval", "exec", "compile"}
CLOCK_CALLS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("time", "time"),
    ("timezone", "now"),
    ("time", "monotonic"),
}
CLOCK_HOME = (
    "kernel/clock.py",
    "kernel/faults.py",
    "wiring/supervisor/",
    "wiring/postgres/",
    "engines/expressions/compiler.py",
    "wiring/commands/",
)
SQL_CLOCK = re.compile(r"\b(now\(\)|current_timestamp|clock_timestamp\(\)|localtimestamp)", re.IGNORECASE)
SQL_WORDS = re.compile(r"\b(select|insert|update|delete)\b", re.IGNORECASE)
EDGE_MODULES = {"requests", "httpx", "smtplib", "boto3", "imaplib", "paho", "aiohttp"}
EDGE_HOME = ("channels/", "connectors/", "wiring/supervisor/")
HEAVY = {"sklearn", "lightgbm", "pyvroom", "numba", "pandas", "numpy", "scipy", "ortools"}
SIGNALS = {"django.dispatch", "django.db.models.signals"}
WRITES = re.compile(r"\b(?:insert\s+into|update|delete\s+from)\s+([a-z]+)_[a-z_]+", re.IGNORECASE)


class Finding(NamedTuple):
    """A broken rule at a place."""

    path: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.rule}: {self.message}"


class Source(NamedTuple):
    """A parsed file of the package."""

    path: str  # relative to the package, with forward slashes
    tree: ast.Module
    lines: list[str]

    @property
    def test(self) -> bool:
        return "/tests/" in f"/{self.path}" or self.path.endswith("testing.py")

    @property
    def slice(self) -> str:
        return self.path.partition("/")[0]


Rule = Callable[[Source], Iterator[tuple[int, str, str]]]


def clock(source: Source) -> Iterator[tuple[int, str, str]]:
    """Only the kernel's clock asks the machine for the time; SQL never does."""
    if source.test or source.path.startswith(CLOCK_HOME):
        return
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=home), attr=name)) if (home, name) in CLOCK_CALLS:
                yield node.lineno, "clock", f"{home}.{name}() outside the kernel's clock"
            case ast.Constant(value=str(text)) if SQL_CLOCK.search(text) and SQL_WORDS.search(text):
                yield node.lineno, "clock", "SQL asks the server for the time; pass the instant"


def imports(source: Source) -> Iterator[tuple[int, str, str]]:
    """Outside systems at the edge, heavy packages nowhere in the web process, no Django signals."""
    if source.test:
        return
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        for name in names:
            top = name.partition(".")[0]
            if (top in EDGE_MODULES or name == "urllib.request") and not source.path.startswith(EDGE_HOME):
                yield node.lineno, "edge", f"{name} is spoken to in channels/ or connectors/ only"
            if top in HEAVY and not source.path.startswith("dispatch/solvers/"):
                yield node.lineno, "heavy", f"{name} must not be reachable from the web process"
            if name in SIGNALS:
                yield node.lineno, "signals", "business behaviour hangs on wiring/reactions.py, not on signals"


def danger(source: Source) -> Iterator[tuple[int, str, str]]:
    """S16: no eval, exec, pickle, yaml.load, shell=True."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS:
            yield node.lineno, "danger", f"{node.func.id}()"
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            called = f"{node.func.value.id}.{node.func.attr}"
            if called in ("yaml.load", "pickle.loads", "pickle.load", "marshal.loads", "os.system"):
                yield node.lineno, "danger", called
        if any(k.arg == "shell" and isinstance(k.value, ast.Constant) and k.value.value for k in node.keywords):
            yield node.lineno, "danger", "shell=True"


def owner(source: Source) -> Iterator[tuple[int, str, str]]:
    """Only a slice's own code writes its tables."""
    if source.test or source.slice in ("wiring", "simulator", "kernel"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for found in WRITES.finditer(node.value):
                table = found[1].lower()
                if table not in (source.slice, "kernel", "of") and table in SLICES and "migrations" not in source.path:
                    yield node.lineno, "owner", f"{source.slice} writes a table of {table}"


def length(source: Source) -> Iterator[tuple[int, str, str]]:
    """Files of 500 lines, functions of 60, at most."""
    if len(source.lines) > HARD_LINES:
        yield 1, "length", f"{len(source.lines)} lines, at most {HARD_LINES}"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            if size > FUNCTION_LINES:
                yield node.lineno, "length", f"{node.name} has {size} lines, at most {FUNCTION_LINES}"


def names(source: Source) -> Iterator[tuple[int, str, str]]:
    """No drawers: module names say what is inside; an __init__ holds words only."""
    stem = Path(source.path).stem
    if stem in FORBIDDEN_NAMES:
        yield 1, "names", f"a module named {stem} says nothing"
    if stem == "__init__":
        for node in source.tree.body:
            if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
                yield node.lineno, "names", "an __init__ holds a docstring, nothing else"


RULES: tuple[Rule, ...] = (clock, imports, danger, owner, length, names)
SLICES = {p.name for p in (ROOT / "gongdan").iterdir() if p.is_dir() and not p.name.startswith("_")}


def sources(package: Path) -> Iterator[Source]:
    """All modules of the package; migrations are left out."""
    for path in sorted(package.rglob("*.py")):
        relative = path.relative_to(package).as_posix()
        if "/migrations/" in f"/{relative}":
            continue
        text = path.read_text(encoding="utf-8")
        yield Source(relative, ast.parse(text), text.split("\n"))


def check_source(source: Source) -> list[Finding]:
    """The findings of one module, those allowed by a comment left out."""
    found = []
    for rule in RULES:
        for line, name, message in rule(source):
            near = source.lines[max(line - 2, 0) : line + 1]
            if not any(f"house: allow {name}" in text for text in near):
                found.append(Finding(source.path, line, name, message))
    return found


def ratcheted(findings: list[Finding]) -> list[Finding]:
    """Lengths listed in the ratchet are allowed up to their number, with a reason; the list may only shrink."""
    allowed = json.loads(RATCHET.read_text()) if RATCHET.exists() else {}

    def fits(finding: Finding) -> bool:
        key = finding.path if "lines, at most 500" in finding.message else f"{finding.path}:{finding.message.partition(' ')[0]}"
        entry = allowed.get(key)
        size = int(re.search(r"(\d+) lines", finding.message)[1]) if finding.rule == "length" else 0  # type: ignore[index]
        return entry is not None and size <= entry["lines"]

    return [f for f in findings if f.rule != "length" or not fits(f)]


ADDRESS = re.compile(r'(resolved": ?"https?://|registry ?= ?"https?://|--(extra-)?index-url|--find-links)')
MACHINE = re.compile(r"(?<![\w./])/(root|home/\w+|work)/[\w.]")


def tracked_files() -> list[Finding]:
    """No registry address and no path of a machine in any tracked file; no hole in the npm lock."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    found: list[Finding] = []
    for name in listed:
        path = ROOT / name
        if not name or not path.exists() or path.suffix in (".png", ".ico") or name.startswith("tools/"):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        is_lock = name.endswith((".lock", ".txt", ".npmrc", "package-lock.json", ".toml", ".in"))
        for number, line in enumerate(text.split("\n"), 1):
            if is_lock and ADDRESS.search(line) and not line.startswith("#"):
                found.append(Finding(name, number, "hosts", line.strip()[:80]))
            if MACHINE.search(line) and "house: allow" not in line:
                found.append(Finding(name, number, "hosts", f"a path of some machine: {line.strip()[:80]}"))
    return found


def main() -> int:
    """Print all findings; exit status 1 when there are any."""
    findings = [f for source in sources(ROOT / "gongdan") for f in check_source(source)]
    findings = ratcheted(findings) + tracked_files()
    findings += [Finding(path, line, "contract", message) for path, line, message in expand.check(ROOT / "gongdan")]
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
