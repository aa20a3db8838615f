"""The engine as people meet it: through a page, a chat, a telephone, an operator's sheet."""

import json
from random import Random
from typing import cast, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.interview.engine import BACK, SKIP, Given, Prompt, Question, State, Turn, advance, begin, show
from safeconduct.interview.errors import StateWrong
from safeconduct.interview.library import load_library
from safeconduct.interview.rules import about_of, danger_of, reply_language_of
from safeconduct.interview.scripts import Medium, Script

LIBRARY = load_library()
APPEAL = LIBRARY.scripts["appeal"]
MEDIA = cast(tuple[Medium, ...], get_args(Medium))


def walk(script: Script, *given: str | Given, medium: Medium = "web", language: str = "uk") -> Turn:
    """The turn after these answers, from the beginning."""
    turn = begin(script, medium, language)
    for one in given:
        turn = advance(script, turn.state, one, medium, language)
    return turn


def question_of(turn: Turn) -> Question:
    assert turn.question is not None
    return turn.question


# -- what people meet


def test_the_first_page_says_what_is_kept_open_and_asks_whether_it_is_safe() -> None:
    turn = begin(APPEAL, "web", "en")

    assert turn.prompts == (Prompt(text=APPEAL.say("welcome", "label", "en")),)
    assert question_of(turn).name == "safe_now"
    assert question_of(turn).options[0].label == "Yes, nobody is near"
    assert (question_of(turn).number, question_of(turn).may_skip) == (1, True)


def test_a_choice_shows_its_statement_at_once_and_before_the_next_question() -> None:
    turn = walk(APPEAL, "unsure")

    assert turn.prompts == (Prompt(statement="phone-seen-by-others"),)
    assert question_of(turn).name == "about"
    # and it stays there when the answer cannot be taken, or the page is loaded again
    assert advance(APPEAL, turn.state, "nonsense", "web", "uk").prompts == turn.prompts
    assert show(APPEAL, turn.state, "web", "uk") == turn


def test_whoever_is_not_safe_is_sent_away_without_another_question() -> None:
    for answer in ("no", "checked"):
        turn = walk(APPEAL, answer)

        assert turn.is_finished
        assert turn.question is None
        assert turn.prompts[-1].text == APPEAL.say("later", "label", "uk")
    assert walk(APPEAL, "checked").prompts[0].statement == "phone-spyware"


def test_before_own_words_comes_what_not_to_write() -> None:
    turn = walk(APPEAL, "yes", "asking", SKIP, SKIP)

    assert question_of(turn).name == "words"
    assert turn.prompts == (
        Prompt(text=APPEAL.say("before_words", "label", "uk")),
        Prompt(statement="what-not-to-write"),
    )


def test_everything_can_be_skipped_and_nothing_remains() -> None:
    turn = begin(APPEAL, "web", "uk")
    while turn.question:
        turn = advance(APPEAL, turn.state, SKIP, "web", "uk")

    assert turn.is_finished
    assert set(turn.state.passed.values()) == {""}
    assert danger_of(APPEAL, turn.state.passed) == "none"
    assert about_of(turn.state.passed) == "unsaid"
    assert reply_language_of(turn.state.passed, otherwise="uk") == "uk"


def test_on_the_web_nobody_is_asked_how_to_answer_him() -> None:
    """One choice is left there, the code; skipped means the same."""
    asked = set()
    turn = walk(APPEAL, "yes")
    while turn.question:
        asked.add(turn.question.name)
        turn = advance(APPEAL, turn.state, SKIP, "web", "uk")

    assert not asked & {"reply_by", "reply_when", "hour_now"}
    assert question_of(walk(APPEAL, "1", "4", SKIP, medium="bot")).name == "reply_by"


def test_the_hour_is_asked_only_where_hours_were_chosen() -> None:
    to_hours = ("yes", "asking", SKIP, "here")

    assert question_of(walk(APPEAL, *to_hours, "evening", medium="bot")).name == "hour_now"
    assert question_of(walk(APPEAL, *to_hours, "any", medium="bot")).name == "check_word"
    assert question_of(walk(APPEAL, *to_hours, SKIP, medium="bot")).name == "check_word"


