"""What does somebody get who works for us? An administrator has all machines and no key; an operator has keys, and
the rules of the desk; both leave traces, and here is which.

docs/what-an-attacker-gets.md says the same for people who read no tests, and names these.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from textwrap import dedent

import pytest

from safeconduct.demo.people import Person
from tests.stories.conftest import MakeSite
from tests.stories.people import Seat
from tests.stories.site import Site, eventually
from tests.stories.stored import connection_to, count_of, execute, values_of
from tests.stories.test_keys import Ceremony
from tests.stories.test_one_appeal import arrives_at

TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture(scope="module")
def site(new_site: MakeSite) -> Iterator[Site]:
    """A running site that the tests of this file share: the last ones end the sessions of both."""
    own = new_site().start()
    yield own
    own.stop()


@pytest.fixture(scope="module")
def ceremony(site: Site) -> Ceremony:
    """With somebody who was entered and never admitted."""
    made = Ceremony(site)
    made.enters("puppet", "operator")
    return made


@pytest.fixture(scope="module")
def olena(site: Site) -> Seat:
    return Seat.of(site, "olena").logs_in()


@pytest.fixture(scope="module")
def taras(site: Site) -> Seat:
    return Seat.of(site, "taras").logs_in()


@pytest.fixture(scope="module")
def case(site: Site, olena: Seat) -> int:
    """Olena's, with a letter and an answer."""
    number = arrives_at(olena, lambda: Person(site.url("front"), "uk").writes("Це читає лише Олена."))
    olena.takes(number).answers("Так, лише я.")
    return number


# --- an administrator


def test_rows_that_an_administrator_writes_by_hand_open_nothing(site: Site, ceremony: Ceremony, case: int) -> None:
    """A role, an admission with Olena's signatures, all her wraps, and the case itself: the puppet reads no word."""
    puppet, olena = (f"(SELECT id FROM operators_operator WHERE username = '{name}')" for name in ("puppet", "olena"))
    columns = "store, admitted_at, signatures"
    execute(
        site,
        "inner",
        f"INSERT INTO operators_admission (operator_id, {columns}) SELECT {puppet}, {columns} FROM operators_admission"
        f" WHERE operator_id = {olena}",
    )
    execute(
        site,
        "inner",
        f"INSERT INTO operators_epochwrap (operator_id, epoch_id, blob) SELECT {puppet}, epoch_id, blob"
        f" FROM operators_epochwrap WHERE operator_id = {olena}",
    )
    execute(site, "inner", f"UPDATE cases_case SET owner_id = {puppet} WHERE number = ?", case)
    seat = Seat.of(site, "puppet").logs_in()

    page = seat.browser.get(f"{site.url('inner')}/cases/{case}")

    assert page.status == 403
    assert "Олена" not in page.text
    assert "A ROW FOR appeals THAT NO TWO HOLDERS SIGNED" in site.command("operators", "list").stdout
    checked = site.command("check", may_refuse=True)
    assert "admissions: 1 rows that no two holders signed" in checked.stdout
    for table in ("operators_admission", "operators_epochwrap"):
        execute(site, "inner", f"DELETE FROM {table} WHERE operator_id = {puppet}")
    execute(site, "inner", f"UPDATE cases_case SET owner_id = {olena} WHERE number = ?", case)


def test_a_session_taken_from_the_database_does_nothing_without_the_second_cookie(
    site: Site, olena: Seat, case: int
) -> None:
    """The row's name is the first cookie. It opens no word, and no deed is done with it in the operator's name."""
    olena.opens(case)
    before = count_of(site, "inner", "cases_message")
    stranger = Seat(site, "olena", "", "")
    stranger.browser.cookies = {name: olena.browser.cookies[name] for name in ("__Host-session", "__Host-csrf")}
    assert stranger.browser.cookies["__Host-session"] in values_of(site, "inner", "session_key", "django_session")

    shown = stranger.browser.get(f"{site.url('inner')}/cases/{case}")
    preview = stranger.browser.send(olena.screen, olena.screen.form_to("/answer"), filled={"text": "Ідіть на північ."})
    stranger.browser.send(olena.screen, olena.screen.form_to("/note"), filled={"note": "Ідіть на північ."})
    stranger.browser.send(olena.screen, olena.screen.form_to("/release"))

    for page in (shown, preview, stranger.looks_at_the_queue()):
        assert "passphrase" in {name for form in page.forms for name in form.fields}
        assert "Олена" not in page.text
    assert count_of(site, "inner", "cases_message") == before
    assert count_of(site, "inner", "cases_note") == 0
    assert olena.opens(case).sees("Це читає лише Олена.")
    assert olena.screen.form_to("/release")


# --- an operator


def test_an_operator_reads_what_is_his_with_a_line_each_and_nothing_of_a_colleagues(
    site: Site, olena: Seat, taras: Seat, case: int
) -> None:
    before = readings(site, case)

    olena.opens(case)
    taras.opens(case)

    assert olena.sees("Це читає лише Олена.")
    assert not taras.sees("Це читає лише Олена.")
    assert readings(site, case)[len(before) :] == [number_of(site, "olena")]
    form = taras.screen.form_to("/preferences")
    other, missing = (
        taras.browser.send(taras.screen, replace(form, action=f"/cases/{number}/print")) for number in (case, 987654)
    )
    assert other.status == missing.status == 404
    assert without_numbers(other.text) == without_numbers(missing.text)


