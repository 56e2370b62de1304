"""S04: schemathesis against a real web process, as three roles: no 5xx, no answer that differs from the OpenAPI document, bad data
rejected, authentication really required, deleted things gone (its stateful phase follows the links it infers).

`positive_data_acceptance` is left out: a well-shaped reference to something that does not exist is rightly 422.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongdan.kernel.clock import SystemClock
from gongdan.simulator.remote import served
from gongdan.wiring import testing
from gongdan.wiring.testing import World

HERE = Path(__file__).resolve().parent
DOCUMENT = HERE.parents[1] / "docs" / "generated" / "openapi.json"
LEAST = 1_500


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[int, World]]:
    now = SystemClock().now().replace(microsecond=0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(testing, "NOW", now)
        patch.setattr(testing.factories, "NOW", now)
        patch.setattr(testing.factories.company, "__defaults__", (now,))
        scene = testing.world()
    for _ in range(5):
        scene.order()
    with served() as port:
        yield port, scene


def _run(document: Path, port: int, token: str, *options: str, cwd: Path) -> tuple[int, str]:
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "--no-color",
        "run", str(document), "--url", f"http://127.0.0.1:{port}", "--max-examples", "4", "--seed", "20261124", "--checks", "all",
        "--exclude-checks", "positive_data_acceptance", "--exclude-operation-id", "accounts_log_out",
        "--exclude-operation-id", "accounts_log_in", "--continue-on-failure", "--no-shrink", "--warnings", "off",
        "--max-response-time", "5", *options,
    ]  # fmt: skip
    env = {**os.environ, "GONGDAN_TEST_TOKEN": token}
    done = subprocess.run(command, env=env, cwd=cwd, capture_output=True, text=True, check=False, timeout=400)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("role", ["admin", "agent", "engineer"])
def test_the_api_does_what_its_document_says(site: tuple[int, World], tmp_path: Path, role: str) -> None:
    port, scene = site
    status, said = _run(DOCUMENT, port, scene.company.tokens[role], cwd=tmp_path)
    assert status == 0, said[-6_000:]
    generated = re.search(r"(\d+) generated", said)
    assert generated is not None, said[-2_000:]
    assert int(generated[1]) >= LEAST


def test_a_document_that_lies_is_noticed(site: tuple[int, World], tmp_path: Path) -> None:
    """Negative control: the document promises a number where the API answers with a name."""
    port, scene = site
    lying = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    lying["components"]["schemas"]["Me"]["properties"]["name"] = {"type": "integer"}
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(lying), encoding="utf-8")
    status, said = _run(document, port, scene.company.tokens["admin"], "--include-operation-id", "accounts_me", cwd=tmp_path)
    assert status == 1
    assert "Response violates schema" in said
