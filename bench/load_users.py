"""Simulated people at the public API: roles, what they do, when, and what they found. No product code: HTTP only.

An action is due at a scheduled instant (Poisson, one per THINK_SECONDS a person); who is late begins at once and the lateness is kept,
so a slow server cannot hide behind people who wait for it.
"""

from __future__ import annotations

import http.client
import json
import random
import select
import threading
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

THINK_SECONDS = 10.0
TIMEOUT_SECONDS = 30.0
PREFIX = "/api/v1"
WORDS = ("空调", "漏水", "电梯困人", "水泵", "配电柜")
# the share of people in each role, and how often each thing is done by them
ROLES = {"agent": 0.40, "dispatcher": 0.05, "engineer": 0.50, "manager": 0.05}
HABITS: dict[str, dict[str, int]] = {
    "agent": {"create": 30, "search": 20, "talk": 33, "give": 12, "browse": 3, "look": 2},
    "dispatcher": {"give": 65, "search": 15, "browse": 12, "look": 8},
    "engineer": {"work": 65, "talk": 12, "search": 8, "browse": 8, "look": 7},
    "manager": {"look": 40, "search": 15, "talk": 25, "browse": 20},
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A call: when it began (seconds of the monotonic clock), how long it took, what came of it. `status` 0: no answer."""

    name: str
    at: float
    seconds: float
    status: int
    text: str = ""


@dataclass
class Found:
    """What one person saw."""

    samples: list[Sample] = field(default_factory=list)
    lateness: list[float] = field(default_factory=list)
    empty: int = 0  # nothing to do: an engineer without orders


class Client:
    """A person's browser: one connection, kept while the server keeps it; every write has an Operation-Id, every change an If-Match."""

    def __init__(self, port: int, token: str, found: Found) -> None:
        self.port, self.token, self.found = port, token, found
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)

    def call(self, name: str, method: str, path: str, body: Any = None, version: int | None = None) -> Any:
        """The answer's JSON; None when it is no 2xx (which is kept)."""
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if method != "GET":
            headers["Operation-Id"] = str(uuid4())
        if version is not None:
            headers["If-Match"] = str(version)
        self._drop_if_ended()
        begun = time.monotonic()
        try:
            self.connection.request(method, PREFIX + path, None if body is None else json.dumps(body).encode(), headers)
            answer = self.connection.getresponse()
            data, status = answer.read(), answer.status
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            self.found.samples.append(Sample(name, begun, time.monotonic() - begun, 0, f"{type(error).__name__}: {error}"))
            return None
        good = 200 <= status < 300
        text = "" if good else data.decode(errors="replace")[:300]
        self.found.samples.append(Sample(name, begun, time.monotonic() - begun, status, text))
        return json.loads(data) if good and data else None

    def _drop_if_ended(self) -> None:
        """A connection that the server ended while its person thought is opened anew, as browsers do; it has an end to read."""
        if self.connection.sock is not None and select.select([self.connection.sock], [], [], 0)[0]:
            self.connection.close()


