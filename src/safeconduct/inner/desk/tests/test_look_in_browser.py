"""How the desk looks in a real browser: to axe, at every width, by day and night, on paper."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial
from unittest.mock import patch

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from safeconduct.handover.letters import FileNote, FilePart
from safeconduct.handover.reaching.models import FrontStatus
from safeconduct.inner.cases import actions
from safeconduct.inner.cases.drafts import Begun, as_kept
from safeconduct.inner.cases.models import Case, Draft
from safeconduct.inner.desk.tests.conftest import Confirm
from safeconduct.inner.desk.tests.desk import waits_since
from safeconduct.inner.desk.tests.screen import Screen, screen_of
from safeconduct.inner.desk.tests.test_clocks import LEFT, NOW
from safeconduct.inner.operators import passkeys, rules
from safeconduct.inner.operators.keys import OpenedKeys
from safeconduct.inner.operators.models import Operator
from safeconduct.inner.operators.tests.authenticator import Authenticator
from safeconduct.sealing.stores import new_operator_keys
from tests.people import Colleague, Writer, enrol, minutes_ago

LONG_WORD = "Абдурахманбердиев-Шевченко-Константинопольский" * 4
WIDTHS = [320, 390, 736, 1000, 1184, 1440, 1920]


@pytest.fixture
def full_house(olena: Colleague, taras: Colleague, confirmed: Confirm) -> Case:
    """Every kind of row, and one case of Olena's with all that a case can hold. Its number."""
    taras.operator.name = LONG_WORD[:60]
    taras.operator.save(update_fields=["name"])
    Writer(language="en").opens("free", about="relative")
    Writer().writes("code not ours")
    Writer().opens("late", danger="now", at=minutes_ago(40))
    answered, theirs = Writer(), Writer()
    answered.opens("answered")
    actions.take(answered.case, by=olena.operator)
    actions.answer(answered.case, "An answer", by=olena.operator)
    theirs.opens("theirs", danger="soon", about="group")
    actions.take(theirs.case, by=taras.operator)
    mine = Writer()
    files = (
        FileNote(b"1" * 16, "leaflet.png", "image/png", 1000),
        FileNote(b"2" * 16, f"{LONG_WORD}.ogg", "audio/ogg", 4),
        FileNote(b"3" * 16, "late.pdf", "application/pdf", 2_000_000),
    )
    letter = mine.opens(f"{LONG_WORD}\n\nsecond line", danger="now", files=files, at=minutes_ago(5))
    mine.sends_file(letter, FilePart("leaflet.png", "image/png", b"\x89PNG\r\n\x1a\n"), id=files[0].envelope_id)
    mine.sends_file(letter, FilePart("voice.ogg", "audio/ogg", b"OggS"), id=files[1].envelope_id)
    actions.take(mine.case, by=olena.operator)
    actions.answer(mine.case, f"An answer, {LONG_WORD}", by=olena.operator)
    actions.note(mine.case, f"A note, {LONG_WORD}", by=olena.operator)
    mine.writes("And again")
    mine.visits()
    return mine.case


# --- every state of the screen


def queue(screen: Screen, case: Case) -> None:
    screen.page.goto(screen.address)


def free_case(screen: Screen, case: Case) -> None:
    screen.opens(Case.objects.filter(owner=None).latest("pk"))


def their_case(screen: Screen, case: Case) -> None:
    screen.opens(Case.objects.exclude(owner=None).exclude(owner__username="olena").latest("pk"))


def own_case(screen: Screen, case: Case) -> None:
    screen.opens(case)


def card(screen: Screen, case: Case) -> None:
    own_case(screen, case)
    screen.page.evaluate("deskParts.show('card')")


def picker(screen: Screen, case: Case) -> None:
    own_case(screen, case)
    screen.page.click("#pick")
    screen.sees("#picker")


def inserted(screen: Screen, case: Case) -> None:
    picker(screen, case)
    screen.page.locator("button[name=insert]").nth(2).click()
    screen.sees(".pair")


def preview(screen: Screen, case: Case) -> None:
    inserted(screen, case)
    screen.page.fill("#answer", f"Some words {LONG_WORD}")
    screen.page.wait_for_load_state("networkidle")  # the composer has just come anew, with its draft
    screen.page.click("#preview")
    screen.sees(".preview", timeout=15_000)


