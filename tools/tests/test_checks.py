"""Every house rule passes a good example and catches a bad one; the tree itself is clean."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from tools import checks, expand

BAD = [
    ("orders/x.py", "from datetime import datetime\nat = datetime.now()", "clock"),
    ("orders/x.py", 'sql = "select 1 from t where at < now()"', "clock"),
    ("orders/x.py", "import smtplib", "edge"),
    ("orders/x.py", "import numpy as np", "heavy"),
    ("orders/x.py", "from django.dispatch import receiver", "signals"),
    ("orders/x.py", "x = eval('1')", "danger"),
    ("orders/x.py", "import yaml\nyaml.load('a')", "danger"),
    ("orders/x.py", "import subprocess\nsubprocess.run('ls', shell=True)", "danger"),
    ("sla/x.py", 'sql = "update orders_order set x = 1"', "owner"),
    ("orders/x.py", "def f():\n" + "    x = 1\n" * 61, "length"),
    ("orders/utils.py", "x = 1", "names"),
    ("orders/__init__.py", "from orders import models", "names"),
]
GOOD = [
    ("kernel/clock.py", "from datetime import datetime\nat = datetime.now()"),
    ("channels/mail.py", "import smtplib"),
    ("orders/x.py", 'sql = "update orders_order set x = %s"'),
    ("orders/x.py", "from time import monotonic"),
    ("orders/x.py", "import time\nx = time.monotonic()  # house: allow clock – age of a cache"),
    ("orders/__init__.py", '"""Orders."""'),
]


def _rules(path: str, text: str) -> set[str]:
    return {f.rule for f in checks.check_source(checks.Source(path, ast.parse(text), text.split("\n")))}


@pytest.mark.parametrize(("path", "text", "rule"), BAD)
def test_bad_examples_are_caught(path: str, text: str, rule: str) -> None:
    assert rule in _rules(path, text)


@pytest.mark.parametrize(("path", "text"), GOOD)
def test_good_examples_pass(path: str, text: str) -> None:
    assert _rules(path, text) == set()


def test_addresses_and_machine_paths_are_found() -> None:
    assert checks.ADDRESS.search('"resolved": "https://registry.example/x.tgz"')
    assert checks.MACHINE.search("see /root/secret")  # house: allow hosts – an example
    assert not checks.MACHINE.search("gongdan/work/x")


def test_the_tree_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert checks.main() == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("operation", "finds"),
    [
        ('migrations.RemoveField("order", "title")', True),
        ('migrations.RenameField("order", "title", "subject")', True),
        ('migrations.RunSQL("alter table orders_order drop column title", "select 1")', True),
        ('migrations.RunSQL("alter table orders_order alter column title set not null")', True),
        ('migrations.RunSQL("alter table orders_order add column x int not null")', True),
        ("migrations.RunSQL(DROP, migrations.RunSQL.noop)", True),
        ('migrations.RunSQL(f"alter table {t} rename to b")', True),
        ('migrations.RunSQL("alter table orders_order add column x int not null default 0")', False),
        ('migrations.RunSQL("create table x (id uuid)", "drop table x")', False),
        ('migrations.RemoveField("order", "title"),  # house: allow contract – nothing reads it since 0.3', False),
        ('migrations.AddField("order", "title", None)', False),
    ],
)
def test_a_migration_that_takes_away_says_so(operation: str, finds: bool) -> None:
    text = f'DROP = "drop table y"\nclass Migration:\n    operations = [\n        {operation}\n    ]\n'
    assert bool(list(expand.contractions(text))) is finds


def test_only_first_migrations_are_free(tmp_path: Any) -> None:
    folder = tmp_path / "orders" / "migrations"
    folder.mkdir(parents=True)
    for name in ("0001_initial.py", "0002_less.py"):
        (folder / name).write_text('x = RemoveField("a", "b")\n')
    assert [path for path, _, _ in expand.check(tmp_path)] == ["orders/migrations/0002_less.py"]
