"""The head of each chain is signed once a day: who writes the whole chain anew is found all the same."""

from datetime import date
from importlib import import_module

import pytest
from django.db import Error, connection, transaction

from safeconduct.audit.actions import record, sign_heads
from safeconduct.audit.lookups import last_signed_heads
from safeconduct.audit.models import Head, Line, SignedHead
from safeconduct.audit.rules import START, Fields, hash_of
from safeconduct.audit.verifying import Problem, agrees, verify, verify_heads
from safeconduct.sealing.signify import SecretKey, new_key, sign_detached
from tests.databases import Places
from tests.keys import AUDIT_KEY

guards = [
    import_module(f"safeconduct.audit.migrations.{name}") for name in ("0002_append_only", "0004_signed_heads_stay")
]

OLENA, TARAS = 1, 2
MONDAY, TUESDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 27)


def a_night_on_shift(store: str = "appeals", *, lines: int = 3) -> None:
    with transaction.atomic():
        for number in range(lines):
            record(store, "case.read", by=OLENA, about=("case", 100 + number))


def by_a_thief(statement: str, *values: str | int | bytes | None) -> None:
    """Past the triggers, as somebody can who holds the database itself."""
    for guard in guards:
        with connection.schema_editor() as editor:
            guard.unguard(None, editor)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    for guard in guards:
        with connection.schema_editor() as editor:
            guard.guard(None, editor)


def write_the_chain_anew(store: str = "appeals", *, taras_instead_from: int) -> None:
    """Every hash from that line on, and the head: nothing in the chain itself shows it."""
    hash = START
    for line in list(Line.objects.filter(store=store).order_by("seq")):
        actor = TARAS if line.seq >= taras_instead_from else line.actor
        fields = Fields(store, line.seq, line.at, actor, line.verb, line.about_kind, line.about_id)
        previous, hash = hash, hash_of(fields, hash)
        by_a_thief(
            "UPDATE audit_line SET actor = %s, previous = %s, hash = %s WHERE store = %s AND seq = %s",
            *(actor, previous, hash, store, line.seq),
        )
    by_a_thief("UPDATE audit_head SET hash = %s WHERE store = %s", hash, store)
    assert verify() == []


def found(key: SecretKey = AUDIT_KEY) -> list[Problem]:
    return verify_heads(by=key.public)


def test_each_chain_is_signed_once_a_day(place: Places) -> None:
    a_night_on_shift("appeals")
    a_night_on_shift("site", lines=2)

    assert sign_heads(MONDAY, key=AUDIT_KEY) == 2
    a_night_on_shift("appeals")
    assert sign_heads(MONDAY, key=AUDIT_KEY) == 0
    assert sign_heads(TUESDAY, key=AUDIT_KEY) == 2

    assert [(one.store, one.seq, one.on, one.number) for one in last_signed_heads()] == [
        ("appeals", 6, TUESDAY, 2),
        ("site", 2, TUESDAY, 2),
    ]
    assert found() == []


def test_a_worker_that_was_down_signs_for_the_day_on_which_it_wakes(place: Places) -> None:
    a_night_on_shift()
    sign_heads(MONDAY, key=AUDIT_KEY)
    a_night_on_shift()

    assert sign_heads(FRIDAY, key=AUDIT_KEY) == 1

    assert list(SignedHead.objects.order_by("number").values_list("on", flat=True)) == [MONDAY, FRIDAY]
    assert found() == []


def test_a_clock_that_was_a_year_ahead_for_a_night_does_not_end_the_signing(place: Places) -> None:
    a_night_on_shift()
    sign_heads(MONDAY.replace(year=2027), key=AUDIT_KEY)

    assert sign_heads(TUESDAY, key=AUDIT_KEY) == 1
    assert found() == []


def test_nothing_to_sign_is_nothing_signed(place: Places) -> None:
    assert sign_heads(MONDAY, key=AUDIT_KEY) == 0
    assert found() == []


