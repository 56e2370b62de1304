"""HTTP of customers."""

from __future__ import annotations

from gongdan.customers import actions, queries
from gongdan.customers.schemas import (
    ContactIn,
    CustomerEdit,
    CustomerIn,
    CustomerOut,
    CustomerQuery,
    CustomerRow,
    SiteIn,
)
from gongdan.kernel.http.operations import Call, Router
from gongdan.kernel.http.paging import Page

router = Router("customers")
ONE = "/customers/{customer_id}"


@router.get(
    "/customers",
    permission="customer.view",
    query=CustomerQuery,
    returns=Page[CustomerRow],
    summary="Customers",
)
def page(call: Call) -> Page[CustomerRow]:
    return queries.page(call.work, call.query)


@router.get(ONE, permission="customer.view", returns=CustomerOut, summary="One customer")
def one(call: Call) -> CustomerOut:
    return queries.one(call.work, call.uuid("customer_id"))


@router.post(
    "/customers",
    permission="customer.edit",
    body=CustomerIn,
    returns=CustomerOut,
    status=201,
    summary="Add a customer",
)
def add(call: Call, body: CustomerIn) -> CustomerOut:
    return queries.one(call.work, actions.add_customer(call.work, body).id)


@router.patch(
    ONE,
    permission="customer.edit",
    body=CustomerEdit,
    returns=CustomerOut,
    versioned=True,
    summary="Change a customer",
)
def change(call: Call, body: CustomerEdit) -> CustomerOut:
    actions.change_customer(call.work, call.uuid("customer_id"), call.version(), body)
    return queries.one(call.work, call.uuid("customer_id"))


@router.post(
    f"{ONE}/contacts",
    permission="customer.edit",
    body=ContactIn,
    returns=CustomerOut,
    status=201,
    summary="Add a contact",
)
def add_contact(call: Call, body: ContactIn) -> CustomerOut:
    actions.add_contact(call.work, call.uuid("customer_id"), body)
    return queries.one(call.work, call.uuid("customer_id"))


@router.post(
    f"{ONE}/sites",
    permission="customer.edit",
    body=SiteIn,
    returns=CustomerOut,
    status=201,
    summary="Add a site",
)
def add_site(call: Call, body: SiteIn) -> CustomerOut:
    actions.add_site(call.work, call.uuid("customer_id"), body)
    return queries.one(call.work, call.uuid("customer_id"))
