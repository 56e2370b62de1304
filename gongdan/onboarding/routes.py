"""HTTP of onboarding."""

from __future__ import annotations

import msgspec

from gongdan.kernel.http.operations import Call, Router
from gongdan.kernel.http.paging import Page
from gongdan.onboarding import actions, queries, touring
from gongdan.onboarding.schemas import (
    CheckOut,
    FeedbackIn,
    FeedbackOut,
    FeedbackQuery,
    IndustryIn,
    PersonProgress,
    RemovedOut,
    RemoveIn,
    StartOut,
    TourIn,
    TourOut,
    TourQuery,
)

router = Router("onboarding")


class Kept(msgspec.Struct, frozen=True):
    """What was stored."""

    id: str


@router.get("/onboarding", permission="onboarding.manage", returns=StartOut, summary="How far the set-up is")
def start(call: Call) -> StartOut:
    return queries.start(call.work)


@router.post("/onboarding/industry", permission="onboarding.manage", body=IndustryIn, returns=StartOut, summary="Set up")
def set_up(call: Call, body: IndustryIn) -> StartOut:
    actions.set_up(call.work, body)
    return queries.start(call.work)


@router.post(
    "/onboarding/samples/remove",
    permission="onboarding.manage",
    body=RemoveIn,
    returns=RemovedOut,
    summary="Remove all sample data",
)
def remove_samples(call: Call, body: RemoveIn) -> RemovedOut:
    return actions.remove_samples(call.work, body.name)


@router.get("/onboarding/checklist", permission="onboarding.manage", returns=list[CheckOut], summary="What is left to do")
def checklist(call: Call) -> list[CheckOut]:
    return queries.checklist(call.work)


@router.get("/onboarding/tour", permission="onboarding.practise", query=TourQuery, returns=TourOut, summary="My tour")
def tour(call: Call) -> TourOut:
    return queries.tour(call.work, call.query.role)


@router.post("/onboarding/tour/begin", permission="onboarding.practise", body=TourIn, returns=TourOut, summary="Begin my tour")
def begin_tour(call: Call, body: TourIn) -> TourOut:
    return touring.begin(call.work, body.role)


@router.post(
    "/onboarding/tour/check", permission="onboarding.practise", body=TourIn, returns=TourOut, summary="Keep what I have done"
)
def check_tour(call: Call, body: TourIn) -> TourOut:
    return touring.check(call.work, body.role)


@router.post(
    "/onboarding/tour/skip", permission="onboarding.practise", body=TourIn, returns=TourOut, summary="Skip the rest of my tour"
)
def skip_tour(call: Call, body: TourIn) -> TourOut:
    return touring.end(call.work, body.role)


@router.get("/onboarding/progress", permission="onboarding.view", returns=list[PersonProgress], summary="Everybody's tours")
def progress(call: Call) -> list[PersonProgress]:
    return queries.progress(call.work)


@router.post(
    "/onboarding/feedback", permission="onboarding.practise", body=FeedbackIn, returns=Kept, status=201, summary="Give feedback"
)
def give_feedback(call: Call, body: FeedbackIn) -> Kept:
    return Kept(str(actions.give_feedback(call.work, body)))


@router.get(
    "/onboarding/feedback",
    permission="onboarding.manage",
    query=FeedbackQuery,
    returns=Page[FeedbackOut],
    summary="What people have said",
)
def feedback(call: Call) -> Page[FeedbackOut]:
    return queries.feedback(call.work, call.query)
