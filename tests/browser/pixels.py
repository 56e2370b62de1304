"""Pixels of a screenshot, contrast (WCAG 2.2), and what they look like to people who see fewer colours."""

from __future__ import annotations

import struct
import zlib
from collections import Counter

Rgb = tuple[int, int, int]
# Machado, Oliveira and Fernandes (2009), "A Physiologically-based Model for Simulation of Color Vision Deficiency", severity 1.0,
# on linear light
DEFICIENCIES: dict[str, tuple[tuple[float, float, float], ...]] = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


class Picture:
    """An eight-bit PNG without interlace, as Chromium writes it: rows of (r, g, b)."""

    def __init__(self, png: bytes) -> None:
        data, at = b"", 8
        self.width = self.height = channels = 0
        while at < len(png):
            (size,), kind = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
            body = png[at + 8 : at + 8 + size]
            if kind == b"IHDR":
                self.width, self.height, depth, colour = struct.unpack(">IIBB", body[:10])
                channels = {2: 3, 6: 4}[colour]
                assert depth == 8
            elif kind == b"IDAT":
                data += body
            at += 12 + size
        self.rows = self._unfilter(zlib.decompress(data), channels)

    def _unfilter(self, raw: bytes, channels: int) -> list[list[Rgb]]:
        stride = self.width * channels
        before, rows = bytearray(stride), []
        for y in range(self.height):
            begin = y * (stride + 1)
            kind, line = raw[begin], bytearray(raw[begin + 1 : begin + 1 + stride])
            for i in range(stride):
                a = line[i - channels] if i >= channels else 0
                b, c = before[i], before[i - channels] if i >= channels else 0
                line[i] = (line[i] + (0, a, b, (a + b) // 2, _paeth(a, b, c))[kind]) & 255
            rows.append([(line[i], line[i + 1], line[i + 2]) for i in range(0, stride, channels)])
            before = line
        return rows

    def ground(self) -> Rgb:
        """The colour of most pixels."""
        return Counter(p for row in self.rows for p in row).most_common(1)[0][0]

    def seen_by(self, deficiency: str) -> Picture:
        """The same picture as somebody with that deficiency sees it."""
        known: dict[Rgb, Rgb] = {}
        copy = object.__new__(Picture)
        copy.width, copy.height = self.width, self.height
        copy.rows = [[known.get(p) or known.setdefault(p, seen(p, deficiency)) for p in row] for row in self.rows]
        return copy

    def contrast(self) -> float:
        """Between the ground and the ink furthest from it: edges are smoothed, the middle of a stroke is not."""
        ground = self.ground()
        return max(contrast(p, ground) for p in {p for row in self.rows for p in row})

    def shape(self) -> list[list[bool]]:
        """Where there is ink: pixels nearer to the ink than to the ground."""
        ground = self.ground()
        most = self.contrast()
        return [[contrast(p, ground) > 1 + (most - 1) / 2 for p in row] for row in self.rows]


def _paeth(a: int, b: int, c: int) -> int:
    p = a + b - c
    pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
    return a if pa <= pb and pa <= pc else b if pb <= pc else c


def _linear(v: int) -> float:
    s = v / 255
    return s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4


def _encoded(v: float) -> int:
    v = min(max(v, 0.0), 1.0)
    return round(255 * (12.92 * v if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055))


def contrast(one: Rgb, two: Rgb) -> float:
    """The ratio of WCAG 2.2, 1 to 21."""
    light, dark = sorted((0.2126 * _linear(r) + 0.7152 * _linear(g) + 0.0722 * _linear(b) for r, g, b in (one, two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def seen(colour: Rgb, deficiency: str) -> Rgb:
    """A colour as somebody with that deficiency sees it."""
    light = [_linear(v) for v in colour]
    r, g, b = (_encoded(sum(k * v for k, v in zip(row, light, strict=True))) for row in DEFICIENCIES[deficiency])
    return r, g, b


def overlap(one: list[list[bool]], two: list[list[bool]]) -> float:
    """How much of two shapes is common: 1 the same, 0 nothing."""
    both = either = 0
    for a, b in zip(one, two, strict=True):
        for x, y in zip(a, b, strict=True):
            both += x and y
            either += x or y
    return both / either if either else 1.0
