"""Somebody who does a task by accessible names only, and what it costs them: actions and seconds by the keystroke-level model.

An action is one click, one shortcut or one text entry. Seconds: 0.28 per key, 1.1 per pointing, 1.35 per thought (before each new
group of things to do), and the waits as measured (ux.md §20). Beside other tests the machine's waits are theirs too: there they do
not count, and the bar is a person's own time.
"""

from __future__ import annotations

import logging
import os
import time
from typing import Any

from tests.browser.people import Person

log = logging.getLogger(__name__)
KEY, POINT, THOUGHT = 0.28, 1.1, 1.35
ALONE = "PYTEST_XDIST_WORKER" not in os.environ


class Hands:
    """A person at work on a task."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page = person.page
        self.actions = 0
        self.seconds = 0.0
        self.waited = 0.0
        self.did: list[str] = []

    def _done(self, what: str, seconds: float) -> None:
        self.actions += 1
        self.seconds += seconds
        self.did.append(what)

    def think(self) -> None:
        """Before a new group of things to do."""
        self.seconds += THOUGHT

    def _see(self, target: Any) -> None:
        begun = time.monotonic()
        target.wait_for()
        self.waited += time.monotonic() - begun

    def click(self, role: str, name: Any, *, within: Any = None, nth: int = 0) -> None:
        """Point at something by its role and name, and press."""
        self.point((within or self.page).get_by_role(role, name=name).nth(nth), f"click {role} {name}")

    def point(self, target: Any, what: str) -> None:
        """Point at something and press."""
        self._see(target)
        target.click()
        self._done(what, POINT)

    def press(self, keys: str) -> None:
        """One shortcut; a sequence of two ("g l") is one."""
        for key in keys.split(" "):
            self.page.keyboard.press(key)
            self.seconds += KEY
        self._done(f"press {keys}", 0)

    def type(self, text: str, *, pause: Any = None) -> None:
        """Type into whatever has the focus. `pause`: what is on screen, at human speed, before the last key."""
        if pause is not None:
            self.page.keyboard.type(text[:-1])
            self._see(pause)
        self.page.keyboard.type(text if pause is None else text[-1])
        self._done(f"type {text}", KEY * len(text))

    def see(self, target: Any) -> None:
        """Wait for an answer on screen; the wait counts."""
        self._see(target)

    def within(self, actions: int, seconds: float) -> None:
        """The task met its bars; says what was done when it did not."""
        took = self.seconds + (self.waited if ALONE else 0)
        log.info("%s actions of %s, %.1f s of %s, %.1f s of waits", self.actions, actions, took, seconds, self.waited)
        assert self.actions <= actions, self.did
        assert took <= seconds, (took, self.waited, self.did)
