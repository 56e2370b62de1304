"""Web files: pages typed without /app lead into the console; nothing else is invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongdan.wiring.static import WebFiles


def _get(tmp_path: Path, path: str, query: str = "", method: str = "GET") -> tuple[str, dict[str, str]] | None:
    (tmp_path / "index.html").write_text("<!doctype html>")
    told: list[tuple[str, dict[str, str]]] = []
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query}
    served = WebFiles(tmp_path)(environ, lambda status, headers: told.append((status, dict(headers))))
    return told[0] if served is not None else None


@pytest.mark.parametrize(
    ("path", "query", "to"),
    [
        ("/orders", "", "/app/orders"),
        ("/orders/", "open=true&q=%E6%BC%8F", "/app/orders?open=true&q=%E6%BC%8F"),
        ("/orders/0199-x", "", "/app/orders/0199-x"),
        ("/customers/\xe4\xb8\xad", "", "/app/customers/%E4%B8%AD"),
        ("/me", "", "/app/me"),
        ("/login", "", "/app"),
    ],
)
def test_a_known_page_without_app_leads_into_the_console(tmp_path: Path, path: str, query: str, to: str) -> None:
    answer = _get(tmp_path, path, query)
    assert answer is not None
    assert (answer[0], answer[1]["Location"]) == ("302 Found", to)


@pytest.mark.parametrize("path", ["/", "/app", "/app/orders", "/app/nowhere"])
def test_the_console_itself_is_served(tmp_path: Path, path: str) -> None:
    answer = _get(tmp_path, path)
    assert answer is not None
    assert answer[0] == "200 OK"


@pytest.mark.parametrize(("path", "method"), [("/unknown", "GET"), ("/t/token", "GET"), ("/ordersx", "GET"), ("/orders", "POST")])
def test_everything_else_is_left_to_others(tmp_path: Path, path: str, method: str) -> None:
    assert _get(tmp_path, path, method=method) is None
