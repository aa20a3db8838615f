"""One appeal goes all the way: written without scripts, sealed, taken at the desk, answered, read with the code."""

import re
import time
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from safeconduct.demo.browser import Upload
from safeconduct.demo.people import Person
from safeconduct.demo.picture import leaflet
from safeconduct.sealing.threads import new_code
from tests.stories.people import Seat
from tests.stories.searching import found_in
from tests.stories.site import Site, eventually
from tests.stories.stored import count_of, everything_on

ON_THE_QUEUE_WITHIN = 2.0


@pytest.fixture(scope="module")
def olena(site: Site) -> Seat:
    return Seat.of(site, "olena").logs_in()


@pytest.fixture
def soldier(site: Site) -> Person:
    return Person(site.url("front"), "uk")


def test_an_appeal_is_answered_and_the_front_cannot_read_it(site: Site, soldier: Person, olena: Seat) -> None:
    number = arrives_at(olena, lambda: soldier.writes("Чи можна прийти разом із братом?"))

    olena.takes(number)
    assert olena.sees("Чи можна прийти разом із братом?")
    olena.answers("Так, удвох можна. Чекайте на підтвердження.")

    assert eventually(lambda: "Так, удвох можна." in soldier.comes_back().text)
    assert "братом" not in soldier.comes_back().text  # a page never shows what the person wrote
    for words in ("братом", "удвох"):
        assert not found_in(everything_on(site, "front"), {"words": words})


def test_an_arrival_is_on_the_queue_within_two_seconds(soldier: Person, olena: Seat) -> None:
    """The best of three: other tests run on the same machine."""
    assert min(seconds_to_the_queue(soldier, olena) for _ in range(3)) < ON_THE_QUEUE_WITHIN


def seconds_to_the_queue(soldier: Person, olena: Seat) -> float:
    before = set(olena.waiting())
    soldier.writes("Скільки чекати на відповідь?")
    began = time.monotonic()
    assert eventually(lambda: set(olena.waiting()) - before)
    return time.monotonic() - began


def test_guided_answers_reach_the_desk_with_danger_and_words(soldier: Person, olena: Seat) -> None:
    answers = {"safe_now": "yes", "about": "group", "stance": "front", "wounded": "can_walk", "deadline": "hours"}
    number = arrives_at(
        olena, lambda: soldier.writes("Нас двоє, один іде погано.", answers=answers, check_word="соняшник")
    )

    olena.takes(number)

    assert soldier.your_word == "соняшник"
    assert olena.sees("Нас двоє, один іде погано.")
    assert 'class="chip danger"' in olena.screen.html


def test_a_picture_reaches_the_desk(soldier: Person, olena: Seat) -> None:
    sheet = Upload("sheet.png", "image/png", leaflet())
    number = arrives_at(olena, lambda: soldier.writes("Що це за листівка?", uploads=[sheet]))

    olena.takes(number)

    assert eventually(lambda: "open=" in olena.opens(number).screen.html)
    shown, sent = (Image.open(BytesIO(content)) for content in (olena.shows_picture(), leaflet()))
    assert shown.convert("L").tobytes() == sent.tobytes()


def test_a_talk_goes_on_under_the_same_case(soldier: Person, olena: Seat) -> None:
    number = arrives_at(olena, lambda: soldier.writes("Перше."))
    olena.takes(number).answers("Читаємо вас.")
    known = set(olena.waiting())

    soldier.writes_again("Друге.")

    assert eventually(lambda: olena.opens(number).sees("Друге."))
    assert set(olena.waiting()) == known


def test_the_same_form_twice_is_one_letter_and_one_code(site: Site, soldier: Person, olena: Seat) -> None:
    before = set(olena.waiting())
    page = soldier.fills_in("Надіслав двічі, бо зв’язок зник.")

    first, second = soldier.sends(*page), soldier.sends(*page)

    assert first.text == second.text
    soldier.notes_down(first)
    assert eventually(lambda: set(olena.waiting()) - before)
    time.sleep(1)
    (number,) = set(olena.waiting()) - before
    assert len(re.findall("Надіслав двічі", olena.takes(number).screen.text)) == 1


def test_an_unknown_code_is_a_case_that_has_not_begun(site: Site, soldier: Person, olena: Seat) -> None:
    known, stranger = Person(site.url("front"), "uk"), Person(site.url("front"), "uk")
    known.writes("Ще не маю відповіді.")
    stranger.code = new_code()

    assert _without_seal(known.comes_back().html) == _without_seal(stranger.comes_back().html)

    before = set(olena.waiting())
    stranger.writes_again("Пишу з кодом, якого мені ніхто не давав.")
    assert eventually(lambda: set(olena.waiting()) - before)


def test_wiping_erases_on_both_sides(own_site: Site) -> None:
    olena = Seat.of(own_site, "olena").logs_in()
    soldier = Person(own_site.url("front"), "ru")
    soldier.writes("Сотрите меня потом.")
    assert eventually(olena.waiting)
    olena.takes_next().answers("Хорошо.")
    assert eventually(lambda: "Хорошо." in soldier.comes_back().text)
    assert count_of(own_site, "inner", "cases_message") == 2

    soldier.wipes()

    assert count_of(own_site, "front", "web_answer") == 0
    for table in ("cases_message", "cases_attachment", "cases_note", "cases_thread"):
        assert eventually(lambda table=table: count_of(own_site, "inner", table) == 0), table  # type: ignore[misc]
    assert olena.waiting() == []
    assert "Хорошо." not in soldier.comes_back().text


def arrives_at(seat: Seat, write: Callable[[], object]) -> int:
    """The number under which what is written arrives on the queue."""
    before = set(seat.waiting())
    write()
    assert eventually(lambda: set(seat.waiting()) - before)
    (number,) = set(seat.waiting()) - before
    return number


def _without_seal(html: str) -> str:
    """A page without its sealed field, which differs by chance each time, though never in length."""
    return re.sub(r'name="f" value="([^"]+)"', lambda found: f"sealed {len(found[1])}", html)
