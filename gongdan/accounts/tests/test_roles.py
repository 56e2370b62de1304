"""Roles of companies that were there before a permission was: they learn it, and keep what they chose themselves."""

from __future__ import annotations

import pytest
from django.db import connection

from gongdan.accounts.actions import change_role, offer_permissions
from gongdan.accounts.models import Role, User
from gongdan.accounts.roles import SHIPPED
from gongdan.accounts.tests.factories import NOW, Company, company
from gongdan.kernel.work import system_work


@pytest.fixture
def older() -> Company:
    """A company of a version that knew nothing of limits of boards, whose manager may not tag and sees own orders only."""
    made = company()
    with system_work(made.id, "test", NOW) as work:
        grants = {**SHIPPED["manager"]["grants"], "order.view": ["own"]}
        del grants["order.tag"], grants["board.limit"]
        change_role(work, "manager", grants, {"customer.tier": "hide"}, 1)
        Role.objects.filter(key="manager").update(known=[n for n in SHIPPED["manager"]["grants"] if n != "board.limit"])
        Role.objects.filter(key="agent").update(shipped=False, known=[])
    return made


def offer() -> None:
    with connection.cursor() as cursor:
        offer_permissions(cursor.execute)


def test_a_new_permission_reaches_them_and_their_own_choice_stands(older: Company) -> None:
    with system_work(older.id, "test", NOW):
        before = User.objects.get(id=older.people["manager"]).grants_version
        agent = Role.objects.get(key="agent")
        offer()
        role = Role.objects.get(key="manager")
        assert role.grants["board.limit"] == ["all"], "new in this version"
        assert "order.tag" not in role.grants, "taken away by the company"
        assert (role.grants["order.view"], role.fields) == (["own"], {"customer.tier": "hide"}), "the company's own"
        assert User.objects.get(id=older.people["manager"]).grants_version == before + 1, "sessions hear of it"
        assert Role.objects.get(key="agent").grants == agent.grants, "a role of the company's own is not ours to change"


def test_offering_again_changes_nothing(older: Company) -> None:
    def seen() -> list[tuple[str, int, int]]:
        return sorted((r.key, r.version, len(r.known)) for r in Role.objects.all())

    with system_work(older.id, "test", NOW):
        offer()
        once = seen()
        offer()
        assert seen() == once
        assert ("manager", 3, len(SHIPPED["manager"]["grants"])) in once


def test_a_permission_given_with_other_relations_before_it_was_shipped_is_kept(older: Company) -> None:
    with system_work(older.id, "test", NOW) as work:
        role = Role.objects.get(key="manager")
        change_role(work, "manager", {**role.grants, "board.limit": ["team"]}, role.fields, role.version)
        offer()
        assert Role.objects.get(key="manager").grants["board.limit"] == ["team"]