def test_one_operator_admits_nobody_and_erases_nothing_alone(site: Site, ceremony: Ceremony, case: int) -> None:
    for command in (("operators", "admit", "puppet"), ("keys", "rotate"), ("erase", str(case))):
        for by in (("olena", "olena"), ("olena", "puppet")):
            ceremony.refuses(*command, by=by)
    assert re.search(r"puppet .* opens nothing", site.command("operators", "list").stdout)
    assert case in values_of(site, "inner", "number", "cases_case")


def test_a_session_in_strange_hands_does_all_that_the_operator_may_until_she_goes(
    site: Site, olena: Seat, case: int
) -> None:
    """Both cookies, copied from her machine: they are bound to no machine. Log-out, anywhere, ends every session."""
    thief = Seat(site, "olena", "", "")
    thief.browser.cookies = dict(olena.browser.cookies)
    lines = len(readings(site, case))

    thief.opens(case)

    assert thief.sees("Це читає лише Олена.")
    assert readings(site, case)[lines:] == [number_of(site, "olena")]
    page = olena.looks_at_the_queue()
    olena.browser.send(page, page.form_to("/log-out"))
    assert not thief.is_logged_in
    # Her cases went back to the queue with her.
    assert values_of(site, "inner", "owner_id", "cases_case") == [None]


def test_a_session_ends_by_itself_when_nobody_does_anything(site: Site, taras: Seat) -> None:
    assert taras.is_logged_in
    ends = [datetime.fromisoformat(str(end)) for end in values_of(site, "inner", "expire_date", "django_session")]
    assert all((end if end.tzinfo else end.replace(tzinfo=UTC)) - datetime.now(UTC) <= TEN_MINUTES for end in ends)

    execute(site, "inner", "UPDATE django_session SET expire_date = ?", "2026-01-01 12:00:00+00:00")

    assert not taras.is_logged_in


# --- an administrator with all of inner's machine


def test_an_epoch_of_the_administrators_own_counts_at_inner_and_not_at_the_front(own_site: Site) -> None:
    """With root at inner he names two puppets as founders, and whatever they sign counts for inner alone."""
    site = own_site

    done = as_root(
        site,
        """
        from django.utils import timezone
        from safeconduct.inner.operators import actions, epochs
        from safeconduct.inner.operators.errors import NotAdmitted
        from safeconduct.inner.operators.models import Epoch, Founding
        entered = [actions.enrol(name, name, roles={"operator"}) for name in ("first", "second")]
        both = tuple(actions.keys_with_passphrase(one.operator, one.passphrase) for one in entered)
        Founding.objects.all().delete()
        own = actions.found("appeals", by=both)
        Epoch.objects.filter(pk=own.pk).update(backed_up_at=timezone.now())
        epochs.send_to_front()
        for number in (1, own.number):
            try:
                both[0].epoch_seed("appeals", number)
                print("opens", number)
            except NotAdmitted:
                print("closed", number)
        """,
    )

    assert done.split() == ["closed", "1", "opens", "2"]
    # Who held the store holds it no more, and finds that out with the next case.
    assert re.search(r"olena .* opens nothing", site.command("operators", "list").stdout)
    assert eventually(lambda: max(values_of(site, "inner", "attempts", "reaching_outboxrow"), default=0))
    person = Person(site.url("front"), "uk")
    person.writes("До кого це піде?")
    assert eventually(lambda: values_of(site, "inner", "epoch", "cases_message") == [1])
    assert not (site.data / "front" / "epochs.json").exists()
    # But whoever then carries renewed files to the front has given him all that comes from then on.
    site.command("init", "--front")
    site.stop("front", "handover")
    site.start("front", "handover")
    person.writes_again("А це?")
    assert eventually(lambda: sorted(values_of(site, "inner", "epoch", "cases_message")) == [1, 2])


def as_root(site: Site, script: str) -> str:
    """What somebody with all of inner's machine runs there, with our own code; what it prints."""
    prepared = "import django; django.setup()\n" + dedent(script)
    settings = site.settings | {"DJANGO_SETTINGS_MODULE": "safeconduct.settings.inner"}
    done = subprocess.run([sys.executable, "-c", prepared], env=settings, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def readings(site: Site, case: int) -> list[int]:
    """By whom this case was read, in the order of the chain."""
    with closing(connection_to(site, "inner")) as connection:
        rows = connection.execute("SELECT actor, verb, about_id FROM audit_line ORDER BY store, seq").fetchall()
    return [actor for actor, verb, about in rows if verb == "case.read" and about == case]


def number_of(site: Site, username: str) -> int:
    with closing(connection_to(site, "inner")) as connection:
        rows = connection.execute("SELECT username, id FROM operators_operator").fetchall()
    return int(dict(rows)[username])


def without_numbers(text: str) -> str:
    return re.sub(r"\d[\d\s]*", "", text)
