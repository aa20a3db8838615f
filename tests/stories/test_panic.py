"""Somebody is at the door: everything is locked within seconds, nothing is lost, and two holders bring it back."""

import time
from functools import partial
from pathlib import Path

import pytest

from safeconduct.demo.browser import Page
from safeconduct.demo.people import Person
from tests.stories.people import Seat
from tests.stories.site import Site, eventually
from tests.stories.stored import count_of, execute, values_of

WITHIN_SECONDS = 3
LOCKED = "Роботу столу заблоковано"
# So long a worker that pulled and pushed would have done it many times over.
A_WHILE = 2.5


@pytest.fixture
def alarmed(own_site: Site) -> Site:
    """Its alarms leave by a program that notes the numbers."""
    program = own_site.folder / "alarm"
    program.write_text(f'#!/bin/sh\necho "$*" >> {own_site.folder / "called"}\n')
    program.chmod(0o700)
    own_site.stop("worker")
    own_site.settings["INNER_ALARM_COMMAND"] = str(program)
    return own_site.start("worker")


def words_of(site: Site, *names: str) -> str:
    passphrases = {one["username"]: one["passphrase"] for one in site.told["operators"]}
    return "".join(f"{passphrases[name]}\n" for name in names)


def resumes(site: Site, *names: str, may_refuse: bool = False) -> str:
    signers = [part for name in names for part in ("--by", name)]
    done = site.command("keys", "resume", *signers, given=words_of(site, *names), may_refuse=may_refuse)
    return done.stdout + done.stderr


def log_in_page(site: Site) -> Page:
    return Seat.of(site, "olena").browser.get(site.url("inner") + "/log-in")


def is_locked(site: Site) -> bool:
    page = log_in_page(site)
    return page.status == 423 and LOCKED in page.text


def called(site: Site) -> list[str]:
    file = site.folder / "called"
    return file.read_text().split() if file.exists() else []


def test_one_person_at_the_machine_locks_all_and_two_bring_all_back(alarmed: Site) -> None:
    site = alarmed
    soldier, mother = Person(site.url("front"), "uk"), Person(site.url("front"), "ru")
    soldier.writes("Перед замком.")
    olena = Seat.of(site, "olena").logs_in()
    assert eventually(lambda: len(olena.waiting()) == 1)
    (number,) = olena.waiting()
    assert olena.takes(number).sees("Перед замком.")

    began = time.monotonic()
    said = site.command("keys", "panic", "--yes").stdout

    assert said.startswith("Locked since")
    assert eventually(partial(is_locked, site), within=WITHIN_SECONDS)
    assert count_of(site, "inner", "django_session") == 0
    assert "Перед замком." not in olena.browser.get(olena.screen.address).text
    assert time.monotonic() - began < WITHIN_SECONDS + 2  # the start of the command among it
    # The page that is open asks each second, and is sent away whole.
    assert eventually(lambda: "5" in called(site))

    # The front goes on, and nothing moves between the wings.
    mother.writes("Под замком.")
    soldier.writes_again("І я під замком.")
    time.sleep(A_WHILE)
    assert values_of(site, "inner", "epoch", "cases_message") == [1]
    assert count_of(site, "front", "serving_keptenvelope") >= 2

    # Whatever is started anew is locked.
    site.kill("inner", "worker", "front", "handover")
    site.start()
    assert is_locked(site)
    time.sleep(A_WHILE)
    assert values_of(site, "inner", "epoch", "cases_message") == [1]
    checked = site.command("check", may_refuse=True)
    assert checked.returncode == 1
    assert "panic lock: EVERYTHING IS LOCKED since 20" in checked.stdout
    assert site.command("keys", "status").stdout.startswith("EVERYTHING IS LOCKED since 20")

    # One is not enough, and neither is a wrong word.
    assert "Two different holders are needed" in resumes(site, "olena", may_refuse=True)
    refused = site.command("keys", "resume", "--by", "olena", "--by", "taras", given="a\nb\n", may_refuse=True)
    assert "These are not the six words" in refused.stderr
    assert is_locked(site)

    assert "Unlocked" in resumes(site, "olena", "taras")

    taras = Seat.of(site, "taras").logs_in()
    assert taras.is_logged_in
    assert not olena.is_logged_in
    assert eventually(lambda: values_of(site, "inner", "epoch", "cases_message") == [1, 1, 1])
    assert len(taras.waiting()) == 2
    assert taras.sees(LOCKED) is False
    assert values_of(site, "inner", "verb", "audit_line").count("site.resumed") == 2
    assert site.command("audit", "verify").returncode == 0
    time.sleep(A_WHILE)
    assert values_of(site, "inner", "epoch", "cases_message") == [1, 1, 1]
    # The answer goes out again.
    taras.takes(number).answers("Ми знову тут.")
    assert eventually(lambda: "Ми знову тут." in soldier.comes_back().text)


def test_what_was_erased_a_moment_before_is_cleared_and_stands_in_the_journal_under_the_lock(own_site: Site) -> None:
    """Whoever comes in next finds nothing of it, and no backup brings it back."""
    site = own_site
    soldier = Person(site.url("front"), "uk")
    soldier.writes("Ці слова мають зникнути.")
    assert eventually(lambda: count_of(site, "inner", "cases_message") == 1)
    site.stop("worker")
    words = words_of(site, "olena", "taras")
    signers = ("--by", "olena", "--by", "taras")
    number = values_of(site, "inner", "number", "cases_case")[0]
    # The disk of the journal is away, so the command is broken off after its transaction.
    site.settings["INNER_ERASURES"] = str(site.folder / "away" / "erasures.journal")
    assert site.command("erase", str(number), *signers, given=words, may_refuse=True).returncode
    del site.settings["INNER_ERASURES"]
    assert count_of(site, "inner", "cases_journalline") == 1
    site.command("keys", "panic", "--yes")

    site.start("worker")

    assert eventually(lambda: count_of(site, "inner", "cases_journalline") == 0)
    assert eventually(lambda: None not in values_of(site, "inner", "swept_at", "cases_tombstone"))
    assert is_locked(site)


