"""Somebody at a screen, and what axe says about it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from axe_playwright_python.base import AXE_SCRIPT

from gongdan.accounts.tests.factories import PASSWORD

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Person:
    """Somebody at a screen: a page, what went wrong on it, and the public API under the same log-in."""

    def __init__(self, browser: Any, base: str, width: int, login: str = "", company: str = "", **options: Any) -> None:
        self.base = base
        lang = options.pop("lang", "zh")
        options = {
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "color_scheme": "light",
            "reduced_motion": "reduce",
            **options,
        }
        self.context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        self.context.add_init_script(f"localStorage.setItem('gongdan.locale', '{lang}')")
        self.login, self.company = login, company
        if login:
            self.log_in()
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.problems: list[str] = []
        self.expected: tuple[str, ...] = ()
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", lambda m: self.problems.append(m.text) if m.type == "error" else None)
        self.page.on("response", lambda r: self.problems.append(f"{r.status} {r.url}") if r.status >= 400 else None)

    def log_in(self) -> None:
        """A session by the API, as the log-in form makes it."""
        data = {"login": self.login, "password": PASSWORD, "company": self.company}
        assert self.context.request.post(f"{self.base}/api/v1/sessions", data=data).status == 201

    def get(self, path: str) -> Any:
        """Read the API."""
        return self.context.request.get(f"{self.base}/api/v1{path}").json()

    def say(self, method: str, path: str, body: dict[str, Any], version: int | None = None) -> Any:
        """Write by the API."""
        headers = {"Operation-Id": str(uuid4())} | ({} if version is None else {"If-Match": f'"{version}"'})
        answer = self.context.request.fetch(f"{self.base}/api/v1{path}", method=method, data=body, headers=headers)
        assert answer.ok, answer.text()
        return answer.json() if answer.text() else None

    def order(self, **values: Any) -> dict[str, Any]:
        """A new repair order, after the automatic dispatch has looked at it."""
        body = {"blueprint": "repair", "title": "空调漏水", "fields": {"fault_type": "hvac"}, **values}
        made: dict[str, Any] = self.say("POST", "/orders", body)
        for _ in range(100):
            now: dict[str, Any] = self.get(f"/orders/{made['id']}")
            if now["assignee_id"]:
                return now
            self.page.wait_for_timeout(100)
        raise AssertionError("nobody was found for the order")

    def go(self, path: str) -> Any:
        """The page at an address, inside the running console."""
        self.page.evaluate("p => { history.pushState(null, '', p); dispatchEvent(new PopStateEvent('popstate')) }", path)
        self.page.wait_for_timeout(100)
        return self.page

    def open(self, path: str) -> Any:
        """The page at an address."""
        self.page.goto(self.base + path)
        return self.page


def violations(page: Any) -> list[tuple[str, Any]]:
    """What axe finds against WCAG 2.0–2.2 A and AA. The script is brought in once per document: it is most of the cost."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']}).then(r => r.violations)", RULES)
    return [(v["id"], [(n["html"][:300], n["failureSummary"][:200]) for n in v["nodes"][:3]]) for v in found]
