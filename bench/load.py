"""`./dev load --users N`: simulated people on an own cluster and server, against P01 (200 users) and P02 (400) of the reliability page.

Two phases in one run, first `--ratio` people, then N, so that the ratio has one machine and one hour; exit status 1 when a bar of the
second is missed. Ports and the data folder may be given by GONGDAN_LOAD_PORT and --data; without --data everything is removed afterwards.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

from bench.load_figures import misses, quantile, summary, table
from bench.load_sockets import Sockets
from bench.load_users import THINK_SECONDS, phase
from bench.load_world import World, world
from gongdan.wiring.supervisor.refusals import Refused

PORT = int(os.environ.get("GONGDAN_LOAD_PORT", "8133"))
MOST_USERS = 1000


def say(text: str) -> None:
    print(text, flush=True)


def options_of(words: list[str]) -> argparse.Namespace:
    """The command's options; bad ones end the program with a sentence."""
    parser = argparse.ArgumentParser(prog="./dev load", description=__doc__)
    parser.add_argument("--users", type=int, default=200, help="simulated people (1 to 1000)")
    parser.add_argument("--seconds", type=float, default=60, help="measured time of a phase, after a think time of warming up")
    parser.add_argument("--ratio", type=int, default=50, help="people of the first phase; 0: no such phase")
    parser.add_argument("--sockets", type=int, default=-1, help="live streams held open meanwhile; as many as people unless given")
    parser.add_argument("--orders", type=int, default=50_000, help="orders that are there before")
    parser.add_argument("--data", default="", help="a data folder that stays; var/bench holds the bench's million orders")
    parser.add_argument("--json", default="")
    given = parser.parse_args(words)
    if not 1 <= given.users <= MOST_USERS:
        parser.error("--users must be between 1 and 1000")
    if not 0 <= given.ratio <= MOST_USERS:
        parser.error("--ratio must be between 0 (none) and 1000")
    if given.seconds <= 0 or given.orders < 1000:
        parser.error("--seconds must be over 0 and --orders at least 1000")
    return given


def _told_to_stop(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(words: list[str]) -> int:
    """Run; 0 when the bars are met, 1 when one is missed, 2 when nothing could be measured."""
    options = options_of(words)
    signal.signal(signal.SIGTERM, _told_to_stop)  # an orderly end also when a supervisor ends us
    sizes = [n for n in (options.ratio, options.users) if n]
    try:
        with world(options.data, PORT, max(sizes), options.orders, say) as made:
            found = [measured(made, users, options.seconds, options.sockets) for users in sizes]
            logged = [s.seconds * 1000 for s in made.log_ins]
    except KeyboardInterrupt:
        say("stopped")
        return 130
    except (Refused, RuntimeError) as error:
        say(str(error))
        return 2
    say(f"log-in: {len(logged)} calls, 4 at a time, p50 {quantile(logged, 0.5):.0f}, p95 {quantile(logged, 0.95):.0f} ms")
    if len(found) == 2:
        ratio = found[1]["all"]["p95_ms"] / max(found[0]["all"]["p95_ms"], 0.1)
        say(f"p95 at {sizes[1]} people is {ratio:.2f} of that at {sizes[0]}")
        found[1]["p95_ratio"] = round(ratio, 2)
    if options.json:
        Path(options.json).write_text(json.dumps(found, indent=1, ensure_ascii=False))
    missed = misses(found[-1])
    for line in missed:
        say(f"MISSED at {sizes[-1]} people: {line}")
    if not missed:
        say(f"the bars for {sizes[-1]} people are met")
    return 1 if missed else 0


def measured(made: World, users: int, seconds: float, sockets: int = 0) -> dict[str, Any]:
    """One phase, printed."""
    say(f"{users} people, one action each {THINK_SECONDS:.0f} s: {THINK_SECONDS:.0f} s to warm up, {seconds:.0f} s measured …")
    tokens = [t for given in made.tokens.values() for t in given]
    streams = Sockets(made.port + 1, tokens[: users if sockets < 0 else sockets])
    streams.start()
    samples, people = phase(made.port, made.tokens, users, THINK_SECONDS, seconds, made.facts)
    opened, lost = streams.opened, streams.lost
    streams.stopping.set()
    streams.join()
    found = summary(samples, users, seconds)
    found["sockets"] = {"asked": len(streams.tokens), "opened": opened, "lost": lost, "events": streams.events}
    late = [x for p in people for x in p.lateness]
    found["late_p95_ms"] = round(quantile(late, 0.95) * 1000, 1)
    found["nothing_to_do"] = sum(p.empty for p in people)
    say(
        f"\n{datetime.now():%Y-%m-%d %H:%M} · {users} people · {found['per_second']} calls/s · mix {found['mix']} (aim 70 read, 20 update, 5, 5)"
    )
    say(f"live streams: {len(streams.tokens)} asked for, {opened} opened, {lost} lost, {streams.events} events")
    say(f"actions begun late: p95 {found['late_p95_ms']} ms; lists with nothing in them: {found['nothing_to_do']}")
    say(table(found))
    for line, count in found["errors"].items():
        say(f"  {count} × {line}")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
