"""SLA clocks as a fold over rows: segments (which calendar and target from when) and pauses.

Elapsed time is working time outside pauses, each stretch measured by the calendar in force then; so a change of priority, policy
or calendar never loses time that was paused before. Pauses may overlap each other and non-working time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from gongdan.engines.worktime.arithmetic import Span, add, between, spans
from gongdan.engines.worktime.calendar import Compiled


@dataclass(frozen=True, slots=True)
class Segment:
    """From `start` on, this calendar and target (working seconds) hold."""

    start: datetime
    calendar: Compiled
    target: int


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood from `start` to `end` (None: still stands)."""

    start: datetime
    end: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class _Piece:
    start: datetime
    end: datetime | None
    calendar: Compiled
    pause: str | None


class Clock:
    """A clock over at least one segment, in order of time."""

    def __init__(self, segments: Sequence[Segment], pauses: Sequence[Pause] = ()) -> None:
        if not segments:
            raise ValueError("a clock needs a segment")
        self.segments = sorted(segments, key=lambda s: s.start)
        self.pauses = merged(pauses)

    @property
    def target(self) -> int:
        """The target in force, in working seconds."""
        return self.segments[-1].target

    def due_at(self) -> datetime | None:
        """When the elapsed time reaches the target in force; None while an open pause keeps it from ever doing so."""
        left = self.target
        for piece in self._pieces(None):
            if piece.pause is not None:
                continue
            if piece.end is None:
                return add(piece.calendar, piece.start, left)
            worked = between(piece.calendar, piece.start, piece.end)
            if worked >= left:
                return add(piece.calendar, piece.start, left)
            left -= worked
        return None

    def elapsed(self, until: datetime) -> int:
        """Working seconds outside pauses up to `until`."""
        return sum(between(p.calendar, p.start, p.end or until) for p in self._pieces(until) if p.pause is None)

    def remaining(self, until: datetime) -> int:
        """Target minus elapsed; negative when breached."""
        return self.target - self.elapsed(until)

    def explain(self, until: datetime) -> list[Span]:
        """[start, until) cut into stretches: counted ones sum exactly to `elapsed(until)`."""
        found: list[Span] = []
        for piece in self._pieces(until):
            for span in spans(piece.calendar, piece.start, piece.end or until):
                counted = span.counted and piece.pause is None
                reason = piece.pause if span.counted and piece.pause is not None else span.reason
                if found and (found[-1].counted, found[-1].reason) == (counted, reason):
                    found[-1] = Span(found[-1].start, span.end, counted, reason)
                else:
                    found.append(Span(span.start, span.end, counted, reason))
        return found

    def _pieces(self, until: datetime | None) -> Iterator[_Piece]:
        """The time line cut at segment borders and pauses, up to `until` or without end."""
        for index, segment in enumerate(self.segments):
            end = self.segments[index + 1].start if index + 1 < len(self.segments) else until
            if until is not None and (end is None or end > until):
                end = until
            if end is not None and end <= segment.start:
                continue
            yield from self._inside(segment, end)

    def _inside(self, segment: Segment, end: datetime | None) -> Iterator[_Piece]:
        position = segment.start
        for pause in self.pauses:
            if pause.end is not None and pause.end <= position:
                continue
            if end is not None and pause.start >= end:
                break
            if pause.start > position:
                yield _Piece(position, pause.start, segment.calendar, None)
            position = max(position, pause.start)
            stop = pause.end if end is None or (pause.end is not None and pause.end < end) else end
            if stop is None:
                return
            yield _Piece(position, stop, segment.calendar, pause.reason)
            position = stop
        if end is None or position < end:
            yield _Piece(position, end, segment.calendar, None)


def merged(pauses: Sequence[Pause]) -> list[Pause]:
    """Pauses in order, overlaps cut off so that each instant has one reason: the pause that began first."""
    found: list[Pause] = []
    for pause in sorted(pauses, key=lambda p: p.start):
        if pause.end is not None and pause.end <= pause.start:
            continue
        last = found[-1] if found else None
        if last is None or (last.end is not None and last.end <= pause.start):
            found.append(pause)
        elif last.end is not None and (pause.end is None or pause.end > last.end):
            found.append(Pause(last.end, pause.end, pause.reason))
    return found