def test_a_relative_is_handed_over_to_his_page_and_may_come_back() -> None:
    turn = walk(APPEAL, "yes", "relative")

    assert turn.go is not None
    assert (turn.go.script, turn.go.is_installed, turn.go.menu) == ("relative", False, "relative")
    assert not turn.is_finished
    assert about_of(turn.state.passed) == "relative"
    assert show(APPEAL, turn.state, "web", "uk") == turn
    assert question_of(advance(APPEAL, turn.state, BACK, "web", "uk")).name == "about"


def test_a_search_leads_to_the_page_of_searches() -> None:
    turn = walk(LIBRARY.scripts["relative"], "yes", "search")

    assert turn.go is not None
    assert (turn.go.script, turn.go.menu) == ("tracing", "search")


def test_progress_counts_what_is_known_to_come() -> None:
    first, group = begin(APPEAL, "web", "uk"), walk(APPEAL, "yes", "group")

    assert (question_of(group).number, question_of(group).name) == (3, "group_size")
    assert question_of(group).total == question_of(first).total + 1
    last = walk(APPEAL, "yes", "asking", SKIP, SKIP)
    assert question_of(last).number == question_of(last).total


@pytest.mark.parametrize("typed", ["7", "07", " 7 ", "٧", "७", "𝟕"])
def test_an_hour_may_be_typed_in_digits_of_any_script(typed: str) -> None:
    turn = walk(APPEAL, "yes", "asking", SKIP, "here", "evening", typed, medium="bot")

    assert turn.refusal is None
    assert turn.state.answers["hour_now"] == "7"


@pytest.mark.parametrize("typed", ["24", "-1", "7.5", "seven", "²", "Ⅶ", "9" * 30, "7:30"])
def test_what_is_no_hour_is_refused_kindly_and_nothing_is_lost(typed: str) -> None:
    before = walk(APPEAL, "yes", "asking", SKIP, "here", "evening", medium="bot")

    turn = advance(APPEAL, before.state, typed, "bot", "uk")

    assert turn.refusal is not None
    assert turn.refusal.message == APPEAL.say("hour_now", "constraint_message", "uk")
    assert (turn.state, turn.question) == (before.state, before.question)


def test_digits_of_another_script_are_kept_as_ours_where_form_matters_only() -> None:
    at_word = walk(APPEAL, "yes", "asking", SKIP)

    assert advance(APPEAL, at_word.state, "۱۲۳۴", "web", "uk").state.answers["check_word"] == "1234"
    at_words = advance(APPEAL, at_word.state, "журавль", "web", "uk")
    assert advance(APPEAL, at_words.state, "در ۱۲\r\nروز", "web", "uk").state.answers["words"] == "در ۱۲\nروز"


def test_own_words_may_have_four_thousand_characters_and_not_one_more() -> None:
    at_words = walk(APPEAL, "yes", "asking", SKIP, SKIP)

    assert advance(APPEAL, at_words.state, "я" * 4000, "web", "uk").is_finished
    for too_long in ("я" * 4001, "я" * 2_000_000):
        turn = advance(APPEAL, at_words.state, too_long, "web", "uk")
        assert turn.refusal is not None
        assert turn.refusal.message == APPEAL.say("words", "constraint_message", "uk")


def test_a_choice_that_is_none_is_told_by_the_interface() -> None:
    turn = walk(APPEAL, "9")

    assert turn.refusal is not None
    assert turn.refusal.message == ""
    assert LIBRARY.interface.say(turn.refusal.say, "uk")
    # a button of another question, pressed late in a chat, is no answer to this one
    assert walk(APPEAL, "appeal/about/self", medium="bot").refusal is not None


def test_on_a_telephone_zero_skips_and_star_repeats() -> None:
    first = begin(APPEAL, "voice", "uk")

    assert question_of(first).label == APPEAL.say("safe_now", "voice", "uk")
    assert advance(APPEAL, first.state, "*", "voice", "uk") == first
    assert advance(APPEAL, first.state, "0", "voice", "uk").state.passed == {"safe_now": ""}
    # midnight is dialled with two digits, as the voice asks
    hour = walk(APPEAL, "1", "4", "0", "2", "5", "00", medium="voice")
    assert hour.state.answers["hour_now"] == "0"


