"""The manual: every screen has its page in both languages, every link leads somewhere, every picture is there and is looked at."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gongdan.accounts.roles import SHIPPED

ROOT = Path(__file__).resolve().parents[2]
MANUAL = ROOT / "docs" / "manual"
PAGES = sorted(p for locale in ("zh", "en") for p in (MANUAL / locale).glob("*.md"))
LINK = re.compile(r"\]\(([^)\s]+)\)")
SCREENS = re.compile(r'page === "(\w+)"')
UNPAGED = {"help", "changes", ""}
SHARED = {"me": "settings", "demo": "start"}  # screens that another page tells of


def test_both_languages_have_the_same_pages_of_the_same_shape() -> None:
    shapes = {
        locale: {p.stem: re.findall(r"^#+ ", p.read_text(encoding="utf-8"), re.MULTILINE) for p in (MANUAL / locale).glob("*.md")}
        for locale in ("zh", "en")
    }
    assert shapes["zh"] == shapes["en"]
    assert len(shapes["zh"]) >= 12


def test_every_screen_has_a_page() -> None:
    text = (ROOT / "web" / "console" / "src" / "Pages.tsx").read_text(encoding="utf-8")
    screens = {SHARED.get(s, s) for s in SCREENS.findall(text)} - UNPAGED
    assert len(screens) >= 7
    assert screens <= {p.stem for p in PAGES}


def test_the_contents_list_every_page() -> None:
    text = (ROOT / "web" / "console" / "src" / "features" / "help" / "pages.ts").read_text(encoding="utf-8")
    found = re.search(r"ORDER = \[(.*?)\]", text)
    assert found is not None
    assert set(re.findall(r'"(\w+)"', found[1])) == {p.stem for p in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert not re.match(r"[a-z]+:", target), "the manual works without the outside world"
        path, _, _ = target.partition("#")
        assert (page.parent / path).exists(), target


def test_every_picture_is_shown() -> None:
    shown = {Path(t).name for p in PAGES for t in LINK.findall(p.read_text(encoding="utf-8")) if "/shots/" in t}
    light = {p.name for p in (MANUAL / "shots").glob("*-desktop-light.*")}
    assert light <= shown


def test_changes_concern_roles_and_pages_that_exist() -> None:
    told = json.loads((MANUAL / "changes.json").read_text(encoding="utf-8"))
    pages = {p.stem for p in PAGES}
    for version in told:
        for entry in version["entries"]:
            assert entry["zh"]
            assert entry["en"]
            assert set(entry["roles"]) <= set(SHIPPED)
            assert entry.get("to", "start") in pages