def colleagues_drafts(screen: Screen, case: Case) -> None:
    taras = Operator.objects.get(username="taras")
    for kind in (Draft.ANSWER, Draft.NOTE):
        begun = Begun(f"Half a sentence {LONG_WORD}", ("no-such-statement@1",))
        Draft.objects.update_or_create(case=case, by=taras, kind=kind, defaults=as_kept(begun))
    own_case(screen, case)
    screen.sees(".drafts")


def locked(screen: Screen, case: Case) -> None:
    own_case(screen, case)
    screen.page.evaluate("document.getElementById('desk').replaceChildren(); document.body.classList.add('locked')")
    screen.page.evaluate("document.getElementById('locked').hidden = false")


def refused(screen: Screen, case: Case) -> None:
    Draft.objects.all().delete()
    own_case(screen, case)
    screen.page.click("#preview")
    screen.reads("#write", "Не надіслано.")


def note_refused(screen: Screen, case: Case) -> None:
    card(screen, case)
    screen.page.click("#noteform button")
    screen.reads("#notes", "Порожню нотатку")


def words_said(screen: Screen, case: Case) -> None:
    card(screen, case)
    screen.page.click("#said")
    screen.reads("#words", "наше сказано")


def closing(screen: Screen, case: Case) -> None:
    screen.page.goto(f"{screen.address}/cases/{case.number}/close")


def missing(screen: Screen, case: Case) -> None:
    screen.page.goto(f"{screen.address}/cases/999999")


def gone(screen: Screen, case: Case) -> None:
    own_case(screen, case)
    screen.page.fill("#answer", f"kept {LONG_WORD}")
    actions.close(case, reason="silent", by=Operator.objects.get(username="olena"))
    screen.reads("#talkband", "закрито")
    screen.page.click("#preview")
    screen.sees("#unsaid")


def glass_form(screen: Screen, case: Case) -> None:
    screen.page.goto(f"{screen.address}/cases/999999/glass")


def nothing_under_glass(screen: Screen, case: Case) -> None:
    glass_form(screen, case)
    screen.page.check("input[value=danger]")
    screen.page.click(".closing .main")
    screen.reads("#talk", "читати нічого")


def under_glass(screen: Screen, case: Case) -> None:
    another = Case.objects.exclude(owner=None).exclude(owner__username="olena").latest("pk")
    screen.page.goto(f"{screen.address}/cases/{another.number}/glass")
    screen.page.check("input[value=checked]")
    screen.page.click(".closing .main")
    screen.sees("#take-over")


def menu(screen: Screen, case: Case) -> None:
    queue(screen, case)
    screen.page.click("#me > summary")


def keys_sheet(screen: Screen, case: Case) -> None:
    menu(screen, case)
    screen.page.click("#show-keys")
    screen.sees("#keys")


def stale(screen: Screen, case: Case) -> None:
    own_case(screen, case)
    screen.page.evaluate("for (const id of ['stale', 'leaving', 'fault']) document.getElementById(id).hidden = false")


def hindered(screen: Screen, case: Case) -> None:
    own_case(screen, case)
    FrontStatus.objects.update(trouble="unreachable", trouble_since=minutes_ago(9))
    screen.reads("#standing", "Зовнішній сервер недоступний.", timeout=2000)


def forced(screen: Screen, case: Case) -> None:
    second = Writer()
    person = Writer()
    person.opens("forced", at=minutes_ago(5))
    person.asks_for_second(under=second)
    person.asks_for_second()
    second.writes("Thank you")
    actions.take(person.case, by=Operator.objects.get(username="olena"))
    screen.opens(person.case)
    screen.page.evaluate("innerWidth < 1184 && deskParts.show('card')")
    screen.page.click("#second summary")
    screen.page.click("#second button")
    screen.reads("#second", "Показувати нічого")


def log_in(screen: Screen, case: Case) -> None:
    screen.page.context.clear_cookies()
    screen.page.goto(f"{screen.address}/log-in")
    screen.page.fill("#id_username", "olena")
    screen.page.fill("#id_passphrase", "x")
    screen.page.fill("#id_digits", "12")
    screen.page.click("button.main")
    screen.reads("#refusal", "Не підійшло.")


def my_keys(screen: Screen, case: Case) -> None:
    olena = Operator.objects.get(username="olena")
    for row in passkeys.passkeys_of(olena):
        passkeys.remove(olena, row.number or 0)
    # Of two whose owner was not sparing with words.
    for _ in range(2):
        key = Authenticator(offers_prf=False, origin=settings.INNER_URL)
        passkeys.add(OpenedKeys(olena, new_operator_keys()), key.makes(passkeys.ask_to_add(olena)), name=LONG_WORD)
    screen.page.goto(f"{screen.address}/my-keys")
    screen.sees(".things")


