"""A page elsewhere that makes a person send a form: the form may be known to who made it, so nothing of it is kept."""

import pytest

from safeconduct.front.web.tests.people import Headquarters, Person
from safeconduct.interview.library import load_library
from safeconduct.sealing.threads import new_code

SAY = load_library().interface.say
WORDS = "Можно прийти вместе с братом?"
NOT_FROM_HERE = SAY("web/not_from_here", "ru")


def led_by(site: str) -> Person:
    """A person whose browser says where the page stood from which the form was sent."""
    person = Person()
    person.client.defaults["HTTP_SEC_FETCH_SITE"] = site
    return person


@pytest.fixture
def misled(db: None) -> Person:
    return led_by("cross-site")


@pytest.mark.parametrize("letter", ["w", "n"])
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_that_somebody_else_prepared_is_not_kept_and_another_one_is_offered_with_the_words(
    person: Person, headquarters: Headquarters, letter: str, site: str
) -> None:
    prepared, misled = person.goes_to(letter).hidden, led_by(site)

    misled.sends_to(f"/ru/{letter}", {"f": prepared, "words": WORDS, "go": "send"})

    assert misled.status == 403
    assert NOT_FROM_HERE in misled.text
    assert misled.typed == WORDS
    assert not misled.code
    assert not headquarters.envelopes()
    # Sent from our page it goes, under a code that the other page never saw.
    misled.client.defaults["HTTP_SEC_FETCH_SITE"] = "same-origin"
    given = misled.sends(words=misled.typed).code
    assert [kept.words for kept in headquarters.letters()] == [WORDS]
    assert person.sends_to("/ru/w", {"f": prepared, "words": "."}).code != given


def test_words_for_a_thread_wait_and_the_code_is_typed_anew(
    person: Person, misled: Person, headquarters: Headquarters
) -> None:
    """It could be a thread of whoever made the other page, and his code in the field."""
    his = person.writes("Мой").code
    prepared = person.comes_back(his).hidden
    before = headquarters.acts()

    for fields in ({"f": prepared, "words": WORDS, "go": "send"}, {"code": his, "words": WORDS, "go": "code"}):
        misled.sends_to("/ru/c", fields)

        assert (misled.status, misled.typed) == (403, WORDS)
        assert NOT_FROM_HERE in misled.text
        assert SAY("web/text_is_below", "ru") in misled.text
        assert his[:4] not in misled.seen
        assert not misled.hidden
    assert headquarters.acts() == before


@pytest.mark.parametrize("go", ["erase", "wipe", "read", "language"])
def test_nothing_is_wiped_or_shown_behind_a_code(
    person: Person, misled: Person, headquarters: Headquarters, go: str
) -> None:
    prepared = person.comes_back(person.writes("Мой").code).hidden
    before = headquarters.acts()

    misled.sends_to("/ru/c", {"f": prepared, "go": go})

    assert misled.status == 403
    assert headquarters.acts() == before


def test_no_second_code_is_made(person: Person, misled: Person, headquarters: Headquarters) -> None:
    prepared = person.goes_to("s").hidden

    misled.sends_to("/ru/s", {"f": prepared, "code": new_code(), "go": "second"}, is_multipart=False)

    assert (misled.status, misled.code) == (403, "")
    assert NOT_FROM_HERE in misled.text
    assert not headquarters.envelopes()


@pytest.mark.parametrize("site", ["", "same-origin", "none"])
def test_our_own_pages_and_browsers_that_say_nothing_go_on_as_before(headquarters: Headquarters, site: str) -> None:
    person = led_by(site) if site else Person()

    assert len(person.writes(WORDS).code) == 24
    assert person.comes_back(person.code).status == 200
    assert headquarters.acts() == ["opening", "visit"]


@pytest.mark.parametrize("letter", ["w", "n", "c", "s"])
def test_a_link_from_an_information_page_on_any_mirror_leads_to_the_form(misled: Person, letter: str) -> None:
    assert misled.goes_to(letter).status == 200
    assert 'method="post"' in misled.html
