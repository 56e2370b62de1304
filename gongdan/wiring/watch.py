"""The dead-man's switch: whoever finds a duty silent tells the administrators, in their inbox and by mail, once per silence.

It runs beside the duties it watches and in the live process too, which sends the mail itself when the sender is what stopped.
"""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from gongdan.kernel import deadman
from gongdan.kernel.deadman import DutyState
from gongdan.kernel.jobs import duty
from gongdan.kernel.work import system_work, transaction_scope
from gongdan.notify import actions as notify
from gongdan.notify import jobs as notify_jobs

log = logging.getLogger("gongdan.watch")
EVERY_SECONDS = 10
ADMINS = "select id, email, coalesce(locale, 'zh') from accounts_user where active and 'admin' = any(roles) order by id limit 50"
SENDER = "notify.send"
_never: dict[str, datetime] = {}  # since when this process sees a duty that has never succeeded


@duty("system.watch", EVERY_SECONDS)
def watch(at: datetime) -> None:
    """Alarm about every duty that is late, once per silence."""
    alarm(at)


def alarm(at: datetime) -> list[str]:
    """Tell the administrators of every company which duties are silent. Returns their names. Safe to repeat."""
    late = [s for s in deadman.look(at).duties if s.late and _long_enough(s, at)]
    if not late:
        return []
    log.error("duties are silent: %s", ", ".join(s.name for s in late))
    with transaction_scope() as raw:
        tenants: list[UUID] = [r[0] for r in raw.execute("select * from all_tenants()").fetchall()]
    for tenant_id in tenants:
        _tell(tenant_id, late, at)
    if any(s.name == SENDER for s in late):
        notify_jobs.send(at)
    return [s.name for s in late]


def _long_enough(state: DutyState, at: datetime) -> bool:
    """A duty without any success yet is given as long from when it was first seen so: an installation that has just begun."""
    if state.last_ok_at is not None:
        _never.pop(state.name, None)
        return True
    since = _never.setdefault(state.name, at)
    return (at - since).total_seconds() > deadman.allowed(min(state.every_seconds, EVERY_SECONDS))


def _tell(tenant_id: UUID, late: list[DutyState], at: datetime) -> None:
    with system_work(tenant_id, "system", at) as work:
        admins = work.read(ADMINS)
        for state in late:
            since = state.last_ok_at.isoformat(timespec="seconds") if state.last_ok_at else "?"
            values = {"duty": state.name, "since": since}
            dedupe = f"duty:{state.name}:{since}"
            notify.tell(work, [a[0] for a in admins], "n_duty_stopped", values, dedupe=dedupe)
            for user_id, email, locale in admins:
                if email:
                    notify.queue(work, "email", email, "mail_duty_stopped", values, locale, f"{dedupe}:{user_id}")