def add_passkey(screen: Screen, case: Case) -> None:
    screen.page.goto(f"{screen.address}/my-keys")
    screen.page.locator(".things button").first.click()
    screen.page.locator("form[action$='/add'] button").click()
    screen.sees("[data-passkey]")


def new_codes(screen: Screen, case: Case) -> None:
    screen.page.goto(f"{screen.address}/my-keys")
    screen.page.locator("form[action$='/codes'] button").click()
    screen.sees(".codes")


def asked_again(screen: Screen, case: Case) -> None:
    own_case(screen, case)
    with patch.object(rules, "FACTOR_FRESH_FOR", timedelta(0)):
        screen.page.click("#print-this")
        screen.sees(".again")
        screen.page.fill("#id_digits", "000000")
        screen.press("Enter")
        screen.reads(".again", "Не підійшло.")


def asked_again_alone(screen: Screen, case: Case) -> None:
    screen.page.goto(f"{screen.address}/my-keys")
    with patch.object(rules, "FACTOR_FRESH_FOR", timedelta(0)):
        screen.page.locator("form[action$='/codes'] button").click()
        screen.sees("#id_digits")


State = Callable[[Screen, Case], None]
STATES: list[State] = [
    queue, free_case, their_case, own_case, card, picker, inserted, preview, colleagues_drafts, locked,
    refused, note_refused, words_said,
    closing, missing, glass_form, nothing_under_glass, under_glass, menu,
    keys_sheet, stale, forced, my_keys, add_passkey, new_codes, asked_again,
    asked_again_alone, gone, hindered, log_in,
]  # fmt: skip


ALONE = [log_in, my_keys, add_passkey, new_codes, asked_again_alone]
SitsDown = Callable[..., AbstractContextManager[Screen]]


@pytest.fixture
def sits_down(browser: Browser, live_server: LiveServer) -> SitsDown:
    return partial(screen_of, browser, live_server.url)


# In the full list of states once by day and once by night; the richest ones the other way round, too.
@pytest.mark.parametrize(
    ("width", "light", "states"),
    [
        (1440, "light", STATES),
        (390, "dark", STATES),
        (1440, "dark", [queue, own_case, inserted, words_said, forced, under_glass, hindered]),
        (390, "light", [queue, own_case, inserted, card, forced, under_glass, hindered]),
    ],
)
def test_axe_finds_nothing_in_any_state(
    sits_down: SitsDown, olena: Colleague, full_house: Case, width: int, light: str, states: list[State]
) -> None:
    found: dict[str, list[object]] = {}
    with sits_down(width=width, color_scheme=light) as screen:
        screen.sits_down(olena)
        for state in states:
            state(screen, full_house)
            screen.page.wait_for_timeout(120)  # colours of hover change in 90 ms
            violations = Axe().run(screen.page).response["violations"]
            if violations:
                found[state.__name__] = [(one["id"], [node["html"] for node in one["nodes"]]) for one in violations]

    assert found == {}


STICKS_OUT = """() => {
    const parts = 'html, .scroll, .write, .preview, .picker ul, .inserted, .note ul, .onshift';
    const seen = (one) => one.checkVisibility({visibilityProperty: true}) && !one.closest('.away, .skip');
    const wide = [...document.querySelectorAll(parts)].filter((one) => one.scrollWidth > one.clientWidth + 1);
    const outside = [...document.querySelectorAll('a, button, input, textarea')]
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1);
    return [...wide, ...outside].filter(seen).map((one) => one.id || one.outerHTML.slice(0, 80));
}"""


