"""`./dev bench hot [--json FILE] [--orders N] [--seconds S] [--rounds R]` and the small ones: expressions, worktime."""

from __future__ import annotations

import argparse
import sys

from bench import hot, worktime


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
    options = parser.parse_args(sys.argv[1:] or ["hot"])
    if options.what == "worktime":
        worktime.main()
        return 0
    return hot.main(options)


if __name__ == "__main__":
    sys.exit(main())
