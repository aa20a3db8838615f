"""The guided questions: one a page, each may be skipped, nothing kept before the last."""

import pytest

from safeconduct.front.web.tests.people import Headquarters, Person
from safeconduct.interview.library import load_library

LIBRARY = load_library()
SAY = LIBRARY.interface.say
APPEAL = LIBRARY.scripts["appeal"]

BEFORE_WORDS = (
    *(("safe_now", "yes"), ("about", "self"), ("stance", "front"), ("wounded", "no"), ("deadline", "day")),
    *(("adult", "yes"), ("citizenship", "own"), ("reply_language", "uk"), ("check_word", "журавль")),
)


def test_a_whole_interview_becomes_one_letter(person: Person, headquarters: Headquarters) -> None:
    person.goes_to("n").answers(*BEFORE_WORDS)
    assert not headquarters.envelopes()

    person.answers(("words", "Помогите"))

    assert person.code
    assert person.check_words[1] == "журавль"
    (letter,) = headquarters.letters()
    assert (letter.words, letter.your_word, letter.script) == ("Помогите", "журавль", "appeal")
    assert letter.answers["citizenship"] == "own"
    assert not {"words", "check_word"} & set(letter.answers)
    (header,) = headquarters.headers()
    assert (header.language, header.about, header.danger) == ("uk", "oneself", "now")


def test_every_question_can_be_skipped_and_there_is_still_a_code(person: Person, headquarters: Headquarters) -> None:
    person.goes_to("n")
    for _ in range(len(APPEAL.steps)):
        if person.code:
            break
        person.sends("skip")

    assert person.code
    (letter,) = headquarters.letters()
    assert (letter.words, dict(letter.answers)) == ("", {})


def test_a_step_back_shows_what_was_answered(person: Person) -> None:
    person.goes_to("n").answers(("safe_now", "yes"), ("about", "group"), ("group_size", "more"))

    person.sends("back")

    assert 'value="more" checked' in person.html


def test_a_step_back_from_half_a_letter_does_not_lose_it(person: Person) -> None:
    person.goes_to("n").answers(*BEFORE_WORDS).sends("back", words="Недописанное")

    person.answers(("check_word", "журавль"))

    assert person.typed == "Недописанное"


def test_a_statement_is_shown_at_once_and_again_in_another_language(person: Person) -> None:
    person.goes_to("n").answers(("safe_now", "yes"), ("about", "group"))
    assert LIBRARY.statements["group"].text["ru"] in person.text

    person.sends("language", to="/en/n")

    assert LIBRARY.statements["group"].text["en"] in person.text
    assert 'name="group_size"' in person.html


def test_whoever_cannot_write_now_leaves_nothing_behind(person: Person, headquarters: Headquarters) -> None:
    person.goes_to("n").answers(("safe_now", "checked"))

    assert APPEAL.say("later", "label", "ru") in person.text
    assert LIBRARY.statements["phone-spyware"].text["ru"] in person.text
    assert not person.code
    assert not headquarters.envelopes()


def test_questions_that_are_not_there_yet_give_their_page_and_the_one_page_way(person: Person) -> None:
    person.goes_to("n").answers(("safe_now", "yes"), ("about", "relative"))
    assert LIBRARY.statements["relative-help"].text["ru"] in person.text

    person.sends("page")

    assert 'action="/ru/w"' in person.html


def test_one_can_come_back_from_there_to_the_question(person: Person) -> None:
    person.goes_to("n").answers(("safe_now", "yes"), ("about", "relative")).sends("back")

    assert 'value="relative" checked' in person.html


def test_the_one_page_way_is_offered_at_every_step_and_takes_the_answers_along(
    person: Person, headquarters: Headquarters
) -> None:
    person.goes_to("n")
    for step in BEFORE_WORDS:
        assert 'name="go" value="page"' in person.html
        person.answers(step)

    person.sends("page", words="Начатое")

    assert person.typed == "Начатое"
    assert 'value="day" checked' in person.html
    assert 'value="журавль"' in person.html
    assert person.sends(words="Начатое", deadline="day").code
    assert headquarters.headers()[0].danger == "now", "by a question that the one page does not ask"


def test_a_finger_too_low_sends_no_letter_without_its_words(person: Person, headquarters: Headquarters) -> None:
    person.goes_to("n").answers(*BEFORE_WORDS)

    person.sends("skip", words="Помогите")

    assert SAY("web/not_empty", "ru") in person.text
    assert person.typed == "Помогите"
    assert not headquarters.envelopes()
    assert person.sends("skip", words="").code