def test_the_last_words_on_the_sheet_of_a_call_speak_of_no_code() -> None:
    on_sheet, on_web = (_last_prompt(medium) for medium in ("sheet", "web"))

    assert on_sheet == APPEAL.say("end", "voice", "uk")
    assert on_web == APPEAL.say("end", "label", "uk")


def test_after_a_step_back_the_former_answer_is_shown_and_a_new_way_forgets_what_it_passes_over() -> None:
    group = walk(APPEAL, "yes", "group", "two_three")

    back = advance(APPEAL, advance(APPEAL, group.state, BACK, "web", "uk").state, BACK, "web", "uk")
    assert (question_of(back).name, question_of(back).answer) == ("about", "group")

    alone = advance(APPEAL, back.state, "self", "web", "uk")
    assert "group_size" not in alone.state.answers
    same = advance(APPEAL, back.state, "group", "web", "uk")
    assert question_of(same).answer == "two_three"


def test_back_at_the_first_question_stays_there_and_from_the_end_leads_to_the_last() -> None:
    first, end = begin(APPEAL, "web", "uk"), walk(APPEAL, "no")

    assert advance(APPEAL, first.state, BACK, "web", "uk") == first
    assert question_of(advance(APPEAL, end.state, BACK, "web", "uk")).name == "safe_now"
    assert advance(APPEAL, end.state, "yes", "web", "uk") == show(APPEAL, end.state, "web", "uk")


# -- danger, whom, language

DANGER = [
    (["yes", "self", "front"], "now"),
    (["yes", "self", "held"], "now"),
    (["yes", "self", "training", "hours"], "now"),
    (["yes", "self", "training", "later", "no"], "now"),
    (["yes", "self", "front", "cannot_walk"], "now"),
    (["yes", "self", "training", "day"], "soon"),
    (["yes", "self", "left"], "soon"),
    (["yes", "self", "training", "later", "yes"], "none"),
    (["yes", "asking"], "none"),
    (["no"], "none"),
]


@pytest.mark.parametrize(("answers", "danger"), DANGER)
def test_danger_is_known_from_closed_answers(answers: list[str], danger: str) -> None:
    assert danger_of(APPEAL, walk(APPEAL, *answers).state.passed) == danger


def test_danger_of_a_letter_without_questions_is_none() -> None:
    assert danger_of(APPEAL, {}) == "none"


@pytest.mark.parametrize(
    ("choice", "about"), [("self", "oneself"), ("group", "group"), ("relative", "relative"), ("asking", "question")]
)
def test_whom_it_is_about(choice: str, about: str) -> None:
    assert about_of(walk(APPEAL, "yes", choice).state.passed) == about


def test_the_language_of_the_answer_is_the_chosen_one() -> None:
    assert reply_language_of(walk(APPEAL, "yes", "asking", "other").state.passed, otherwise="uk") == "other"


# -- what must hold for every script, medium and person


@st.composite
def journeys(draw: st.DrawFn) -> tuple[Script, list[int]]:
    script = LIBRARY.scripts[draw(st.sampled_from(sorted(LIBRARY.scripts)))]
    return script, draw(st.lists(st.integers(0, 9), min_size=0, max_size=30))


TYPED = {"text": ["журавль", "1234", "", "000000000097"], "integer": ["7", "23", ""], "audio": ["recording-1", ""]}


def ways_to_say(question: Question, pick: int) -> dict[Medium, list[str]]:
    """One answer as the web's value or label, the bot's button, a key of the telephone, a choice on the sheet."""
    if not question.options:
        typed = TYPED[question.type][pick % len(TYPED[question.type])]
        return {medium: [typed] for medium in MEDIA}
    option = question.options[pick % len(question.options)]
    named = [option.name, option.label]
    return {"web": named, "bot": [option.callback], "voice": [option.digit], "sheet": named}


