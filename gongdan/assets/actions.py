"""Verbs of assets."""

from __future__ import annotations

from uuid import UUID

from gongdan.assets.models import Asset
from gongdan.assets.schemas import AssetIn
from gongdan.customers import queries as customer_queries
from gongdan.kernel.access import require
from gongdan.kernel.errors import Invalid
from gongdan.kernel.work import Work


def add_asset(work: Work, new: AssetIn, asset_id: UUID | None = None) -> Asset:
    """Add an asset.

    Raises Conflict when the serial number is taken, Invalid for a site or customer that is not there, or another customer's site.
    """
    require(work.actor, "asset.edit")
    site = customer_queries.site(work, new.site_id) if new.site_id is not None else None
    if new.site_id is not None and site is None:
        raise Invalid("unknown_reference", field="site_id")
    if new.customer_id is not None and not customer_queries.exists(work, new.customer_id):
        raise Invalid("unknown_reference", field="customer_id")
    if site is not None and new.customer_id is not None and site.customer_id != new.customer_id:
        raise Invalid("site_elsewhere", field="site_id")
    return Asset.objects.create(
        id=asset_id or work.new_id(),
        tenant_id=work.actor.tenant_id,
        created_at=work.at,
        updated_at=work.at,
        **{f: getattr(new, f) for f in AssetIn.__struct_fields__},
    )