def test_whoever_goes_back_from_the_one_page_to_the_questions_loses_no_answer(
    person: Person, headquarters: Headquarters
) -> None:
    person.goes_to("n").answers(("safe_now", "yes"), ("about", "self"), ("stance", "wounded"))
    asked = person.seen

    person.sends("page").sends("begin", words="Помогите", deadline="day", check_word="журавль")

    assert person.seen == asked
    person.sends("page")
    assert person.typed == "Помогите"
    assert 'value="day" checked' in person.html
    person.sends(words="Помогите", deadline="day", check_word="журавль")
    assert headquarters.headers()[0].danger == "now"
    assert headquarters.letters()[0].your_word == "журавль"


def test_a_wounded_man_who_would_rather_just_write_still_counts_as_wounded(
    person: Person, headquarters: Headquarters
) -> None:
    person.goes_to("n").answers(("safe_now", "yes"), ("about", "self"), ("stance", "wounded"))

    person.sends("page").sends(words="Помогите")

    assert (headquarters.headers()[0].danger, headquarters.headers()[0].about) == ("now", "oneself")
    assert headquarters.letters()[0].answers == {"safe_now": "yes", "about": "self", "stance": "wounded"}


def test_what_the_one_page_asks_again_counts_as_it_stands_there(person: Person, headquarters: Headquarters) -> None:
    person.goes_to("n").answers(*BEFORE_WORDS).sends("page")

    person.sends(words="Помогите", deadline="hours", check_word="")

    (letter,) = headquarters.letters()
    assert letter.answers["deadline"] == "hours"
    assert letter.your_word != "журавль"


def test_a_relative_who_goes_over_to_one_page_is_known_as_one(person: Person, headquarters: Headquarters) -> None:
    person.goes_to("n").answers(("safe_now", "yes"), ("about", "relative")).sends("page")

    person.sends(words="Мой сын")

    assert headquarters.headers()[0].about == "relative"


def test_a_word_typed_on_the_step_itself_comes_along_to_the_one_page(person: Person) -> None:
    person.goes_to("n").answers(*BEFORE_WORDS[:-1]).sends("page", check_word="журавль")

    assert 'value="журавль"' in person.html


def test_an_answer_that_is_none_of_the_choices_is_asked_for_again(person: Person) -> None:
    person.goes_to("n").answers(("safe_now", "maybe"))

    assert SAY("errors/not_a_choice", "ru") in person.text
    assert 'name="safe_now"' in person.html


def test_a_word_that_cannot_be_used_stays_and_is_told(person: Person) -> None:
    person.goes_to("n").answers(*BEFORE_WORDS[:-1], ("check_word", "а б"))

    assert APPEAL.say("check_word", "constraint_message", "ru") in person.text
    assert 'value="а б"' in person.html


def test_before_the_words_it_is_said_what_not_to_write_and_what_cannot_be_erased(person: Person) -> None:
    person.goes_to("n").answers(*BEFORE_WORDS)

    assert LIBRARY.statements["what-not-to-write"].text["ru"] in person.text
    assert LIBRARY.statements["what-deletion-can-do"].text["ru"] in person.text


def test_files_can_be_added_to_the_last_question_alone(person: Person, headquarters: Headquarters) -> None:
    person.goes_to("n")
    for step in BEFORE_WORDS:
        assert 'type="file"' not in person.html
        person.answers(step)

    person.sends("next", words="Смотрите", files=[("note.pdf", b"%PDF-1.7 x")])

    assert person.code
    assert [file.name for file in headquarters.files()] == ["note.pdf"]


def test_the_same_last_page_sent_twice_is_one_letter(person: Person, headquarters: Headquarters) -> None:
    person.goes_to("n").answers(*BEFORE_WORDS)
    last = {"f": person.hidden, "words": "Помогите", "go": "next"}

    pages = {person.sends_to("/ru/n", last).seen for _ in range(2)}

    assert len(pages) == 1
    assert len(headquarters.envelopes()) == 1


@pytest.mark.parametrize("language", ["uk", "en"])
def test_the_questions_are_there_in_every_language(person: Person, language: str) -> None:
    person.language = language

    person.goes_to("n")

    assert APPEAL.say("safe_now", "label", language) in person.text
