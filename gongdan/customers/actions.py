"""Verbs of customers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from gongdan.accounts.actions import pinyin_key
from gongdan.customers.events import CustomerChanged
from gongdan.customers.models import Contact, Customer, Site
from gongdan.customers.schemas import ContactIn, CustomerEdit, CustomerIn, SiteIn
from gongdan.kernel import bigrams, personal, phones
from gongdan.kernel.access import require
from gongdan.kernel.errors import Conflict, NotFound
from gongdan.kernel.events import emit
from gongdan.kernel.work import Work

SET_WORDS = "update customers_customer set words = %s::tsvector where id = %s"


def _phone(work: Work, typed: str) -> dict[str, Any]:
    e164 = phones.parse(typed).e164
    tenant = work.actor.tenant_id
    return {
        "phone": e164,
        "phone_typed": typed,
        "phone_index": personal.phone_index(tenant, e164),
        "phone_tail_index": personal.phone_tail_index(tenant, e164),
    }


def _born(work: Work, given: UUID | None) -> dict[str, Any]:
    return {
        "id": given or work.new_id(),
        "tenant_id": work.actor.tenant_id,
        "created_at": work.at,
        "updated_at": work.at,
    }


def add_customer(work: Work, new: CustomerIn, customer_id: UUID | None = None) -> Customer:
    """Add a customer. Raises Conflict when the code is taken."""
    require(work.actor, "customer.edit")
    made = Customer.objects.create(
        **_born(work, customer_id),
        **_phone(work, new.phone),
        name=new.name,
        pinyin=pinyin_key(new.name),
        code=new.code,
        tier=new.tier,
        notes=new.notes,
    )
    work.write(SET_WORDS, [bigrams.document(new.name), made.id])
    return made


def change_customer(work: Work, customer_id: UUID, version: int, change: CustomerEdit) -> Customer:
    """Change what is given of a customer. Raises NotFound, Conflict with both versions."""
    require(work.actor, "customer.edit")
    given = {f: v for f in change.__struct_fields__ if (v := getattr(change, f)) is not msgspec.UNSET}
    found = Customer.objects.select_for_update().filter(id=customer_id, merged_into=None).first()
    if found is None:
        raise NotFound("not_found")
    if found.version != version:
        theirs = {k: found.phone_typed if k == "phone" else getattr(found, k) for k in given}
        raise Conflict("stale_version", extra={"mine": given, "theirs": theirs, "version": found.version})
    keys = sorted(given)
    phone = given.pop("phone", None)
    for key, value in {**given, **(_phone(work, phone) if phone is not None else {})}.items():
        setattr(found, key, value)
    if "name" in given:
        found.pinyin = pinyin_key(found.name)
        work.write(SET_WORDS, [bigrams.document(found.name), found.id])
    found.version += 1
    found.updated_at = work.at
    found.save()
    emit(work, CustomerChanged(customer_id=found.id, keys=keys))
    return found


def _customer(work: Work, customer_id: UUID) -> Customer:
    require(work.actor, "customer.edit")
    found = Customer.objects.filter(id=customer_id, merged_into=None).first()
    if found is None:
        raise NotFound("not_found")
    return found


def add_contact(work: Work, customer_id: UUID, new: ContactIn, contact_id: UUID | None = None) -> Contact:
    """Add a contact to a customer."""
    customer = _customer(work, customer_id)
    return Contact.objects.create(
        **_born(work, contact_id),
        **_phone(work, new.phone),
        customer=customer,
        name=new.name,
        pinyin=pinyin_key(new.name),
        title=new.title,
        email=new.email,
    )


def add_site(work: Work, customer_id: UUID, new: SiteIn, site_id: UUID | None = None) -> Site:
    """Add a site to a customer."""
    customer = _customer(work, customer_id)
    return Site.objects.create(
        **_born(work, site_id),
        customer=customer,
        **{f: getattr(new, f) for f in SiteIn.__struct_fields__},
    )
