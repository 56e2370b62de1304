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


def verify_ledger(options: argparse.Namespace) -> int:
    """Verify all chains and anchors of one tenant or of all; exit status 1 when anything is wrong."""
    address(SERVING)
    start()
    from gongdan.kernel.clock import SystemClock
    from gongdan.kernel.work import raw_connection, transaction_scope
    from gongdan.orders import anchoring

    with transaction_scope():
        connection = raw_connection()
        if options.tenant:
            rows = connection.execute("select find_tenant(%s)", [options.tenant]).fetchall()
        else:
            rows = connection.execute("select * from all_tenants()").fetchall()
        tenants: list[UUID] = [r[0] for r in rows if r[0] is not None]
    wrong = 0
    for tenant_id in tenants:
        report = anchoring.check(tenant_id, SystemClock().now())
        wrong += len(report.faults)
        state = "ok" if not report.faults else f"{len(report.faults)} FAULTS"
        sys.stdout.write(f"{tenant_id}: {report.orders} orders, {report.events} events, {report.anchors} anchors: {state}\n")
        for fault in report.faults[:20]:
            sys.stdout.write(f"  order {fault.order_id} entry {fault.seq}: {fault.kind}\n")
    return 1 if wrong or not tenants else 0
