"""A dry run has no effect: the tenant's rows are the same before and after, but for the dry run's own."""

from __future__ import annotations

from gongdan.automation.tests.scenes import busy, dry, service, trial
from gongdan.wiring.testing import world
from tests.tour import rows_of


def test_nothing_changes_but_the_dry_run_itself() -> None:
    scene = world()
    busy(scene)
    scene.run_jobs()
    own = {"automation_dry_run", "kernel_operation", "kernel_job"}
    with rows_of() as rows:
        before = rows(scene.company.id)
        found = dry(scene, rule=trial(trigger={"kind": "event", "fact": "order.moved"}))
        after = rows(scene.company.id)
        assert found["firings"] > 0
        assert {t for t in after if after[t] != before[t]} <= own
        service(scene)  # control: what does change something is seen
        assert {t for t, n in rows(scene.company.id).items() if n != before[t]} > own
