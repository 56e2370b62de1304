"""HTTP of desk."""

from __future__ import annotations

from gongdan.desk import actions, queries
from gongdan.desk.schemas import PaletteOut, PaletteQuery, PreferenceIn, PreferenceOut
from gongdan.kernel.http.operations import Call, Router

router = Router("desk")


@router.get("/me/preferences", returns=list[PreferenceOut], summary="What I prefer")
def preferences(call: Call) -> list[PreferenceOut]:
    return queries.preferences(call.work)


@router.put(
    "/me/preferences/{key}",
    body=PreferenceIn,
    returns=PreferenceOut,
    versioned=True,
    max_body=2 * actions.MOST_BYTES,
    summary="Keep a preference",
)
def put_preference(call: Call, body: PreferenceIn) -> PreferenceOut:
    return actions.put_preference(call.work, call.params["key"], call.version(), body.value)


@router.get("/palette", query=PaletteQuery, returns=PaletteOut, summary="Find anything")
def palette(call: Call) -> PaletteOut:
    return queries.palette(call.work, call.query.q)
