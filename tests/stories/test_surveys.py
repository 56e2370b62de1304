"""What customers think: asked once, answered by a press only, changed for a day, heard when it is bad."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Pages

from gongdan.accounts.tests import factories
from gongdan.customers.models import Contact
from gongdan.kernel.http.testing import Answer
from gongdan.kernel.work import system_work
from gongdan.notify.models import Message
from gongdan.portal import pages, views
from gongdan.surveys import rules
from gongdan.surveys.models import Survey
from gongdan.wiring.testing import World, world


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = world()
    monkeypatch.setattr(views, "CLOCK", made.clock)
    pages.pace.forget()
    yield made
    pages.pace.forget()


def _say(scene: World, role: str, order_id: str, verb: str, body: dict[str, Any]) -> Answer:
    client = scene.client(role)
    answer = client.post(f"/orders/{order_id}/{verb}", body, version=client.get(f"/orders/{order_id}").json["version"])
    assert answer.status == 200, answer.body.decode()
    return answer


def _finished(scene: World, **values: Any) -> str:
    """An order that the engineer has completed."""
    order_id: str = scene.order(**values)["id"]
    _say(scene, "agent", order_id, "assign", {"assignee_id": str(scene.company.people["engineer"])})
    _finish(scene, order_id)
    return order_id


def _finish(scene: World, order_id: str) -> None:
    for verb, body in (("accept", {}), ("start", {}), ("complete", {"fields": {"fault_cause": "堵塞"}})):
        scene.pass_minutes(5)
        _say(scene, "engineer", order_id, verb, body)
    scene.run_jobs()


def _ask(scene: World, order_id: str) -> str:
    answer = scene.client("agent").post(f"/orders/{order_id}/survey")
    assert answer.status == 201, answer.body.decode()
    path: str = answer.json["path"]
    return path


def _press(path: str, score: str = "5", comment: str = "很好", reasons: tuple[str, ...] = ("准时",)) -> Any:
    return Pages().post(path, {"score": score, "comment": comment, "reasons": list(reasons)})


def _rating(scene: World, order_id: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = scene.client("agent").get(f"/orders/{order_id}/survey").json
    return found[0]


def _answers(scene: World, order_id: str) -> int:
    events = scene.client("agent").get(f"/orders/{order_id}/events").json["items"]
    return [e["type"] for e in events].count("survey_answered")


def test_opening_the_page_stores_nothing_only_a_press_does(scene: World) -> None:
    order_id = _finished(scene)
    path = _ask(scene, order_id)
    for _ in range(3):  # a mail scanner, a preview, the customer
        assert Pages().get(path + "?score=1&reasons=x").status_code == 200
        assert Pages().head(path).status_code == 200
    assert _rating(scene, order_id)["answered_at"] is None
    pressed = _press(path)
    assert (pressed.status_code, pressed["Location"]) == (303, f"{path}?lang=zh")
    assert {k: _rating(scene, order_id)[k] for k in ("score", "comment", "reasons")} == {
        "score": 5, "comment": "很好", "reasons": ["准时"],
    }  # fmt: skip
    page = Pages().get(path).content.decode()
    assert '<span id="score">5</span>' in page
    assert "24 小时内可以修改" in page


def test_the_page_needs_two_presses_and_no_script(scene: World) -> None:
    text = Pages().get(_ask(scene, _finished(scene)) + "?lang=en").content.decode()
    assert text.count('name="score"') == 5
    assert "On time" in text
    assert "<script" not in text
    assert 'value="准时"' in text, "reasons count together whatever the language"


def test_the_same_press_again_is_one_answer(scene: World) -> None:
    order_id = _finished(scene)
    path = _ask(scene, order_id)
    gate = threading.Barrier(4)
    seen: list[int] = []

    def press() -> None:
        gate.wait()
        try:
            seen.append(_press(path).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [303] * 4
    assert _answers(scene, order_id) == 1


def test_a_rating_can_be_changed_for_a_day(scene: World) -> None:
    order_id = _finished(scene)
    path = _ask(scene, order_id)
    _press(path, "2")
    scene.pass_minutes(24 * 60)
    assert _press(path, "4", comment="").status_code == 303
    assert (_rating(scene, order_id)["score"], _answers(scene, order_id)) == (4, 2)
    scene.pass_minutes(1)
    late = _press(path, "1")
    assert late.status_code == 422
    assert "不能再修改" in late.content.decode()
    assert 'name="score"' not in late.content.decode()
    assert _rating(scene, order_id)["score"] == 4
    assert _press(path, "4", comment="").status_code == 303, "the same again is no change"


@pytest.mark.parametrize("score", ["", "0", "6", "-1", "5.0", "٣", "five", "1" * 30, "\x00"])
def test_without_stars_nothing_is_stored(scene: World, score: str) -> None:
    order_id = _finished(scene)
    answer = _press(_ask(scene, order_id), score)
    assert answer.status_code == 422
    assert "请选择 1–5 星" in answer.content.decode()
    assert _rating(scene, order_id)["answered_at"] is None


def test_made_up_reasons_are_dropped_and_long_words_cut(scene: World) -> None:
    order_id = _finished(scene)
    _press(_ask(scene, order_id), comment="长" * 5_000, reasons=("专业", "<script>", "准时", "准时"))
    rating = _rating(scene, order_id)
    assert (rating["reasons"], len(rating["comment"])) == (["准时", "专业"], rules.COMMENT_MOST)
    assert _press(_ask(scene, order_id), comment="a\x00b").status_code == 422


def test_what_is_not_finished_is_not_rated(scene: World) -> None:
    order_id = scene.order()["id"]
    agent = scene.client("agent")
    early = agent.post(f"/orders/{order_id}/survey")
    assert (early.status, early.json["code"]) == (409, "survey_not_due")
    track = agent.post(f"/orders/{order_id}/tracking-link").json["path"].replace("/t/", "/s/")
    assert 'name="score"' not in Pages().get(track).content.decode()
    refused = _press(track)
    assert refused.status_code == 422
    assert agent.get(f"/orders/{order_id}/survey").json == []
    _say(scene, "agent", order_id, "cancel", {"reason": "x"})
    assert _press(track).status_code == 422
    assert _answers(scene, order_id) == 0


def test_a_tracking_link_rates_and_a_rating_link_does_not_track(scene: World) -> None:
    order_id = _finished(scene)
    rate = _ask(scene, order_id)
    track = scene.client("agent").post(f"/orders/{order_id}/tracking-link").json["path"]
    assert Pages().get(rate.replace("/s/", "/t/")).status_code == 404
    assert f'href="{track.replace("/t/", "/s/")}' in Pages().get(track).content.decode()
    assert _press(track.replace("/t/", "/s/")).status_code == 303


def test_a_rating_link_ends_after_thirty_days(scene: World) -> None:
    path = _ask(scene, _finished(scene))
    scene.pass_minutes(30 * 24 * 60 - 1)
    assert Pages().get(path).status_code == 200
    scene.pass_minutes(1)
    assert Pages().get(path).status_code == 404


def test_a_bad_rating_is_heard_by_the_managers_and_a_good_one_is_not(scene: World) -> None:
    for score, told in (("3", 0), ("2", 1)):
        _press(_ask(scene, _finished(scene)), score)
        scene.run_jobs()
        codes = [n["code"] for n in scene.client("manager").get("/notifications").json["items"]]
        assert codes.count("n_low_score") == told


def _mails(scene: World) -> list[tuple[str, str, str]]:
    with system_work(scene.company.id, "test", scene.clock.now()):
        return list(Message.objects.order_by("id").values_list("address", "code", "locale"))


def _contact(scene: World) -> dict[str, str]:
    made = scene.client("agent").post("/customers", {"name": "海岸物业"})
    assert made.status == 201, made.body.decode()
    body = {"name": "张三", "email": "zhang@example.com"}
    contact = scene.client("agent").post(f"/customers/{made.json['id']}/contacts", body)
    assert contact.status == 201, contact.body.decode()
    with system_work(scene.company.id, "test", scene.clock.now()):
        kept = Contact.objects.get(customer_id=made.json["id"])
    return {"customer_id": made.json["id"], "contact_id": str(kept.id)}


def test_the_customer_is_asked_by_mail_once_per_completion(scene: World) -> None:
    order_id = _finished(scene, **_contact(scene))
    scene.run_jobs()
    assert _mails(scene) == [("zhang@example.com", "mail_survey", "zh")]
    assert _rating(scene, order_id)["score"] is None
    scene.pass_minutes(5)
    _say(scene, "agent", order_id, "reopen", {"reason": "又漏了"})
    scene.run_jobs()
    _finish(scene, order_id)
    assert len(_mails(scene)) == 2, "it was done again, so it is asked again"
    _ask(scene, order_id)
    assert len(_mails(scene)) == 3, "and when a person says so"


def test_a_survey_belongs_to_its_company(scene: World) -> None:
    order_id = _finished(scene)
    stranger = scene.client("nobody")
    stranger.token = factories.company().tokens["admin"]
    assert stranger.get(f"/orders/{order_id}/survey").status == 404
    assert stranger.post(f"/orders/{order_id}/survey").status == 404
    assert stranger.post(f"/orders/{order_id}/tracking-link").status == 404
    for role in ("engineer", "partner", "dispatcher"):
        assert scene.client(role).post(f"/orders/{order_id}/survey").status == 403, role
    with system_work(scene.company.id, "test", scene.clock.now()):
        assert Survey.objects.count() == 1, "the one the completion made"
