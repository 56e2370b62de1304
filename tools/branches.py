"""The gate on the engines: every branch is taken by a case of a table. Generated input and others' data do not count.

python -m tools.branches: runs the tests of tables without a database, then fails below 100 %.
"""

from __future__ import annotations

import subprocess
import sys

LEFT_OUT = ("test_properties.py", "test_minutes.py", "test_life.py", "test_oracles.py")  # chance, or data that a clone may not have


def main() -> int:
    """0 when the tests pass and no branch of gongdan/engines is left out."""
    coverage = [sys.executable, "-m", "coverage"]
    tests = ["-m", "pytest", "--noconftest", "-q", "-p", "no:xdist", "-m", "not db", "gongdan/engines"]
    left_out = [f"--ignore-glob=*/{name}" for name in LEFT_OUT]
    failed = subprocess.run([*coverage, "run", *tests, *left_out], check=False).returncode
    return failed or subprocess.run([*coverage, "report"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
