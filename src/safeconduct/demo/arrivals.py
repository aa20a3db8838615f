"""Thirty invented people who write: about ten at once, the others over four minutes; some come back with their code."""

import heapq
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from safeconduct.demo.browser import Upload
from safeconduct.demo.people import NotTaken, Person
from safeconduct.demo.picture import leaflet

TEXTS = Path(__file__).parent / "appeals.yaml"
AT_ONCE = 10
REST_WITHIN_SECONDS = 240
TRIES_AGAIN_SECONDS = 5
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


class Arrivals:
    """Who writes when. Codes live in the memory of this object alone, as they would in a person's head."""

    def __init__(self, front_url: str, data: Path) -> None:
        self.front_url = front_url
        self._file = data / WRITTEN
        self._written: set[str] = set(json.loads(self._file.read_text("utf-8"))) if self._file.exists() else set()
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._order = count()

    def arrive(self, ending: threading.Event) -> None:
        """Let everybody write who has not written to this site yet; until all have, or until `ending` is set."""
        waiting = [appeal for appeal in read_appeals() if appeal.name not in self._written]
        pause = REST_WITHIN_SECONDS / max(1, len(waiting) - AT_ONCE)
        for place, appeal in enumerate(waiting, 1):
            self._later(max(0, place - AT_ONCE) * pause, partial(self._write, appeal))
        while self._due and not ending.wait(max(0, self._due[0][0] - time.monotonic())):
            _, _, act = heapq.heappop(self._due)
            try:
                act()
            except (OSError, HTTPException, NotTaken, LookupError):
                self._later(TRIES_AGAIN_SECONDS, act)  # as somebody whose line broke

    def _later(self, seconds: float, act: Callable[[], object]) -> None:
        heapq.heappush(self._due, (time.monotonic() + seconds, next(self._order), act))

    def _write(self, appeal: Appeal) -> None:
        person = Person(self.front_url, appeal.language)
        uploads = [Upload("sheet.png", "image/png", leaflet())] if appeal.picture else []
        person.writes(appeal.words, answers=appeal.answers, deadline=appeal.deadline, uploads=uploads)
        self._written.add(appeal.name)
        self._file.write_text(json.dumps(sorted(self._written)), "utf-8")
        if back := appeal.comes_back:
            self._later(back.after_seconds, partial(person.writes_again, back.words))
