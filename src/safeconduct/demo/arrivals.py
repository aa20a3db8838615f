"""Thirty invented people who write: about ten at once, the others over four minutes; some come back with their code."""

import heapq
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from safeconduct.demo.browser import Upload
from safeconduct.demo.people import Person
from safeconduct.demo.picture import leaflet

TEXTS = Path(__file__).parent / "appeals.yaml"
AT_ONCE = 10
REST_WITHIN_SECONDS = 240
WRITTEN = "written.json"


@dataclass(frozen=True)
class ComingBack:
    after_seconds: int
    words: str


@dataclass(frozen=True)
class Appeal:
    """One entry of appeals.yaml. `answers` are those of the guided questions; empty: the one-page way."""

    name: str
    language: str
    words: str
    answers: Mapping[str, str] = field(default_factory=dict)
    deadline: str = ""
    picture: bool = False
    comes_back: ComingBack | None = None


def read_appeals(file: Path = TEXTS) -> list[Appeal]:
    return [_appeal(**entry) for entry in yaml.safe_load(file.read_text("utf-8"))["appeals"]]


def _appeal(comes_back: Mapping[str, Any] | None = None, **entry: Any) -> Appeal:
    return Appeal(**entry, comes_back=ComingBack(**comes_back) if comes_back else None)


def arrive(front_url: str, data: Path, ending: threading.Event) -> None:
    """Let everybody write who has not written to this site yet; returns when all have, or when `ending` is set.

    Codes live in this thread's memory alone, as they would in a person's head.
    """
    file = data / WRITTEN
    written = set(json.loads(file.read_text("utf-8"))) if file.exists() else set()
    waiting = [appeal for appeal in read_appeals() if appeal.name not in written]
    order, began = count(), time.monotonic()
    due: list[tuple[float, int, Callable[[], object]]] = []

    def later(moment: float, act: Callable[[], object]) -> None:
        heapq.heappush(due, (moment, next(order), act))

    def write(appeal: Appeal) -> None:
        person = Person(front_url, appeal.language)
        uploads = [Upload("sheet.png", "image/png", leaflet())] if appeal.picture else []
        person.writes(appeal.words, answers=appeal.answers, deadline=appeal.deadline, uploads=uploads)
        written.add(appeal.name)
        file.write_text(json.dumps(sorted(written)), "utf-8")
        if back := appeal.comes_back:
            later(time.monotonic() + back.after_seconds, lambda: person.writes_again(back.words))

    pause = REST_WITHIN_SECONDS / max(1, len(waiting) - AT_ONCE)
    for place, appeal in enumerate(waiting):
        later(began + max(0, place + 1 - AT_ONCE) * pause, lambda appeal=appeal: write(appeal))  # type: ignore[misc]
    while due and not ending.wait(max(0, due[0][0] - time.monotonic())):
        heapq.heappop(due)[2]()
