"""A served company and a browser, once per module. Skips, saying so, where Chromium or the built faces are missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.rig.live import free_port, wait_for

if TYPE_CHECKING:  # this file is read before Django is set up
    from gongdan.wiring.testing import World

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
DIST = Path(__file__).resolve().parents[2] / "web" / "dist" / "index.html"


@pytest.fixture(scope="module")
def site(own_database: str) -> Iterator[tuple[str, World]]:
    """A server, a worker and a live process on free ports, and the company they serve, living now.

    In a database of their own: the worker would go through what thousands of other tests left for one first.
    """
    assert own_database
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
    port, live_port = free_port(), free_port()
    command = [sys.executable, "-m", "gongdan.wiring.cli"]
    env = {**os.environ, "GONGDAN_URL": f"http://127.0.0.1:{port}", "GONGDAN_LIVE": f":{live_port}/live"}
    processes = [
        subprocess.Popen([*command, "serve", "--port", str(port), "--workers", "1"], env=env),
        subprocess.Popen([*command, "worker"], env=env),
        subprocess.Popen([*command, "live", "--port", str(live_port)], env=env),
    ]
    try:
        for one in (port, live_port):
            wait_for(one)
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