def test_an_answer_that_was_to_leave_waits_and_leaves_once(own_site: Site) -> None:
    site = own_site
    soldier = Person(site.url("front"), "uk")
    soldier.writes("Чекаю.")
    olena = Seat.of(site, "olena").logs_in()
    assert eventually(lambda: len(olena.waiting()) == 1)
    site.stop("handover")
    olena.takes(olena.waiting()[0]).answers("Відповідь, що чекає.")

    site.command("keys", "panic", "--yes")
    assert eventually(partial(is_locked, site), within=WITHIN_SECONDS)
    time.sleep(1)
    site.start("handover")
    time.sleep(A_WHILE)

    assert count_of(site, "front", "web_answer") == 0
    resumes(site, "olena", "taras")
    assert eventually(lambda: "Відповідь, що чекає." in soldier.comes_back().text, within=30)
    assert count_of(site, "front", "web_answer") == 1


def test_nobody_can_tell_a_name_that_exists_from_one_that_does_not(own_site: Site) -> None:
    site = own_site
    seat = Seat.of(site, "olena")
    form_page = seat.browser.get(site.url("inner") + "/log-in")
    form = form_page.form_with("passphrase")
    site.command("keys", "panic", "--yes")
    assert eventually(partial(is_locked, site), within=WITHIN_SECONDS)
    lines = count_of(site, "inner", "audit_line")

    tries = [("olena", seat.passphrase), ("olena", "other words"), ("nobody", "other words")]
    shown = [
        seat.browser.send(form_page, form, filled={"username": name, "passphrase": words, "digits": "123456"})
        for name, words in tries
    ]

    assert {page.status for page in shown} == {423}
    assert len({page.body for page in shown}) == 1
    assert count_of(site, "inner", "audit_line") == lines, "no try reaches the names at all"


def test_it_takes_two_at_their_desks(own_site: Site) -> None:
    site = own_site
    olena, taras = (Seat.of(site, name).logs_in() for name in ("olena", "taras"))

    def presses(seat: Seat) -> Page:
        page = seat.browser.get(site.url("inner") + "/lock")
        return seat.browser.send(page, page.form_to("/lock"))

    presses(olena)
    page = olena.browser.get(site.url("inner") + "/lock")
    assert not [form for form in page.forms if form.action.endswith("/lock")], "she cannot confirm it herself"
    assert not is_locked(site)
    assert "просить заблокувати все" in taras.looks_at_the_queue().text

    answer = presses(taras)

    assert answer.status == 423
    assert LOCKED in answer.text
    assert is_locked(site)
    assert count_of(site, "inner", "django_session") == 0
    assert not olena.is_logged_in
    assert not taras.is_logged_in
    verbs = values_of(site, "inner", "verb", "audit_line")
    assert verbs.count("site.lock_asked") == verbs.count("site.lock_confirmed") == verbs.count("alarm.site_locked") == 1


def test_neither_the_database_nor_a_missing_file_unlocks(own_site: Site) -> None:
    site = own_site
    lock = site.data / "inner" / "locked"
    site.command("keys", "panic", "--yes")
    assert lock.stat().st_mode & 0o777 == 0o644

    # As if a database came back that was saved before, or somebody wrote into it.
    execute(site, "inner", "DELETE FROM duty_sitelock")
    assert is_locked(site)
    assert eventually(lambda: count_of(site, "inner", "duty_sitelock") == 1)
    execute(site, "inner", "UPDATE duty_sitelock SET resumed_at = '2026-11-22 18:00:00+00:00'")
    assert eventually(lambda: None in values_of(site, "inner", "resumed_at", "duty_sitelock"))
    assert is_locked(site)

    lock.unlink()
    assert eventually(lock.exists), "the worker puts it back"
    assert is_locked(site)

    # As after a restore, or where the worker was ended first: the desk serves nobody before it has looked.
    site.stop("worker", "inner")
    lock.unlink()
    site.start("inner")
    assert is_locked(site)


def test_where_the_database_is_away_the_lock_falls_all_the_same(own_site: Site, tmp_path: Path) -> None:
    site = own_site
    olena = Seat.of(site, "olena").logs_in()
    nowhere = {"INNER_DATABASE_URL": f"postgresql://nobody@/nothing?host={tmp_path}"}
    settings, site.settings = site.settings, {**site.settings, **nowhere}

    done = site.command("keys", "panic", "--yes", may_refuse=True)
    site.settings = settings

    assert done.stdout.startswith("Locked since")
    assert "Nobody gets in, but the database does not answer" in done.stderr
    assert eventually(partial(is_locked, site), within=WITHIN_SECONDS)
    assert not olena.is_logged_in
    assert eventually(lambda: count_of(site, "inner", "django_session") == 0), "by the worker"


def test_who_does_not_type_the_word_locks_nothing(site: Site) -> None:
    refused = site.command("keys", "panic", given="lock?\n", may_refuse=True)

    assert refused.returncode == 1
    assert "Nothing was locked" in refused.stderr
    assert not is_locked(site)
