"""Log-in, lock-out, log-out and the end of sessions; people and teams over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from gongdan.accounts.actions import LOCK_MINUTES, MAX_FAILURES
from gongdan.accounts.models import Session, User
from gongdan.accounts.tests.factories import NOW, PASSWORD
from gongdan.kernel.errors import Conflict, NotFound
from gongdan.kernel.http.testing import Answer, Client
from gongdan.kernel.work import system_work
from gongdan.wiring.testing import World, world


@pytest.fixture
def scene() -> World:
    made = world(())
    made.clock.set(NOW)
    return made


def _log_in(scene: World, login: str = "agent", password: str = PASSWORD, locale: str = "zh", **more: Any) -> Answer:
    body = {"login": login, "password": password, "company": scene.company.slug, **more}
    return scene.client("nobody", locale).post("/sessions", body)


def _client(scene: World, answer: Answer) -> Client:
    assert answer.status == 201, answer.body.decode()
    return Client(scene.app, answer.json["token"])


def test_a_session_is_opened_and_ended(scene: World) -> None:
    answer = _log_in(scene)
    client = _client(scene, answer)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    me = client.get("/me").json
    assert (me["name"], me["roles"], me["tenant_name"]) == ("陈静", ["agent"], "测试公司")
    assert client.delete("/sessions/current").status == 204
    assert client.get("/me").status == 401, "the server forgets it, not only the browser"
    assert _client(scene, _log_in(scene)).get("/me").status == 200


def test_ending_one_session_leaves_the_others(scene: World) -> None:
    desk, phone = (_client(scene, _log_in(scene)) for _ in range(2))
    desk.delete("/sessions/current")
    assert (desk.get("/me").status, phone.get("/me").status) == (401, 200)


def test_the_cookie_alone_is_enough_and_is_dropped_at_log_out(scene: World) -> None:
    token = _log_in(scene).json["token"]
    nobody = scene.client("nobody")
    name = _log_in(scene).headers["set-cookie"].partition("=")[0]
    with_cookie = {"Cookie": f"{name}={token}"}
    assert nobody.get("/me", headers=with_cookie).status == 200
    gone = nobody.delete("/sessions/current", headers=with_cookie)
    assert "Max-Age=0" in gone.headers["set-cookie"]
    assert nobody.get("/me", headers=with_cookie).status == 401


def test_no_token_is_stored(scene: World) -> None:
    token = _log_in(scene).json["token"]
    with system_work(scene.company.id, "test", NOW) as work:
        stored = work.read("select s::text from accounts_session s")
    assert token not in str(stored)


@pytest.mark.parametrize(
    ("login", "password", "company"),
    [
        ("agent", "wrong password", None),
        ("nobody", PASSWORD, None),
        ("agent", PASSWORD, "elsewhere"),
        ("agent", PASSWORD + " ", None),
    ],
)
def test_every_wrong_credential_gets_the_same_answer(scene: World, login: str, password: str, company: str | None) -> None:
    more = {} if company is None else {"company": company}
    refused = _log_in(scene, login, password, **more)
    assert (refused.status, refused.json["code"], refused.json["detail"]) == (401, "wrong_credentials", "账号或密码不正确。")
    assert "set-cookie" not in refused.headers


def test_the_login_name_is_taken_in_any_case(scene: World) -> None:
    assert _log_in(scene, "AGENT").status == 201


def test_too_many_failures_lock_the_account_for_a_while(scene: World) -> None:
    for _ in range(MAX_FAILURES):
        assert _log_in(scene, password="wrong").status == 401
    locked = _log_in(scene)
    assert (locked.status, locked.json["code"], locked.headers["retry-after"]) == (429, "locked_out", str(LOCK_MINUTES * 60))
    assert locked.json["detail"] == f"登录失败次数过多，请在 {LOCK_MINUTES} 分钟后再试。"
    assert _log_in(scene, "dispatcher").status == 201, "others are not locked out"
    scene.pass_minutes(LOCK_MINUTES - 1)
    assert _log_in(scene).status == 429
    scene.pass_minutes(2)
    assert _log_in(scene).status == 201


def test_a_success_forgets_earlier_failures(scene: World) -> None:
    for _ in range(2):
        for _ in range(MAX_FAILURES - 1):
            _log_in(scene, password="wrong")
        assert _log_in(scene).status == 201


def test_a_person_who_left_is_out_at_once(scene: World) -> None:
    client = _client(scene, _log_in(scene))
    with system_work(scene.company.id, "test", NOW):
        User.objects.filter(login="agent").update(active=False)
    assert client.get("/me").status == 401
    assert _log_in(scene).status == 401


def test_a_session_ends_by_itself(scene: World) -> None:
    idle, used = (_client(scene, _log_in(scene)) for _ in range(2))
    with system_work(scene.company.id, "test", NOW):
        seconds = Session.objects.filter(kind="person").values_list("idle_seconds", flat=True)[0]
    for _ in range(3):
        scene.pass_minutes(seconds / 60 * 0.45)
        assert used.get("/me").status == 200
    assert idle.get("/me").status == 401
    scene.pass_minutes(60 * 12)
    assert used.get("/me").status == 401, "twelve hours, used or not"


def test_a_changed_role_holds_from_the_next_request(scene: World) -> None:
    from gongdan.accounts import actions

    client = _client(scene, _log_in(scene))
    assert "customer.edit" in client.get("/me").json["permissions"]
    with system_work(scene.company.id, "test", NOW) as work:
        actions.change_role(work, "agent", {"order.view": ["own"]}, {}, 1)
    assert client.get("/me").json["permissions"] == ["order.view"]
    assert client.get("/customers").status == 403
    with system_work(scene.company.id, "test", NOW) as work, pytest.raises(Conflict, match="stale_version"):
        actions.change_role(work, "agent", {"order.view": ["all"]}, {}, 1)
    with system_work(scene.company.id, "test", NOW) as work, pytest.raises(NotFound):
        actions.change_role(work, "nobody", {}, {}, 1)


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"login": "agent"}, 409, "login"),
        ({"login": "AGENT"}, 409, "login"),
        ({"roles": ["king"]}, 422, "roles"),
        ({"team_ids": [str(uuid4())]}, 422, "team_ids"),
        ({"password": "short"}, 422, "password"),
        ({"login": "a b"}, 422, "login"),
        ({"org_unit_id": str(uuid4())}, 422, "org_unit_id"),
        ({"partner_id": str(uuid4())}, 422, "partner_id"),
    ],
)
def test_a_wrong_person_names_the_field(scene: World, change: dict[str, Any], status: int, field: str) -> None:
    body = {"login": "neu", "name": "新人", "password": PASSWORD, "roles": ["agent"], **change}
    refused = scene.client("admin").post("/users", body)
    assert (refused.status, refused.json.get("field")) == (status, field), refused.body.decode()


def test_a_new_person_can_log_in_and_is_found_by_pinyin(scene: World) -> None:
    body = {
        "login": "lina",
        "name": "李娜",
        "password": PASSWORD,
        "roles": ["agent"],
        "team_ids": [str(scene.company.teams["desk"])],
    }
    made = scene.client("admin").post("/users", body)
    assert made.status == 201, made.body.decode()
    assert "password" not in made.json
    assert _log_in(scene, "lina").status == 201
    for typed in ("李", "lina", "ln", "LINA"):
        assert "李娜" in [u["name"] for u in scene.client("agent").get(f"/users?q={typed}").json["items"]], typed
    teams = {t["key"]: t for t in scene.client("agent").get("/teams").json}
    assert len(list(scene.client("agent").get(f"/users?team_id={teams['desk']['id']}").json["items"])) == 2


@pytest.mark.parametrize(("path", "body", "field"), [
    ("/teams", {"key": "desk", "name": "再一个", "name_en": "Again"}, "key"),
    ("/units", {"code": "root", "name": "再一个", "name_en": "Again"}, "code"),
])  # fmt: skip
def test_a_key_that_is_taken_is_said_in_words(scene: World, path: str, body: dict[str, Any], field: str) -> None:
    refused = scene.client("admin").post(path, body)
    assert (refused.status, refused.json["field"]) == (409, field)
    assert "accounts_" not in refused.json["detail"]


def test_only_administrators_add_people(scene: World) -> None:
    body = {"login": "neu", "name": "新人", "password": PASSWORD, "roles": ["admin"]}
    for role in ("agent", "dispatcher", "engineer", "manager", "partner"):
        assert scene.client(role).post("/users", body).status == 403
