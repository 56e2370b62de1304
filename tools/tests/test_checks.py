"""Every house rule passes a good example and catches a bad one; the tree itself is clean."""

from __future__ import annotations

import ast

import pytest

from tools import checks

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
