"""Personal values: sealed per subject, gone with the key, and safe again for somebody who comes back."""

from __future__ import annotations

from uuid import UUID

import pytest

from gongdan.kernel import personal
from gongdan.kernel.work import system_work
from gongdan.wiring.testing import World, world


@pytest.fixture(scope="module")
def scene() -> World:
    return world()


def _seal(scene: World, subject: UUID, text: str) -> str:
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        return personal.seal(work, subject, text)


def _read(scene: World, subject: UUID, token: str) -> str | None:
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        return personal.unseal(work, subject, token)


def _erase(scene: World, subject: UUID) -> None:
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        personal.destroy(work, subject)


def test_what_was_sealed_is_read_until_the_key_is_destroyed(scene: World) -> None:
    subject = UUID(int=1001)
    token = _seal(scene, subject, "张三 13800138000")
    assert "13800138000" not in token
    assert _read(scene, subject, token) == "张三 13800138000"
    _erase(scene, subject)
    assert _read(scene, subject, token) is None


def test_somebody_who_was_erased_and_comes_back_is_not_sealed_under_a_lost_key(scene: World) -> None:
    """Found by review: the new key was not kept, so that everything sealed from then on could never be read."""
    subject = UUID(int=1002)
    before = _seal(scene, subject, "before")
    _erase(scene, subject)
    after = _seal(scene, subject, "after")
    assert _read(scene, subject, after) == "after"
    assert _read(scene, subject, before) is None


def test_a_value_is_bound_to_its_subject(scene: World) -> None:
    token = _seal(scene, UUID(int=1003), "x")
    _seal(scene, UUID(int=1004), "y")
    assert _read(scene, UUID(int=1004), token) is None
