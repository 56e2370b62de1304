"""Run a command with a database around it: `python -m gongdan.wiring.supervisor.around replay FILE …`.

Uses GONGDAN_DATABASE_URL when it is set; else an own cluster under var/replay, kept between runs, so that a second run of the same
command meets what the first one left.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from gongdan.wiring.migrate import fingerprint
from gongdan.wiring.postgres.cluster import Cluster
from gongdan.wiring.supervisor.run import environment


def main(words: list[str]) -> int:
    """Start, migrate, run, stop. Returns the command's exit status."""
    command = [sys.executable, "-m", "gongdan.wiring.cli"]
    if os.environ.get("GONGDAN_DATABASE_URL"):
        return subprocess.run([*command, *words], check=False).returncode  # noqa: S603 – fixed program
    data = Path(os.environ.get("GONGDAN_REPLAY_DATA", "var/replay")).resolve()
    data.mkdir(parents=True, exist_ok=True)
    cluster = Cluster(data)
    if not cluster.exists():
        (data / "schema.sha256").unlink(missing_ok=True)
    cluster.ensure()
    cluster.start()
    try:
        environment(data, cluster, 8000)
        mark = data / "schema.sha256"
        if not mark.exists() or mark.read_text() != fingerprint():
            status = subprocess.run([*command, "migrate"], check=False).returncode  # noqa: S603 – fixed program
            if status:
                return status
            mark.write_text(fingerprint())
        return subprocess.run([*command, *words], check=False).returncode  # noqa: S603 – fixed program
    finally:
        cluster.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
