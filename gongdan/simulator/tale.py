"""The story of one order, told from its fate: what happens, and how many working minutes after the step before. Pure."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from gongdan.simulator.drawing import Fate, fixed_share
from gongdan.simulator.model import Model

OFFICE_SHARE = 1 / 3  # of the clock's minutes, eight hours a day are counted by the stories' calendar
SPREAD = 0.7
TALKS = 0.25
CALLED_BACK = 0.35


@dataclass(frozen=True, slots=True)
class Step:
    """What happens `minutes` of working time after the step before; `on_road` and `repair` add what depends on who does it."""

    minutes: float
    what: str
    on_road: bool = False
    repair: bool = False


def wrong_name(model: Model, fate: Fate) -> bool:
    """Whether the request is named wrong at intake."""
    known = fate.luck["known"] < model.desk.known
    return fate.luck["wrong"] < (model.desk.wrong_known if known else model.desk.wrong_unknown)


def told(model: Model, rng: random.Random, fate: Fate) -> list[Step]:
    """All steps after the creation."""

    def about(median: float) -> float:
        return median * math.exp(SPREAD * rng.gauss(0, 1))

    luck, draws = fate.luck, fate.draws
    if luck["cancelled"] < model.arrivals.cancelled:
        return [Step(about(60), "cancel")]
    steps = [] if fate.machine is not None else [Step(about(40), "claim")]
    steps += [Step(about(60), "give"), Step(about(30), "accept")]
    if model.customer.patience.minutes(draws["patience"]) * OFFICE_SHARE < steps[0].minutes + steps[1].minutes:
        steps.insert(1, Step(about(10), "chase"))
    if fate.machine is not None and wrong_name(model, fate):
        steps += [Step(about(20), "hand_back"), Step(about(40), "accept")]
    if luck["asked"] < model.customer.asked:
        answer = model.customer.answer.minutes(draws["answer"]) * OFFICE_SHARE
        steps += [Step(about(10), "ask"), Step(answer, "reply"), Step(about(10), "resume")]
    steps.append(Step(about(90), "begin", on_road=True))
    if fate.machine is not None:
        steps += _at_the_machine(model, rng, fate)
    else:
        steps.append(Step(about(40), "complete"))
    return steps + _afterwards(model, rng, fate)


def _at_the_machine(model: Model, rng: random.Random, fate: Fate) -> list[Step]:
    kind = model.kinds[fate.kind]
    steps = [Step(10, "talk")] if rng.random() < TALKS else []
    if fate.luck["parts"] < kind.parts_share:
        steps += [Step(30, "await_parts"), Step(kind.parts.minutes(fate.draws["parts"]) * OFFICE_SHARE, "resume")]
    if fate.luck["fixed"] > fixed_share(model, fate.kind, kind.level):
        steps.append(Step(0, "come_again", repair=True))
    return [*steps, Step(0, "complete", repair=True)]


def _afterwards(model: Model, rng: random.Random, fate: Fate) -> list[Step]:
    def about(median: float) -> float:
        return median * math.exp(SPREAD * rng.gauss(0, 1))

    steps = []
    if fate.luck["reopens"] < model.customer.reopens:
        steps += [Step(about(400), "reopen"), Step(about(60), "accept")]
        steps += [Step(about(60), "begin", on_road=True), Step(0, "complete", repair=True)]
    if fate.luck["rates"] < model.customer.rates:
        steps.append(Step(about(200), "answer"))
    if rng.random() < CALLED_BACK:
        steps.append(Step(about(300), "call_back"))
    return [*steps, Step(about(900), "close")]
