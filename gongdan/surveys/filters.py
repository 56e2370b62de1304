"""What surveys add to the filters of order lists."""

from __future__ import annotations

from gongdan.kernel.access import Actor, require
from gongdan.kernel.errors import Invalid
from gongdan.orders.filters import Condition, register

SCORES = ("1", "2", "3", "4", "5")


def _rating(actor: Actor, name: str, value: str) -> Condition:
    """Orders whose customer gave one of these scores."""
    require(actor, "survey.view")
    values = value.split(",")
    if not set(values) <= set(SCORES):
        raise Invalid("invalid_value", field=name, reason=" | ".join(SCORES))
    return Condition(
        "o.id in (select s.order_id from surveys_survey s where s.tenant_id = o.tenant_id and s.score = any(%s::smallint[]))",
        [[int(v) for v in values]],
    )


register("rating", _rating)
