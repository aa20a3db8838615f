"""Just write, and get a code."""

import pytest

from safeconduct.front.web.tests.people import Headquarters, Person
from safeconduct.interview.library import load_library
from safeconduct.sealing.threads import new_code, read_code

SAY = load_library().interface.say


def test_what_a_person_writes_reaches_the_headquarters_and_the_front_cannot_read_it(
    person: Person, headquarters: Headquarters
) -> None:
    person.writes("Можно прийти вместе с братом?")

    (letter,) = headquarters.letters()
    assert letter.words == "Можно прийти вместе с братом?"
    (envelope,) = headquarters.envelopes()
    assert "братом".encode() not in envelope.header + envelope.body
    assert envelope.arrived_at.second == 0


def test_the_code_and_the_words_are_shown_once_the_letter_is_kept(person: Person, headquarters: Headquarters) -> None:
    person.writes("Помогите")

    assert read_code(person.code) == person.code
    (letter,) = headquarters.letters()
    assert person.check_words == [letter.our_word, letter.your_word]
    assert all(person.check_words)
    assert SAY("code_page/how_to_keep", "ru") in person.text
    assert SAY("code_page/never_asked", "ru") in person.text


def test_the_page_before_writing_says_what_not_to_write_and_what_cannot_be_erased(person: Person) -> None:
    statements = load_library().statements

    person.goes_to("w")

    assert statements["what-not-to-write"].text["ru"] in person.text
    assert statements["what-deletion-can-do"].text["ru"] in person.text


def test_nothing_is_kept_and_no_code_is_seen_before_the_letter_is_sent(
    person: Person, headquarters: Headquarters
) -> None:
    person.goes_to("w")

    assert not person.code
    assert not headquarters.envelopes()


def test_a_header_tells_a_queue_what_it_may_show_and_no_more(person: Person, headquarters: Headquarters) -> None:
    person.writes("Мне страшно", deadline="hours")

    (header,) = headquarters.headers()
    assert (header.kind, header.act, header.channel, header.window) == ("appeal", "opening", "web", "never")
    assert (header.language, header.about, header.danger) == ("ru", "unsaid", "now")


def test_whoever_is_in_danger_now_is_told_that_he_comes_out_of_turn(person: Person) -> None:
    assert SAY("receipt/danger", "ru") in person.writes("Срочно", deadline="hours").text
    assert SAY("receipt/danger", "ru") not in person.writes("Не срочно", deadline="none").text


def test_a_person_may_choose_the_word_that_we_answer_with(person: Person, headquarters: Headquarters) -> None:
    person.writes("Привет", check_word="журавль")

    assert person.check_words[1] == "журавль"
    assert headquarters.letters()[0].your_word == "журавль"
    assert "check_word" not in headquarters.letters()[0].answers


def test_a_word_that_cannot_be_used_is_refused_and_nothing_typed_is_lost(
    person: Person, headquarters: Headquarters
) -> None:
    person.writes("Привет", check_word="два слова")

    assert person.typed == "Привет"
    assert 'value="два слова"' in person.html
    assert not headquarters.envelopes()


def test_the_same_form_again_shows_the_same_page_and_is_kept_once(person: Person, headquarters: Headquarters) -> None:
    person.goes_to("w")
    form = person.hidden
    first = person.sends(words="Привет").seen

    again = person.sends_to("/ru/w", {"f": form, "words": "Привет", "go": "send"}).seen

    assert again == first
    assert len(headquarters.envelopes()) == 1


def test_the_same_form_with_other_words_is_a_second_letter_in_the_same_thread(
    person: Person, headquarters: Headquarters
) -> None:
    person.goes_to("w")
    form = person.hidden
    first = person.sends(words="Привет").seen

    corrected = person.sends_to("/ru/w", {"f": form, "words": "Привет, это важно", "go": "send"}).seen

    assert corrected == first
    assert [letter.words for letter in headquarters.letters()] == ["Привет", "Привет, это важно"]
    one, other = headquarters.headers()
    assert one.threads == other.threads


@pytest.mark.parametrize("of", ["nothing", "a slip", "another code"])
def test_a_code_that_is_not_remembered_stays_on_the_page(person: Person, of: str) -> None:
    person.writes("Привет", check_word="журавль")
    code, before = person.code, person.check_words
    typed = {"nothing": "", "a slip": code[:-1] + str((int(code[-1]) + 1) % 10), "another code": new_code()}

    person.sends("", code=typed[of])

    assert (person.code, person.check_words) == (code, before)
    assert SAY("web/not_this_code", "ru") in person.text


def test_a_code_that_is_remembered_opens_its_thread(person: Person) -> None:
    person.writes("Привет")

    person.sends("", code=person.code)

    assert SAY("coming_back/quiet", "ru") in person.text


def test_a_form_that_was_not_sent_shows_no_code(person: Person, headquarters: Headquarters) -> None:
    """Else somebody would have a code for a letter that never arrived."""
    person.goes_to("w")

    person.sends_to("/ru/c", {"f": person.hidden, "code": new_code()}, is_multipart=False)

    assert not person.code
    assert not headquarters.envelopes()


def test_two_forms_have_two_codes(person: Person) -> None:
    assert person.writes("Раз").code != person.writes("Раз").code


@pytest.mark.parametrize("language", ["ru", "uk", "en"])
def test_a_letter_can_be_written_in_each_language(person: Person, headquarters: Headquarters, language: str) -> None:
    person.language = language

    person.writes("…")

    assert f'<html lang="{language}"' in person.html
    assert headquarters.headers()[0].language == language


def test_another_language_keeps_all_that_was_typed(person: Person, headquarters: Headquarters) -> None:
    person.goes_to("w").sends("language", to="/uk/w", words="Помогите", deadline="day", check_word="журавль")

    assert '<html lang="uk"' in person.html
    assert person.typed == "Помогите"
    assert 'value="day" checked' in person.html
    assert 'value="журавль"' in person.html
    assert not headquarters.envelopes()


def test_the_words_to_know_us_by_are_in_the_language_of_the_page(person: Person, headquarters: Headquarters) -> None:
    person.goes_to("w").sends("language", to="/en/w").sends(words="Hello")

    (letter,) = headquarters.letters()
    assert letter.our_word.isascii()
    assert letter.your_word.isascii()


def test_one_page_can_be_left_for_the_questions_with_what_was_typed(person: Person) -> None:
    person.goes_to("w").sends("begin", words="Уже написано")
    person.answers(("safe_now", "yes"), ("about", "asking"), ("reply_language", ""), ("check_word", ""))

    assert person.typed == "Уже написано"
