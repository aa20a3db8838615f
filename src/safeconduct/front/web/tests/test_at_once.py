"""Many at the same instant, against the real front: nothing lost, nothing twice."""

import re
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection
from urllib.parse import urlencode

from tests.running_front import RunningFront

AT_ONCE = 64
HIDDEN = re.compile(r'name="f" value="([^"]+)"')
CODE = re.compile(r"<li>(\d{4})</li>")


def asks(front: RunningFront, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", front.port, timeout=60)
    try:
        body = urlencode(fields or {})
        connection.request(method, path, body, {"Content-Type": "application/x-www-form-urlencoded"})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def form(front: RunningFront) -> str:
    found = HIDDEN.search(asks(front, "GET", "/ru/w")[1])
    assert found
    return found[1]


def all_at_once(act: Callable[[int], tuple[int, str]]) -> list[tuple[int, str]]:
    """`act` in 64 threads that begin together."""
    together, seen = threading.Barrier(AT_ONCE), []

    def person(number: int) -> None:
        together.wait()
        seen.append(act(number))

    people = [threading.Thread(target=person, args=(number,)) for number in range(AT_ONCE)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    return seen


def test_the_same_form_sent_64_times_at_once_is_one_letter_and_one_page(front: RunningFront) -> None:
    sent, before = {"f": form(front), "words": "Помогите", "go": "send"}, front.kept()

    pages = all_at_once(lambda number: asks(front, "POST", "/ru/w", sent))

    assert len(pages) == AT_ONCE
    assert {status for status, _ in pages} == {200}
    assert len({HIDDEN.sub("", page) for _, page in pages}) == 1
    assert front.kept() == before + 1


def test_64_letters_at_once_are_64_letters_with_64_codes(front: RunningFront) -> None:
    forms, before = [form(front) for _ in range(AT_ONCE)], front.kept()

    pages = all_at_once(lambda n: asks(front, "POST", "/ru/w", {"f": forms[n], "words": f"Письмо {n}", "go": "send"}))

    assert {status for status, _ in pages} == {200}
    assert len({"".join(CODE.findall(page)) for _, page in pages}) == AT_ONCE
    assert front.kept() == before + AT_ONCE


def test_64_visits_at_once_with_one_code_are_64_visits(front: RunningFront) -> None:
    code = "".join(CODE.findall(asks(front, "POST", "/ru/w", {"f": form(front), "words": "Привет", "go": "send"})[1]))
    before = front.kept()

    pages = all_at_once(lambda _: asks(front, "POST", "/ru/c", {"code": code}))

    assert {status for status, _ in pages} == {200}
    assert front.kept() == before + AT_ONCE


def test_the_log_of_the_front_says_nothing_of_all_this(front: RunningFront) -> None:
    asks(front, "POST", "/ru/w", {"f": "spoiled", "words": "Тайное слово", "go": "send"})
    asks(front, "GET", "/ru/Tainoe?Tainoe=1")
    time.sleep(0.2)

    said = front.log.read_text("utf-8", "replace")
    assert "Тайное" not in said
    assert "Tainoe" not in said
    assert "Письмо" not in said
