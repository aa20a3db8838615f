"""A second code is asked for with the first; nothing here tells if that is known, or which code is a second."""

import re
import statistics
import threading
import time
from dataclasses import replace

import pytest
from django.conf import LazySettings

from safeconduct.front.web import keys
from safeconduct.front.web.actions import keep_second_code, wipe
from safeconduct.front.web.hidden_field import Form
from safeconduct.front.web.models import Answer
from safeconduct.front.web.tests.conftest import Storage
from safeconduct.front.web.tests.people import Headquarters, Person, signer_of, thread_of
from safeconduct.handover.letters import ThreadName
from safeconduct.handover.serving.models import KeptEnvelope
from safeconduct.interview.library import load_library
from safeconduct.sealing.threads import new_code

SAY = load_library().interface.say
CODE = re.compile(r"\d{4}(?=</li>)")


@pytest.fixture
def soldier(person: Person) -> Person:
    """Somebody who has written and knows the code."""
    person.noted = person.writes("Можно прийти вместе с братом?").code
    return person


def asks(person: Person, first: str) -> Person:
    return person.goes_to("s").sends("second", code=first)


def without_code(person: Person) -> str:
    return CODE.sub("", person.seen)


def test_who_types_the_first_code_gets_a_second_one_and_is_told_what_it_is(soldier: Person) -> None:
    asks(soldier, soldier.noted)

    assert soldier.status == 200
    assert len(soldier.code) == 24
    assert soldier.code != soldier.noted
    assert SAY("second_code_page/second_code", "ru") in soldier.text
    assert SAY("second_code_page/under_it", "ru") in soldier.text


def test_before_it_is_asked_for_the_page_says_what_it_does_not_protect_from(person: Person) -> None:
    for language in ("ru", "uk", "en"):
        page = Person(language).goes_to("s")
        for name in ("second_code_heading", "second_code_ask", "limits"):
            assert SAY(f"second_code_page/{name}", language) in page.text


def test_inner_is_told_both_codes_in_one_sealed_envelope(soldier: Person, headquarters: Headquarters) -> None:
    asks(soldier, soldier.noted)

    opening, second = headquarters.headers()
    assert second.act == "second"
    assert second.threads == (thread_of(soldier.code),)
    assert second.first == (thread_of(soldier.noted).lookup,)
    assert second.first == (opening.threads[0].lookup,)
    assert (second.about, second.danger, second.language) == ("unsaid", "none", "ru")
    assert second.signers == (signer_of(soldier.code), signer_of(soldier.noted)), "both codes were there"


def test_the_same_form_shows_the_same_code_and_is_kept_once(soldier: Person) -> None:
    page = soldier.goes_to("s").hidden

    shown = [soldier.sends_to("/ru/s", {"f": page, "code": soldier.noted}, is_multipart=False).seen for _ in range(2)]

    assert shown[0] == shown[1]
    assert soldier.code
    assert KeptEnvelope.objects.count() == 2  # the letter, and one request


def test_the_code_is_shown_only_after_it_is_kept(soldier: Person, storage: Storage) -> None:
    storage.fails()

    asks(soldier, soldier.noted)

    assert (soldier.status, soldier.code) == (503, "")
    assert SAY("notices/try_later", "ru") in soldier.text
    storage.is_mended()
    assert len(soldier.sends("second", code=soldier.noted).code) == 24


def test_a_known_and_an_unknown_first_code_are_shown_the_same(soldier: Person) -> None:
    known, unknown = without_code(asks(soldier, soldier.noted)), without_code(asks(soldier, new_code()))

    assert known == unknown


def test_a_known_and_an_unknown_first_code_leave_the_same_here(soldier: Person) -> None:
    KeptEnvelope.objects.all().delete()

    asks(soldier, soldier.noted)
    asks(soldier, new_code())

    known, unknown = KeptEnvelope.objects.order_by("sequence")
    assert [len(known.header), len(known.body)] == [len(unknown.header), len(unknown.body)]
    assert not Answer.objects.exists()


def test_a_known_and_an_unknown_first_code_take_the_same_time(soldier: Person) -> None:
    """Interleaved, and the middle of many: what differs is no more than what two runs of the same differ."""
    known: list[float] = []
    unknown: list[float] = []
    for _ in range(40):
        for times, first in ((known, soldier.noted), (unknown, new_code())):
            page = soldier.goes_to("s").hidden
            before = time.perf_counter()
            soldier.sends_to("/ru/s", {"f": page, "code": first}, is_multipart=False)
            times.append(time.perf_counter() - before)

    assert abs(statistics.median(known) - statistics.median(unknown)) < 0.3 * statistics.median(unknown)


def test_what_is_kept_looks_like_a_short_letter(soldier: Person) -> None:
    """A stolen front can be searched for sizes: the request has those of a letter of a few words, both parts."""
    asks(soldier, soldier.noted)

    letter, request = KeptEnvelope.objects.order_by("sequence")
    for column in ("store", "epoch", "acknowledged_at"):
        assert getattr(letter, column) == getattr(request, column)
    assert (len(letter.header), len(letter.body)) == (len(request.header), len(request.body))
    assert len(letter.envelope_id) == len(request.envelope_id)


