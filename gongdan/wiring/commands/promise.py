"""The command `promise`: the experiment of ADR 0021."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gongdan.wiring.commands import data
from gongdan.wiring.commands.addresses import SERVING, address
from gongdan.wiring.start import start

SMALL_SEEDS = (9001, 9002)  # for looking and tests; never those of the full run


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def add_options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--small", action="store_true", help="two seeds that the full run does not have")
    parser.add_argument("--recompute", action="store_true", help="only measure the ledgers that an earlier run left")
    parser.add_argument("--model", default="promise", help="a shipped model, or a YAML or JSON file")
    parser.add_argument("--json", help="a file for all figures")


def promise(options: argparse.Namespace) -> int:
    """Play, measure, print. `--recompute` measures the ledgers that an earlier run left and plays nothing."""
    address(SERVING)
    start()
    from gongdan.simulator import model as models
    from gongdan.simulator import promise as experiment

    begun = time.monotonic()
    if options.seeds < 1:
        _say("--seeds must be at least 1. --seeds 至少为 1。")
        return 2
    try:
        model = models.load(options.model)
    except FileNotFoundError:
        _say(f"There is no model “{options.model}”; give promise or a YAML or JSON file. 没有这个模型。")
        return 2
    except models.BadModel as bad:
        for problem in bad.problems:
            _say(problem)
        return 2
    if model.experiment is None:
        _say(f"The model {model.name} has no part “experiment”; see models/promise.yaml. 该模型没有 experiment 部分。")
        return 2
    seeds = SMALL_SEEDS if options.small else tuple(range(1, options.seeds + 1))
    if options.recompute:
        found = _again(model, seeds)
        if found is None:
            return 1
        today, ours = found
    else:
        for seed in seeds:
            for way in experiment.WAYS:
                if data.tenant_exists(experiment.slug(seed, way)):
                    data.remove_demo(argparse.Namespace(tenant=experiment.slug(seed, way)))
        today, ours = experiment.play(model, seeds, _say)
    _say("")
    _say(f"{len(seeds)} seeds ({seeds[0]}–{seeds[-1]}), {time.monotonic() - begun:.0f} s; mean (95 % interval)")
    _say(experiment.report(today, ours))
    if options.json:
        plain = {"seeds": list(seeds), "today": today, "ours": ours, "intervals": _intervals(today, ours)}
        Path(options.json).write_text(json.dumps(plain, indent=1))
    return 0


def _intervals(today: list[dict[str, float]], ours: list[dict[str, float]]) -> dict[str, Any]:
    from gongdan.simulator.promise import ROWS, interval

    return {
        key: {
            "today": asdict(interval([f[key] for f in today])),
            "ours": asdict(interval([f[key] for f in ours])),
            "difference": asdict(interval([b[key] - a[key] for a, b in zip(today, ours, strict=True)])),
        }
        for key, *_ in ROWS
    }


def _again(model: Any, seeds: tuple[int, ...]) -> tuple[list[dict[str, float]], list[dict[str, float]]] | None:
    from gongdan.kernel.work import raw_connection, transaction_scope
    from gongdan.simulator import promise as experiment

    found: dict[str, list[dict[str, float]]] = {way: [] for way in experiment.WAYS}
    for seed in seeds:
        for way, rows in found.items():
            with transaction_scope():
                row = raw_connection().execute("select find_tenant(%s)", [experiment.slug(seed, way)]).fetchone()
            if row is None or row[0] is None:
                _say(f"There is no ledger of seed {seed} ({way}); run ./dev promise first. 没有该种子的账本。")
                return None
            rows.append(experiment.measure(row[0], model))
    return found["today"], found["ours"]