@given(journeys())
@settings(max_examples=150)
def test_the_same_answers_give_the_same_states_by_label_button_and_digit(journey: tuple[Script, list[int]]) -> None:
    script, picks = journey
    medium: Medium = "bot" if "bot" in script.media else cast(Medium, script.media[0])
    state = begin(script, medium, "ru").state
    for pick in picks:
        question = show(script, state, medium, "ru").question
        if question is None:
            break
        said = ways_to_say(question, pick)
        # Chat, telephone and sheet offer the same and lead the same way; the web asks fewer questions.
        reached = [
            advance(script, state, given, way, "ru").state
            for way, all_given in said.items()
            if way != "web" and way in script.media
            for given in all_given
        ]
        assert all(one == reached[0] for one in reached)
        offered = show(script, state, "web", "ru").question
        if offered and len(offered.options) == len(question.options):
            on_web = [advance(script, state, given, "web", "ru").state for given in said["web"]]
            assert all(one.passed == reached[0].passed for one in on_web)
        state = reached[0]


ANYTHING = st.one_of(
    st.sampled_from([SKIP, BACK, "*", "#", "0", "yes", "no"]),
    st.integers(0, 9).map(str),
    st.text(max_size=30),
    st.sampled_from(["front", "here", "group", "relative", "12", "журавль"]),
)


@given(st.sampled_from(sorted(LIBRARY.scripts)), st.lists(ANYTHING, max_size=60), st.sampled_from(MEDIA))
@settings(max_examples=200)
def test_no_input_breaks_an_interview_and_its_state_travels(
    name: str, given: list[str | Given], medium: Medium
) -> None:
    script = LIBRARY.scripts[name]
    turn = begin(script, medium, "en")
    for one in given:
        before = turn
        turn = advance(script, turn.state, one, medium, "en")
        assert (turn.question is None) == (turn.is_finished or turn.go is not None)
        if turn.refusal:
            assert turn.state == before.state
        travelled = State.from_json(json.loads(json.dumps(turn.state.to_json())), script)
        assert travelled == turn.state
        assert show(script, turn.state, medium, "en").question == turn.question


@given(st.sampled_from(sorted(LIBRARY.scripts)), st.sampled_from(MEDIA), st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_every_interview_ends(name: str, medium: Medium, chance: Random) -> None:
    script = LIBRARY.scripts[name]
    turn = begin(script, medium, "uk")
    for _ in range(len(script.steps)):
        if turn.question is None:
            break
        said = ways_to_say(turn.question, chance.randrange(9))[medium][0]
        turn = advance(script, turn.state, said if chance.random() < 0.7 else SKIP, medium, "uk")
        if turn.refusal:
            turn = advance(script, turn.state, SKIP, medium, "uk")
    assert turn.question is None


@given(journeys())
@settings(max_examples=150)
def test_a_step_back_and_the_same_answer_again_lead_to_the_same_place(journey: tuple[Script, list[int]]) -> None:
    script, picks = journey
    medium = cast(Medium, script.media[0])
    turn = begin(script, medium, "uk")
    for pick in picks:
        if turn.question is None:
            break
        given = ways_to_say(turn.question, pick)[medium][0]
        after = advance(script, turn.state, given, medium, "uk")
        if after.refusal is None:
            back = advance(script, after.state, BACK, medium, "uk")
            assert back.state.at == turn.state.at
            assert back.state.trail == turn.state.trail
            assert advance(script, back.state, given, medium, "uk") == after
        turn = after


@pytest.mark.parametrize(
    "altered",
    [
        None,
        [],
        "appeal",
        {},
        {"version": 2},
        {"script": "waiting"},
        {"at": "nowhere"},
        {"at": "welcome"},
        {"at": 5},
        {"trail": ["about"]},
        {"trail": 3},
        {"answers": {"nowhere": "x"}},
        {"answers": {"safe_now": 1}},
        {"answers": None},
    ],
)
def test_an_altered_state_or_one_of_another_version_is_refused(altered: object) -> None:
    good = walk(APPEAL, "yes").state.to_json()
    value = good | altered if isinstance(altered, dict) and altered else altered

    with pytest.raises(StateWrong):
        State.from_json(value, APPEAL)


def _last_prompt(medium: Medium) -> str:
    turn = walk(APPEAL, "yes", "asking", medium=medium)
    while turn.question:
        turn = advance(APPEAL, turn.state, SKIP, medium, "uk")
    return turn.prompts[-1].text