@pytest.mark.parametrize("peppers", range(1, 17))
def test_its_header_is_as_long_as_any_other_with_however_many_peppers(
    db: None, monkeypatch: pytest.MonkeyPatch, peppers: int
) -> None:
    many = replace(keys.front_keys(), peppers=tuple(bytes([number]) * 32 for number in range(peppers)))
    monkeypatch.setattr(keys, "front_keys", lambda: many)
    root = keys.root_from(new_code())

    keep_second_code(Form("ru", code=new_code()), root, language="ru")
    wipe(Form("ru", root=root))

    request, erasure = KeptEnvelope.objects.order_by("sequence")
    assert len(request.header) == len(erasure.header)


def test_the_thread_of_a_second_code_is_a_thread_like_any_other(soldier: Person, headquarters: Headquarters) -> None:
    first, second = soldier.noted, asks(soldier, soldier.noted).code
    KeptEnvelope.objects.all().delete()
    pages = []
    for number, code in enumerate((first, second)):
        headquarters.answers_to(thread_of(code), "Можно забрать после обеда.", dispatch_id=bytes([number]) * 16)
        pages.append(soldier.comes_back(code).seen)
        pages.append(soldier.sends(words="Понятно").seen)
        pages.append(soldier.comes_back(code).sends("wipe").seen)
        pages.append(soldier.sends_to("/ru/c", {"f": soldier.hidden, "go": "erase"}).seen)
        pages.append(soldier.comes_back(code).seen)

    assert pages[:5] == pages[5:]
    kept = [(len(bytes(row.header)), len(bytes(row.body))) for row in KeptEnvelope.objects.order_by("sequence")]
    assert kept[: len(kept) // 2] == kept[len(kept) // 2 :]
    acts = headquarters.acts()
    assert acts[: len(acts) // 2] == acts[len(acts) // 2 :]


@pytest.mark.parametrize(
    ("typed", "said"),
    [("1234", "coming_back/wrong_length"), ("0" * 23 + "9", "coming_back/mistyped_anywhere")],
)
def test_a_slip_in_the_first_code_is_told_as_everywhere(person: Person, typed: str, said: str) -> None:
    asks(person, typed)

    assert any(SAY(said, "ru", count=len(typed), group=group) in person.text for group in range(1, 7))
    assert not person.code
    assert not KeptEnvelope.objects.exists()


def test_another_language_keeps_what_was_typed_and_asks_nothing_yet(soldier: Person) -> None:
    soldier.goes_to("s").sends("language", to="/uk/s", code=soldier.noted)

    assert SAY("second_code_page/take", "uk") in soldier.text
    assert re.sub(r"\D", "", soldier.html).count(soldier.noted) == 1
    assert KeptEnvelope.objects.count() == 1


def test_a_page_that_is_too_old_asks_for_the_code_again(soldier: Person) -> None:
    soldier.sends_to("/ru/s", {"f": "x", "code": soldier.noted}, is_multipart=False)

    assert SAY("web/code_again", "ru") in soldier.text
    assert not soldier.code
    assert len(soldier.sends("second", code=soldier.noted).code) == 24


def test_a_form_that_was_reached_with_a_code_is_none_for_a_second_one(soldier: Person) -> None:
    within = soldier.comes_back(soldier.noted).hidden

    soldier.sends_to("/ru/s", {"f": within, "code": soldier.noted}, is_multipart=False)

    assert not soldier.code
    assert len(soldier.sends("second", code=soldier.noted).code) == 24


def test_where_there_are_no_exchanges_there_is_no_such_page(person: Person, settings: LazySettings) -> None:
    settings.FRONT_SECOND_CODES = ["uk"]

    missing = person.goes_to("q")
    nothing = (missing.status, missing.content)
    assert (person.goes_to("s").status, person.content) == nothing
    person.sends_to("/ru/s", {"code": new_code()}, is_multipart=False)
    assert (person.status, person.content) == nothing
    assert Person("uk").goes_to("s").status == 200
    assert "/ru/s" not in Person("uk").goes_to("s").html


def test_no_page_behind_or_around_a_code_leads_to_a_second_one(soldier: Person, headquarters: Headquarters) -> None:
    """Whoever stands beside him looks at these pages, too."""
    headquarters.answers_to(thread_of(soldier.noted), "Да", dispatch_id=b"1" * 16)
    pages = [soldier.html, soldier.goes_to("c").html, soldier.goes_to("w").html, soldier.goes_to("n").html]
    pages += [soldier.comes_back(soldier.noted).html, soldier.sends("wipe").html]

    for page in pages:
        assert "/ru/s" not in page
        assert SAY("buttons/second_code", "ru") not in page


def test_a_request_is_no_visit(soldier: Person, headquarters: Headquarters) -> None:
    """It shows no answer, so the term of what waits unread does not begin."""
    thread = thread_of(soldier.noted)
    headquarters.answers_to(ThreadName(thread.lookup, thread.public_key), "Да", dispatch_id=b"1" * 16)

    asks(soldier, soldier.noted)

    assert "visit" not in headquarters.acts()
    assert Answer.objects.get().forget_at is None


def test_many_at_once_are_told_that_very_many_are_writing(soldier: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "WAIT_SECONDS", 0)
    monkeypatch.setattr(keys, "_turns", threading.BoundedSemaphore(1))
    keys._turns.acquire()

    asks(soldier, soldier.noted)

    assert (soldier.status, soldier.code) == (503, "")
    assert SAY("errors/busy", "ru") in soldier.text
