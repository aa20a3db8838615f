"""The words and the guided questions: statements, scripts, interface texts and who confirmed them. Plain Python.

    from safeconduct.interview.library import load_library
    from safeconduct.interview.engine import BACK, SKIP, State, advance, begin, show
    from safeconduct.interview.rules import about_of, danger_of, reply_language_of
    from safeconduct.interview.confirmations import approve, may_show, offered_languages, read_confirmations
    from safeconduct.interview.showing import shown_in
    from safeconduct.interview.words import draw_single_word, draw_word

**Words.** `library = load_library()` reads and checks everything under `texts/` once, at start (raises `TextWrong`
with file, line and item). `library.statements[id]`, `library.scripts[name]`, `library.menu`,
`library.interface.say("code_page/heading", "uk", **values) -> str` (raises `NoSuchText`). Texts are not escaped.
`script.say("words", "label", "uk")` gives the words of one step, for the one-page way. `shown_in(statement, …)` fills
in the lengths of time. What is true only with a channel that is not installed (`channels=`) is left out of the words.

**Engine.** `begin(script, medium, language) -> Turn`, `advance(script, state, given, medium, language) -> Turn`,
`show(script, state, medium, language) -> Turn` (the same page again). Media: web, bot, voice, sheet.

* `given`: for a choice its name (the value of the web's radio button), digit, `callback` or label; typed words;
  `SKIP`; `BACK`. Nothing typed is a skip. However long it is, it may be handed in as it came.
* `turn.state`: to be kept by the caller. `state.to_json()` gives a small dict; `State.from_json(value, script)` takes
  it back, or raises `StateWrong` (altered, or of another version). `state.passed`: the answers that count,
  `{step: answer}`, a skipped one is `""`: what `danger_of`, `about_of`, `reply_language_of` and the letter take.
* `turn.prompts`: shown before the question, in this order; each has `text` (a note) or `statement` (an id; show it with
  label and source, if `may_show` says so).
* `turn.question`: `None` at the end; else `name type label hint short options accepts may_skip answer number total`.
  `type`: select_one | text | integer | audio. `options`: `name label digit callback`. `answer`: what was given here
  before a step back, to be shown again.
* `turn.refusal`: `None`, or show `refusal.message`, or `interface.say(refusal.say, language)` where it is empty; state
  and question are then those of before.
* `turn.is_finished`: the last notes are in `prompts`. `turn.go`: a choice hands over: `go.script`, `go.is_installed`,
  `go.menu` (name of the menu page to show where it is not installed). `BACK` works from both.

**Confirmations.** See `confirmations.py`: a text without its line in a language is left out in that language. No form
to write on is offered in a language where `approve(…).may_write(language)` is false.
"""
