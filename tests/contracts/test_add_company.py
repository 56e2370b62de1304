"""`gongdan add-company`: how an installation without the demo gets its first person who can log in."""

from __future__ import annotations

import argparse
import re
from uuid import uuid4

import pytest

from gongdan.kernel.clock import SystemClock
from gongdan.kernel.http.dispatch import Api
from gongdan.kernel.http.testing import Client
from gongdan.wiring import api
from gongdan.wiring.commands.companies import add_company


def _options(slug: str, name: str = "甲公司", login: str = "admin") -> argparse.Namespace:
    return argparse.Namespace(slug=slug, name=name, login=login)


def test_the_administrator_of_a_new_company_logs_in_and_works(capsys: pytest.CaptureFixture[str]) -> None:
    slug, login = f"c{uuid4().hex[:8]}", f"boss-{uuid4().hex[:6]}"
    assert add_company(_options(slug, login=login)) == 0
    said = capsys.readouterr().out
    found = re.search(rf"Log in as {login} / (\S+)", said)
    assert found is not None, said
    client = Client(Api(api.table(), SystemClock()), None)
    answer = client.post("/sessions", {"login": login, "password": found[1], "company": slug})
    assert answer.status == 201, answer.body
    cookie = answer.headers["set-cookie"].split(";")[0].partition("=")[2]
    client.token = cookie
    assert "user.edit" in client.get("/me").json["permissions"] or "*" in client.get("/me").json["permissions"]
    assert {b["key"] for b in client.get("/blueprints").json} == {"repair", "service"}
    made = client.post("/orders", {"blueprint": "service", "title": "第一张工单", "fields": {"category": "consult"}})
    assert made.status == 201, made.body


def test_a_company_is_made_once_and_a_wrong_name_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    slug = f"c{uuid4().hex[:8]}"
    assert add_company(_options(slug)) == 0
    assert add_company(_options(slug)) == 1
    assert "already" in capsys.readouterr().out
    for wrong in (_options("Ä b"), _options("x"), _options("ok-name", name=" "), _options("ok-name", login="")):
        assert add_company(wrong) == 2