def test_a_chain_written_anew_with_its_head_is_found_from_the_last_signed_head_on(place: Places) -> None:
    a_night_on_shift()
    sign_heads(MONDAY, key=AUDIT_KEY)
    a_night_on_shift()
    sign_heads(TUESDAY, key=AUDIT_KEY)
    a_night_on_shift()

    write_the_chain_anew(taras_instead_from=5)

    assert found() == [Problem("appeals", 6, "not as signed on 2026-11-24")]


def test_what_was_written_after_the_last_signed_head_is_not_held_by_it(place: Places) -> None:
    a_night_on_shift()
    sign_heads(MONDAY, key=AUDIT_KEY)
    a_night_on_shift()

    write_the_chain_anew(taras_instead_from=4)

    assert found() == []


def test_a_head_signed_with_another_key_is_not_ours(place: Places) -> None:
    a_night_on_shift()
    sign_heads(MONDAY, key=AUDIT_KEY)
    write_the_chain_anew(taras_instead_from=2)
    head = SignedHead.objects.get()
    head.hash = Line.objects.get(seq=3).hash

    forged = sign_detached(head.message, key=SecretKey(AUDIT_KEY.number, new_key().seed)).decode()
    by_a_thief("UPDATE audit_signed_head SET hash = %s, signature = %s", bytes(head.hash), forged)

    assert found() == [Problem("appeals", 3, "signature of 2026-11-23 is not ours")]


@pytest.mark.parametrize(("column", "value"), [("seq", 2), ("hash", START), ("number", 7), ("signature", "none")])
def test_a_changed_signed_head_is_found(place: Places, column: str, value: str | int | bytes) -> None:
    a_night_on_shift()
    sign_heads(MONDAY, key=AUDIT_KEY)

    by_a_thief(f"UPDATE audit_signed_head SET {column} = %s", value)  # noqa: S608 - columns named above

    assert "signature of 2026-11-23 is not ours" in {problem.what for problem in found()}


def test_a_signed_head_taken_out_is_missed(place: Places) -> None:
    for day in (MONDAY, TUESDAY, FRIDAY):
        a_night_on_shift()
        sign_heads(day, key=AUDIT_KEY)

    by_a_thief("DELETE FROM audit_signed_head WHERE number = 2")

    assert found() == [Problem("appeals", 9, "a signed head is missing before 2026-11-27")]


def test_a_tail_cut_off_with_its_head_set_back_is_found(place: Places) -> None:
    a_night_on_shift(lines=6)
    sign_heads(MONDAY, key=AUDIT_KEY)

    by_a_thief("DELETE FROM audit_line WHERE seq > 4")
    by_a_thief("UPDATE audit_head SET seq = 4, hash = %s", bytes(Line.objects.get(seq=4).hash))

    assert verify() == []
    assert found() == [Problem("appeals", 6, "not as signed on 2026-11-23")]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_signed_head SET seq = 1", "DELETE FROM audit_signed_head", "TRUNCATE audit_signed_head"],
)
def test_the_database_itself_refuses_to_change_a_signed_head(place: Places, statement: str) -> None:
    if statement.startswith("TRUNCATE") and connection.vendor == "sqlite":
        return  # it has none
    a_night_on_shift()
    sign_heads(MONDAY, key=AUDIT_KEY)

    with pytest.raises(Error, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)

    assert found() == []


# --- paper


def test_paper_shows_what_the_theft_of_database_and_key_would_hide(place: Places) -> None:
    a_night_on_shift()
    sign_heads(MONDAY, key=AUDIT_KEY)
    paper = ("appeals", 3, bytes(Head.objects.get().hash))
    assert agrees(*paper)

    write_the_chain_anew(taras_instead_from=2)
    head = SignedHead.objects.get()
    head.hash = Line.objects.get(seq=3).hash
    signed_anew = sign_detached(head.message, key=AUDIT_KEY).decode()
    by_a_thief("UPDATE audit_signed_head SET hash = %s, signature = %s", bytes(head.hash), signed_anew)

    assert verify() == [] == found()
    assert agrees(*paper) is False


def test_a_database_older_than_the_paper_does_not_reach_so_far(place: Places) -> None:
    a_night_on_shift()

    assert agrees("appeals", 9, START) is None
    assert agrees("records", 1, START) is None
