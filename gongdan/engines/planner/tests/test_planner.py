"""The planner by its tables: every blocker, every part of the score, the words, the order. Language-neutral case files."""

from __future__ import annotations

import json
import math
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from gongdan.engines.planner import explain
from gongdan.engines.planner.candidates import Candidate, candidates, distance_km, earliest_start, travel_minutes
from gongdan.engines.planner.model import Engineer, Job, Weights

DOCUMENT = json.loads((Path(__file__).parent / "cases" / "candidates.json").read_text(encoding="utf-8"))
LABELS = {key: (zh, en) for key, (zh, en) in DOCUMENT["skills"].items()}


def _at(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _intervals(raw: list[list[str]]) -> tuple[tuple[datetime, datetime], ...]:
    return tuple((datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in raw)


def _job(raw: dict[str, Any]) -> Job:
    found = {"id": "job", **raw}
    for name in ("earliest", "due_at"):
        found[name] = _at(raw.get(name))
    found["place"] = tuple(raw["place"]) if "place" in raw else None
    found["forbidden"] = frozenset(raw.get("forbidden", ()))
    return Job(**found)


def _engineer(raw: dict[str, Any]) -> Engineer:
    found = {**raw, "shifts": _intervals(raw.get("shifts", DOCUMENT["shifts"])), "absences": _intervals(raw.get("absences", []))}
    found["skills"] = {
        k: (level, None if on is None else date.fromisoformat(on)) for k, (level, on) in raw.get("skills", {}).items()
    }
    found["home"] = tuple(raw["home"]) if "home" in raw else None
    found["regions"] = frozenset(raw.get("regions", ()))
    return Engineer(**found)


def _ranked(case: dict[str, Any], engineers: list[Engineer]) -> list[Candidate]:
    weights = Weights(**case["weights"]) if "weights" in case else None
    at = datetime.fromisoformat(case.get("at", DOCUMENT["at"]))
    return candidates(_job(case["job"]), engineers, at, weights, case.get("zone", "Asia/Shanghai"))


def _plain(found: Candidate) -> dict[str, Any]:
    words = explain.sentences(found, LABELS)
    return {
        "id": found.engineer_id,
        "fits": found.fits,
        "blockers": [[b.code, dict(b.args)] for b in found.blockers],
        "parts": [[p.code, p.value, p.points] for p in found.parts],
        "score": found.score,
        "travel_minutes": found.travel_minutes,
        "earliest_start": None if found.earliest_start is None else found.earliest_start.isoformat(),
        "zh": words["zh"],
        "en": words["en"],
    }


@pytest.mark.parametrize("case", DOCUMENT["cases"], ids=lambda c: c["name"])
def test_the_table(case: dict[str, Any]) -> None:
    """A case names what it is about; what it does not name is not compared."""
    found = [_plain(c) for c in _ranked(case, [_engineer(e) for e in case["engineers"]])]
    assert [f["id"] for f in found] == [e["id"] for e in case["expect"]]
    for ours, expected in zip(found, case["expect"], strict=True):
        start = expected.get("earliest_start")
        wanted = {**expected, **({"earliest_start": _at(start)} if start else {})}
        got = {k: ours[k] for k in expected}
        if start:
            got["earliest_start"] = _at(ours["earliest_start"])
        assert got == wanted


@pytest.mark.parametrize("case", DOCUMENT["cases"], ids=lambda c: c["name"])
def test_the_parts_sum_to_the_score_and_have_words(case: dict[str, Any]) -> None:
    for found in _ranked(case, [_engineer(e) for e in case["engineers"]]):
        assert math.isclose(sum(p.points for p in found.parts), found.score, abs_tol=0.001)
        for words in [explain.part_text(p) for p in found.parts] + [explain.blocker_text(b, LABELS) for b in found.blockers]:
            assert words["zh"]
            assert words["en"]
            assert "{" not in words["zh"] + words["en"]


def test_every_blocker_and_part_is_in_the_table() -> None:
    """Every code with words is expected somewhere, and nothing is expected that has none."""
    expected = [e for c in DOCUMENT["cases"] for e in c["expect"]]
    assert {b[0] for e in expected for b in e.get("blockers", [])} == set(explain.BLOCKERS)
    assert {p[0] for e in expected for p in e.get("parts", [])} == set(explain.PARTS)


@pytest.mark.parametrize("case", DOCUMENT["cases"], ids=lambda c: c["name"])
def test_the_order_of_the_input_does_not_matter(case: dict[str, Any]) -> None:
    engineers = [_engineer(e) for e in case["engineers"]]
    first = _ranked(case, engineers)
    assert _ranked(case, engineers[::-1]) == first
    turned = [
        Engineer(**{**{f.name: getattr(e, f.name) for f in fields(e)}, "shifts": e.shifts[::-1], "absences": e.absences[::-1]})
        for e in engineers
    ]
    assert _ranked(case, turned[1:] + turned[:1]) == first


@pytest.mark.parametrize("case", DOCUMENT["starts"], ids=lambda c: c["name"])
def test_earliest_starts(case: dict[str, Any]) -> None:
    engineer = Engineer(id="e", shifts=_intervals(case["shifts"]), absences=_intervals(case.get("absences", [])))
    found = earliest_start(engineer, datetime.fromisoformat(case["at"]), case["minutes"])
    assert found == _at(case["expect"])


@pytest.mark.parametrize("case", DOCUMENT["distances"], ids=lambda c: str(c["km"]))
def test_distances(case: dict[str, Any]) -> None:
    a, b = tuple(case["from"]), tuple(case["to"])
    assert distance_km(a, b) == pytest.approx(case["km"], rel=0.005, abs=0.001)
    assert distance_km(b, a) == pytest.approx(distance_km(a, b))
    assert travel_minutes(a, b) == pytest.approx(case["km"] * 1.3 * 2, rel=0.006, abs=0.1)
    assert travel_minutes(a, None) is None
    assert travel_minutes(None, b) is None
