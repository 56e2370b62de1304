"""The script `./dev`: what it says when the machine lacks something, before anything else is there."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest

DEV = Path(__file__).resolve().parent.parent.parent / "dev"
PRETEND = "import sys; sys.version_info = (3, 9, 2); exec(compile(open(sys.argv[1]).read(), 'dev', 'exec'))"


@pytest.fixture
def dev(tmp_path: Path) -> Any:
    loader = SourceFileLoader("dev_script", str(DEV))
    spec = spec_from_loader("dev_script", loader)
    assert spec is not None
    module: Any = module_from_spec(spec)
    sys.dont_write_bytecode, kept = True, sys.dont_write_bytecode
    loader.exec_module(module)
    sys.dont_write_bytecode = kept
    module.ROOT = tmp_path
    module.VENV = tmp_path / ".venv"
    module.PYTHON = module.VENV / "bin" / "python"
    return module


def test_an_old_python_gets_a_sentence_not_a_syntax_error() -> None:
    source = DEV.read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))
    with pytest.raises(SyntaxError):
        ast.parse("match x:\n  case 1: pass", feature_version=(3, 6))  # control: newer syntax would be noticed
    done = subprocess.run([sys.executable, "-c", PRETEND, str(DEV), "up"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Gongdan needs Python 3.11 or newer")
    assert "Traceback" not in done.stderr


def test_without_venv_an_ordinary_user_is_told_what_to_ask_for(dev: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "run", lambda *_, **__: 1)
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        dev.make_venv()


def test_a_full_disk_and_a_foreign_folder_are_told(dev: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    dev.check_disk()
    monkeypatch.setattr(dev, "LEAST_FREE", 1 << 60)
    with pytest.raises(SystemExit, match="1 GB is free"):
        dev.check_disk()
    monkeypatch.setattr(dev, "ROOT", Path("/proc"))
    with pytest.raises(SystemExit, match="cannot be written"):
        dev.check_disk()


def test_the_data_folder_is_seen_from_where_the_person_stands(dev: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert dev.from_here(["--data", "mine", "--port", "1"]) == ["--data", str(tmp_path / "mine"), "--port", "1"]
    assert dev.from_here(["--data=mine"]) == [f"--data={tmp_path / 'mine'}"]
    assert dev.from_here(["--port", "1", "--data"]) == ["--port", "1", "--data"]


def test_help_names_every_command(dev: Any) -> None:
    source = DEV.read_text(encoding="utf-8")
    tree = ast.parse(source)
    tables = [n.value for n in ast.walk(tree) if isinstance(n, ast.Assign) and isinstance(n.value, ast.Dict)]
    names = {k.value for table in tables for k in table.keys if isinstance(k, ast.Constant) and isinstance(k.value, str)}
    commands = {n for n in names if n.islower() and n.isalpha()}
    assert {"up", "test", "check", "bench", "replay"} <= commands
    assert {c for c in commands if f"./dev {c}" not in dev.HELP} == set()


def test_pips_mirror_is_handed_to_uv(dev: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    said = subprocess.CompletedProcess([], 0, stdout="https://mirror.example/simple\n")
    monkeypatch.setattr(dev.subprocess, "run", lambda *_, **__: said)
    assert dev.uv_environment()["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://own.example/simple")
    assert dev.uv_environment()["UV_DEFAULT_INDEX"] == "https://own.example/simple"
