"""`./dev bench hot [--json FILE] [--orders N] [--seconds S] [--rounds R]` and the small ones: worktime, time.

`./dev bench desk [--json FILE] [--orders N] [--requests R]`: what somebody at a desk waits for, screens included.
"""

from __future__ import annotations

import argparse
import sys

from bench import clocks, desk, hot, worktime


def main() -> int:
    """Run one benchmark."""
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    sub = parser.add_subparsers(dest="what", required=True)
    sub.add_parser("worktime")
    run = sub.add_parser("hot")
    run.add_argument("--json")
    run.add_argument("--orders", type=int, default=1_000_000)
    run.add_argument("--seconds", type=int, default=4)
    run.add_argument("--rounds", type=int, default=3)
    seat = sub.add_parser("desk")
    seat.add_argument("--json")
    seat.add_argument("--orders", type=int, default=1_000_000)
    seat.add_argument("--requests", type=int, default=100)
    sub.add_parser("time").add_argument("--json")
    options = parser.parse_args(sys.argv[1:] or ["hot"])
    if options.what == "time":
        return clocks.main(options)
    if options.what == "worktime":
        worktime.main()
        return 0
    return desk.main(options) if options.what == "desk" else hot.main(options)


if __name__ == "__main__":
    sys.exit(main())
