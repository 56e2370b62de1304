"""A served company and a browser, once per module. Skips, saying so, where Chromium or the built faces are missing."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # this file is read before Django is set up
    from gongdan.wiring.testing import World

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
DIST = Path(__file__).resolve().parents[2] / "web" / "dist" / "index.html"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[str, World]]:
    """A server and a worker on a free port, and the company they serve, living now."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    if not DIST.exists():
        pytest.skip("the web faces are not built (npm run build)")
    from gongdan.kernel.clock import SystemClock
    from gongdan.wiring import testing

    now = SystemClock().now().replace(microsecond=0)
    patch = pytest.MonkeyPatch()
    patch.setattr(testing, "NOW", now)
    patch.setattr(testing.factories, "NOW", now)
    patch.setattr(testing.factories.company, "__defaults__", (now,))
    scene = testing.world()
    patch.undo()
    _work_without_end(scene)
    scene.order()  # here, because Django refuses a thread in which Playwright runs its loop
    port = _free_port()
    command = [sys.executable, "-m", "gongdan.wiring.cli"]
    processes = [
        subprocess.Popen([*command, "serve", "--port", str(port), "--workers", "1"], env=os.environ.copy()),
        subprocess.Popen([*command, "worker"], env=os.environ.copy()),
    ]
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}", scene
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(15)


def _work_without_end(scene: World) -> None:
    """The only engineer takes whatever comes, so that every order of a test finds somebody."""
    from gongdan.kernel.work import system_work
    from gongdan.workforce import actions as workforce
    from gongdan.workforce.schemas import EngineerIn, SkillOf

    engineer = scene.company.people["engineer"]
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        workforce.put_engineer(
            work,
            EngineerIn(user_id=engineer, home_lng=114.05, home_lat=22.54, skills=[SkillOf(skill="hvac", level=3)], orders_a_day=40),
        )


@pytest.fixture(scope="module")
def browser(site: tuple[str, World]) -> Iterator[Any]:
    """Chromium. After `site`: Django refuses a thread in which Playwright already runs its loop."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield made
        made.close()