def test_nothing_sticks_out_sideways_in_any_state(sits_down: SitsDown, olena: Colleague, full_house: Case) -> None:
    sideways: dict[str, object] = {}
    with sits_down(width=WIDTHS[-1]) as screen:
        screen.sits_down(olena)
        for state in STATES:
            screen.page.set_viewport_size({"width": WIDTHS[-1], "height": 900})
            state(screen, full_house)
            for width in WIDTHS:
                screen.page.set_viewport_size({"width": width, "height": 844})
                for part in ("queue", "talk", "card") if width < 736 and state not in ALONE else ("",):
                    screen.page.evaluate(f"'{part}' && deskParts.show('{part}')")
                    if found := screen.page.evaluate(STICKS_OUT):
                        sideways[f"{state.__name__} {part} at {width}"] = found

    assert sideways == {}


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_pages_of_those_who_open_no_store_stand_at_every_width_by_day_and_night(
    sits_down: SitsDown, full_house: Case, role: str
) -> None:
    colleague = enrol("ivan", LONG_WORD[:60], role)
    for light in ("light", "dark"):
        with sits_down(color_scheme=light) as screen:
            screen.sits_down(colleague, at="#page")
            if role == "auditor":
                screen.page.goto(f"{screen.address}/log?chain=appeals")
                screen.page.click("#verify")
                screen.sees(".chip.kept")
            assert Axe().run(screen.page).response["violations"] == []
            for width in WIDTHS:
                screen.page.set_viewport_size({"width": width, "height": 844})
                assert screen.page.evaluate(STICKS_OUT) == []


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_narrow_screen_one_part_stands_at_a_time(
    sits_down: SitsDown, olena: Colleague, full_house: Case, width: int
) -> None:
    with sits_down(width=width) as screen:
        screen.sits_down(olena)
        screen.opens(full_house)
        for part in ("queue", "talk", "card"):
            screen.page.click(f".tabs a[data-part={part}]")
            for other in ("queue", "talk", "card"):
                expect(screen.page.locator(f"#{other}")).to_be_visible(visible=other == part)
            expect(screen.page.locator(".tabs [aria-current]")).to_have_count(1)


def test_between_the_two_the_card_takes_the_place_of_the_conversation(
    sits_down: SitsDown, olena: Colleague, full_house: Case
) -> None:
    with sits_down(width=1000) as screen:
        screen.sits_down(olena)
        screen.opens(full_house)
        screen.sees("#talk")
        screen.does_not_see("#card")
        screen.page.click(".tocard")
        screen.sees("#card")
        screen.does_not_see("#talk")
        screen.press("Escape", "KeyW", "Escape")
        screen.sees("#talk")


def test_lines_of_text_keep_their_measure_on_a_wide_screen(
    sits_down: SitsDown, olena: Colleague, full_house: Case
) -> None:
    with sits_down(width=1920) as screen:
        screen.sits_down(olena)
        screen.opens(full_house)
        widths = screen.page.eval_on_selector_all(".msg .text", "all => all.map(one => one.clientWidth)")
        assert max(widths) < 700


def test_on_paper_there_is_the_conversation_and_no_note(
    sits_down: SitsDown, olena: Colleague, full_house: Case
) -> None:
    with sits_down(width=1440, color_scheme="dark") as screen:
        screen.sits_down(olena)
        screen.opens(full_house)
        screen.sees("#notes")
        screen.page.evaluate("window.print = () => undefined")
        screen.page.click("#print-this")
        screen.sees("#printed")

        screen.page.emulate_media(media="print")

        screen.sees("#messages")
        for left_out in ("#notes", "#note", "#write", "#queue", ".bar", ".tabs", ".casehead .acts"):
            screen.does_not_see(left_out)
        assert "A note" not in screen.page.inner_text("body")
        assert screen.page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"


def test_day_and_night_can_be_chosen_against_the_system(
    sits_down: SitsDown, olena: Colleague, full_house: Case
) -> None:
    def ground(screen: Screen) -> str:
        return str(screen.page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))

    with sits_down(width=1440, color_scheme="light") as screen:
        screen.sits_down(olena)
        by_day = ground(screen)
        screen.page.click("#me > summary")
        screen.page.click("button[name=theme][value=dark]")
        screen.sees("html[data-theme=dark]")
        assert ground(screen) != by_day


@pytest.mark.parametrize("language", ["uk", "en"])
def test_the_page_counts_as_the_server_does(screen: Screen, language: str) -> None:
    if language == "en":
        screen.page.click("#me > summary")
        screen.page.click("button[name=language][value=en]")
        screen.sees("html[lang=en]")
    now = NOW.timestamp() * 1000

    for ahead, english, ukrainian in LEFT:
        due = now + ahead.total_seconds() * 1000
        shown = screen.page.evaluate(f"deskClocks.left({due}, {now})")
        assert shown == (english if language == "en" else ukrainian)


def test_a_clock_runs_out_before_ones_eyes(screen: Screen) -> None:
    danger = Writer()
    danger.opens("letter", danger="now")
    waits_since(danger.case, minutes=14.3)
    screen.page.reload()
    due = screen.page.locator(f"#row-{danger.case.number} .due")
    expect(due).to_contain_text("ще 1 хв")

    screen.page.evaluate("deskClocks.isNow(Date.now() / 1000 + 120); deskClocks.count()")

    expect(due).to_contain_text("+1 хв")
    expect(due).to_have_class("due is-behind")
