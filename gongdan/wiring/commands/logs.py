"""Commands on ledgers: replay of real event logs, verification."""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from uuid import UUID

from gongdan.wiring.commands.addresses import SERVING, address
from gongdan.wiring.start import start


def replay(options: argparse.Namespace) -> int:
    """Drive a log through the public API and compare the figures that our own ledger and orders give."""
    start()
    from gongdan.simulator import petitions
    from gongdan.simulator import replay as player

    try:
        with Path(options.file).open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file), [])
    except (OSError, UnicodeDecodeError) as error:
        sys.stdout.write(f"{options.file} cannot be read: {error}\n")
        return 2
    play = petitions.main if petitions.fits(header) else player.main
    return play(options, sys.stdout.write)


def _tenants(slug: str) -> list[UUID]:
    from gongdan.kernel.work import raw_connection, transaction_scope

    with transaction_scope():
        connection = raw_connection()
        asked = ("select find_tenant(%s)", [slug]) if slug else ("select * from all_tenants()", [])
        return [r[0] for r in connection.execute(*asked).fetchall() if r[0] is not None]


def verify_ledger(options: argparse.Namespace) -> int:
    """Verify all chains and anchors of one tenant or of all; exit status 1 when anything is wrong."""
    address(SERVING)
    start()
    from gongdan.kernel.clock import SystemClock
    from gongdan.orders import anchoring

    tenants = _tenants(options.tenant)
    wrong = 0
    for tenant_id in tenants:
        report = anchoring.check(tenant_id, SystemClock().now())
        wrong += len(report.faults)
        state = "ok" if not report.faults else f"{len(report.faults)} FAULTS"
        sys.stdout.write(f"{tenant_id}: {report.orders} orders, {report.events} events, {report.anchors} anchors: {state}\n")
        for fault in report.faults[:20]:
            sys.stdout.write(f"  order {fault.order_id} entry {fault.seq}: {fault.kind}\n")
    return 1 if wrong or not tenants else 0


def verify_clocks(options: argparse.Namespace) -> int:
    """Tell every clock of one tenant or of all again from the ledger; exit status 1 when any differs from its row."""
    address(SERVING)
    start()
    from gongdan.kernel.clock import SystemClock
    from gongdan.sla import verifying

    tenants = _tenants(options.tenant)
    wrong = 0
    for tenant_id in tenants:
        report = verifying.check(tenant_id, SystemClock().now())
        wrong += len(report.differences)
        state = "ok" if not report.differences else f"{len(report.differences)} DIFFERENCES"
        sys.stdout.write(f"{tenant_id}: {report.orders} orders, {report.clocks} clocks: {state}\n")
        for found in report.differences[:50]:
            words = f"{found.part} is {found.there}, the ledger says {found.told}"
            sys.stdout.write(f"  order {found.order_id} clock {found.key}: {words}\n")
    return 1 if wrong or not tenants else 0
