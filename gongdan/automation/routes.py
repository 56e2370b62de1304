"""HTTP of automation."""

from __future__ import annotations

from typing import Annotated

import msgspec

from gongdan.automation import actions, advising, queries, trying
from gongdan.automation.advising import Advice, Troubled
from gongdan.automation.schemas import Catalogue, Checked, DryRunOut, OfOrder, RuleEdit, RuleIn, RuleOut, RunOut, Try
from gongdan.kernel.http.operations import Call, Router
from gongdan.kernel.http.paging import Page

router = Router("automation")
ONE = "/automation/rules/{rule_id}"


class Paged(msgspec.Struct, frozen=True):
    """Which page."""

    cursor: Annotated[str, msgspec.Meta(max_length=500)] = ""
    limit: int | None = None


@router.get("/automation/catalogue", permission="automation.view", returns=Catalogue, summary="What rules can be made of")
def catalogue(call: Call) -> Catalogue:
    return queries.catalogue(call.work)


@router.get("/automation/rules", permission="automation.view", query=Paged, returns=Page[RuleOut], summary="Automation rules")
def page(call: Call) -> Page[RuleOut]:
    return queries.page(call.work, call.query.cursor, call.query.limit)


@router.post("/automation/rules", permission="automation.edit", body=RuleIn, returns=RuleOut, status=201, summary="Add a rule")
def add(call: Call, body: RuleIn) -> RuleOut:
    rule_id, warnings = actions.add(call.work, body)
    return queries.one(call.work, rule_id, warnings)


@router.post(
    "/automation/rules/check", permission="automation.edit", body=RuleIn, returns=Checked,
    summary="What is wrong with a rule, and what to mind",
)  # fmt: skip
def check(call: Call, body: RuleIn) -> Checked:
    return actions.check(call.work, body)


@router.get(ONE, permission="automation.view", returns=RuleOut, summary="One rule")
def one(call: Call) -> RuleOut:
    return queries.one(call.work, call.uuid("rule_id"))


@router.patch(ONE, permission="automation.edit", body=RuleEdit, returns=RuleOut, versioned=True, summary="Change a rule")
def change(call: Call, body: RuleEdit) -> RuleOut:
    rule_id = call.uuid("rule_id")
    return queries.one(call.work, rule_id, actions.change(call.work, rule_id, call.version(), body))


@router.delete(ONE, permission="automation.edit", summary="Delete a rule")
def delete(call: Call) -> None:
    actions.delete(call.work, call.uuid("rule_id"))


@router.get(f"{ONE}/runs", permission="automation.view", query=Paged, returns=Page[RunOut], summary="What a rule did")
def runs(call: Call) -> Page[RunOut]:
    return queries.runs(call.work, call.uuid("rule_id"), call.query.cursor, call.query.limit)


@router.get(
    "/orders/{order_id}/automation", permission="automation.view", query=Paged, returns=OfOrder,
    summary="Which rules ran on an order, and why",
)  # fmt: skip
def of_order(call: Call) -> OfOrder:
    return queries.of_order(call.work, call.uuid("order_id"), call.query.cursor, call.query.limit)


@router.post(
    "/automation/dry-runs", permission="automation.edit", body=Try, returns=DryRunOut, status=201,
    summary="Try a rule on past orders, without effect",
)  # fmt: skip
def try_out(call: Call, body: Try) -> DryRunOut:
    return trying.ask(call.work, body)


@router.get("/automation/dry-runs", permission="automation.edit", query=Paged, returns=Page[DryRunOut], summary="My dry runs")
def dry_runs(call: Call) -> Page[DryRunOut]:
    return trying.mine(call.work, call.query.cursor, call.query.limit)


@router.get(
    "/automation/dry-runs/{dry_run_id}", permission="automation.edit", returns=DryRunOut, summary="How far a dry run is"
)  # fmt: skip
def dry_run(call: Call) -> DryRunOut:
    return trying.one(call.work, call.uuid("dry_run_id"))


@router.post(
    "/automation/dry-runs/{dry_run_id}/cancel", permission="automation.edit", returns=DryRunOut, summary="Stop a dry run"
)  # fmt: skip
def cancel(call: Call) -> DryRunOut:
    return trying.cancel(call.work, call.uuid("dry_run_id"))


@router.get("/orders/{order_id}/advice", permission="automation.view", returns=Advice, summary="Should somebody step in, and how")
def advice(call: Call) -> Advice:
    return advising.of_order(call.work, call.uuid("order_id"))


@router.get(
    "/automation/troubled", permission="automation.view", query=Paged, returns=Page[Troubled],
    summary="Open orders that were handed on too often",
)  # fmt: skip
def troubled(call: Call) -> Page[Troubled]:
    return advising.troubled(call.work, call.query.cursor, call.query.limit)
