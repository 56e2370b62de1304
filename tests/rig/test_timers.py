"""R08 with real processes and the real clock: workers are killed while 1,000 timers are due; each has one effect."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.rig.test_processes import _kill_child, _site, _state, data

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("rig")]
__all__ = ["data"]
ORDERS, KILLS = 340, 6
SEED = """
import json, random
from datetime import timedelta
from gongdan.wiring.start import start
start()
from gongdan.accounts.tests import factories
from gongdan.kernel.clock import SystemClock
from gongdan.kernel.work import system_work
from gongdan.orders.actions.creating import create
from gongdan.orders.schemas import NewOrder
from gongdan.sla import changing
from gongdan.sla.schemas import PolicyIn
from gongdan.wiring import testing
import msgspec
now = SystemClock().now()
factories.company.__defaults__ = (now,)
testing.NOW = factories.NOW = now
scene = testing.world()
minutes = dict.fromkeys(("1", "2", "3", "4"), 1)
target = {"key": "resolve", "label": {"zh": "解决", "en": "Resolution"}, "minutes": minutes, "stops_on": ["complete"]}
policy = {"name": {"zh": "一分钟", "en": "One minute"}, "calendar": "always", "targets": [target]}
with system_work(scene.company.id, "test", now) as work:
    changing.add(work, msgspec.convert(policy, PolicyIn))
for n in range(%d):
    with system_work(scene.company.id, "test", SystemClock().now()) as work:
        create(work, NewOrder(blueprint="repair", title=str(n), fields={"fault_type": "hvac"}))
print(json.dumps({"tenant": str(scene.company.id), "token": ""}))
"""


def test_timers_fire_once_and_not_early_while_workers_are_killed(data: Path) -> None:
    rng = random.Random(8)
    with _site(data) as (cluster, env, _, _):
        made = subprocess.run([sys.executable, "-c", SEED % ORDERS], env=env, check=True, capture_output=True, text=True)
        tenant = json.loads(made.stdout.strip().split("\n")[-1])["tenant"]
        supervisor = int(_state(data)["pid"])
        end = time.monotonic() + 75
        kills = 0
        while time.monotonic() < end:
            if kills < KILLS:
                _kill_child(supervisor, "worker")
                kills += 1
            time.sleep(rng.uniform(6, 11))
        with psycopg.connect(cluster._super_on("gongdan")) as connection:
            marks = connection.execute(
                "select percent, extract(epoch from at - reached_at)::float from sla_mark where tenant_id = %s", [tenant]
            ).fetchall()
            told = connection.execute(
                "select count(*), count(distinct (order_id, user_id)), count(distinct order_id) "
                "from notify_notification where tenant_id = %s "
                "and code = 'n_breached'",
                [tenant],
            ).fetchone()
    late = sorted(seconds for _, seconds in marks)
    p50, p99 = (late[int(len(late) * share)] for share in (0.5, 0.99))
    print(f"{len(late)} timers, {kills} kills: late p50 {p50:.1f} p99 {p99:.1f} most {late[-1]:.1f} s")
    assert [sum(p == percent for p, _ in marks) for percent in (50, 80, 100)] == [ORDERS] * 3
    assert late[0] >= 0, "none early"
    assert late[-1] <= 30, "within 30 s of a crash"
    assert told is not None
    assert (told[0], told[2]) == (told[1], ORDERS), "nobody is told twice, of every order somebody"
    assert kills == KILLS