class Person(threading.Thread):
    """Somebody who works until told to stop."""

    def __init__(self, port: int, token: str, role: str, world: dict[str, Any], seed: int, stopping: threading.Event) -> None:
        super().__init__(daemon=True)
        self.found = Found()
        self.client = Client(port, token, self.found)
        self.role, self.world, self.stopping = role, world, stopping
        self.rng = random.Random(seed)
        habits = HABITS[role]
        self.names, self.weights = list(habits), list(habits.values())

    def run(self) -> None:
        due = time.monotonic() + self.rng.uniform(0, THINK_SECONDS)
        while not self.stopping.wait(max(0.0, due - time.monotonic())):
            self.found.lateness.append(max(0.0, time.monotonic() - due))
            what: Callable[[], None] = getattr(self, self.rng.choices(self.names, self.weights)[0])
            what()
            due += self.rng.expovariate(1 / THINK_SECONDS)
        self.client.connection.close()

    def _one(self, filters: str) -> dict[str, Any] | None:
        """A list, and one of its orders opened."""
        page = self.client.call("list", "GET", f"/orders?{filters}")
        items = page["items"] if page else []
        if not items:
            self.found.empty += 1
            return None
        return self.detail(self.rng.choice(items)["id"])

    def detail(self, order_id: str) -> dict[str, Any] | None:
        """An order as its page opens it."""
        found: dict[str, Any] | None = self.client.call("detail", "GET", f"/orders/{order_id}")
        return found

    def browse(self) -> None:
        """A list and an order of it."""
        self._one(
            self.rng.choice(["open=true&sort=due", f"priority={self.rng.randrange(1, 5)}&open=true", "open=true&sla=near,breached"])
        )

    def look(self) -> None:
        """How things stand: home, board, the bell."""
        self.client.call("home", "GET", "/home")
        self.client.call("board", "GET", "/boards/states?blueprint=repair")
        self.client.call("bell", "GET", "/notifications/count")

    def search(self) -> None:
        """A word or a number; the first hit is opened."""
        word = self.rng.choice([*WORDS, f"BX-{self.rng.randrange(1, self.world['orders'] + 1)}"])
        found = self.client.call("search", "GET", f"/orders/search?q={urllib.parse.quote(word)}")
        items = (found.get("items") if isinstance(found, dict) else found) or []
        if items:
            self.detail(items[0]["id"])

    def create(self) -> None:
        """A request, as the model tells them; then its page."""
        body = self.rng.choice(self.world["requests"])
        self.client.call("customer", "GET", f"/customers/{body['customer_id']}")
        made = self.client.call("create", "POST", "/orders", body)
        if made:
            self.detail(made["id"])

    def talk(self) -> None:
        """A comment on an open order."""
        order = self._one("assignee_id=me&open=true" if self.role == "engineer" else "open=true")
        if order:
            self.client.call("comment", "POST", f"/orders/{order['id']}/comments", {"body": "已联系客户，下午上门。"})

    def give(self) -> None:
        """Somebody for an order that nobody has: who fits, and assign."""
        order = self._one("state=pending&assignee_id=none")
        if order:
            self.client.call("candidates", "GET", f"/orders/{order['id']}/candidates")
            chosen = self.rng.choice(self.world["engineers"])
            self.client.call("assign", "POST", f"/orders/{order['id']}/assign", {"assignee_id": chosen}, order["version"])

    def work(self) -> None:
        """An engineer's next step: start what was given, complete what was started."""
        order = self._one("assignee_id=me&state=dispatched,in_service")
        if order and order["state"] == "dispatched":
            self.client.call("start", "POST", f"/orders/{order['id']}/start", {}, order["version"])
        elif order:
            done = {"fields": {"fault_cause": "滤网堵塞", "labour_hours": 1}, "note": "已处理"}
            self.client.call("complete", "POST", f"/orders/{order['id']}/complete", done, order["version"])


def roles_of(users: int) -> list[str]:
    """A role for each of `users` people, by the shares of ROLES, at least one of each from five people on."""
    counts = {role: max(1, round(users * share)) for role, share in ROLES.items()}
    counts["engineer"] = max(1, users - sum(n for role, n in counts.items() if role != "engineer"))
    return [role for role, count in counts.items() for _ in range(count)][:users]


def phase(
    port: int, tokens: dict[str, list[str]], users: int, warm: float, seconds: float, world: dict[str, Any]
) -> tuple[list[Sample], list[Found]]:
    """Let `users` people work for `warm` + `seconds`; the samples of the last `seconds` and all that was found."""
    stopping = threading.Event()
    left = {role: iter(given) for role, given in tokens.items()}
    people = [Person(port, next(left[role]), role, world, n, stopping) for n, role in enumerate(roles_of(users))]
    for person in people:
        person.start()
    time.sleep(warm)
    begun = time.monotonic()
    time.sleep(seconds)
    ended = time.monotonic()
    stopping.set()
    for person in people:
        person.join(TIMEOUT_SECONDS + THINK_SECONDS)
    samples = [s for p in people for s in list(p.found.samples) if begun <= s.at < ended]
    return samples, [p.found for p in people]
