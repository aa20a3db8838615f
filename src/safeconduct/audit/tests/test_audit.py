"""Who did what is written once, in order, and cannot be changed unseen; on both engines."""

import threading
import time
from importlib import import_module

import pytest
from django.db import Error, connection, transaction

from safeconduct.audit.actions import record
from safeconduct.audit.errors import NotAnId, OutsideTransaction, UnknownVerb
from safeconduct.audit.models import Head, Line
from safeconduct.audit.rules import START, Fields, hash_of
from safeconduct.audit.verbs import KINDS, VERBS
from safeconduct.audit.verifying import Problem, verify
from tests.databases import Places, connected_to

guards = import_module("safeconduct.audit.migrations.0002_append_only")

OLENA, TARAS = 1, 2


def a_night_on_shift(store: str = "appeals", *, lines: int = 6) -> None:
    verbs = ["case.taken", "case.read", "case.answered"]
    for number in range(lines):
        with transaction.atomic():
            record(store, verbs[number % 3], by=OLENA, about=("case", 100 + number // 3))


def by_a_thief(statement: str, *values: str | int | bytes | None) -> None:
    """Past the triggers, as somebody can who holds the database itself."""
    with connection.schema_editor() as editor:
        guards.unguard(None, editor)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    with connection.schema_editor() as editor:
        guards.guard(None, editor)


# --- recording


def test_a_line_says_who_did_what_with_which_record_and_when(place: Places) -> None:
    with transaction.atomic():
        record("appeals", "case.read", by=OLENA, about=("case", 7))

    line = Line.objects.get()
    assert (line.store, line.seq, line.actor, line.verb) == ("appeals", 1, OLENA, "case.read")
    assert (line.about_kind, line.about_id) == ("case", 7)
    assert abs(line.moment.timestamp() - time.time()) < 60


def test_what_the_program_does_by_itself_has_no_actor(place: Places) -> None:
    with transaction.atomic():
        record("site", "site.made", by=None)

    assert Line.objects.get().actor is None
    assert verify() == []


def test_a_line_falls_with_the_deed_it_tells_of(place: Places) -> None:
    with transaction.atomic():
        record("appeals", "case.read", by=OLENA)
        transaction.set_rollback(True)

    assert not Line.objects.exists()
    a_night_on_shift()
    assert verify() == []


def test_outside_a_transaction_nothing_is_recorded(place: Places) -> None:
    with pytest.raises(OutsideTransaction):
        record("appeals", "case.read", by=OLENA)


@pytest.mark.parametrize(
    ("store", "verb", "by", "about"),
    [
        ("appeals", "меня зовут Иван", OLENA, None),
        ("Иван", "case.read", OLENA, None),
        ("appeals", "case.read", "Олена", None),
        ("appeals", "case.read", True, None),
        ("appeals", "case.read", OLENA, ("Иван", 7)),
        ("appeals", "case.read", OLENA, ("case", "Иван")),
    ],
)
def test_a_word_of_a_person_cannot_get_in(place: Places, store: str, verb: str, by: object, about: object) -> None:
    with pytest.raises((UnknownVerb, NotAnId)) as refusal, transaction.atomic():
        record(store, verb, by=by, about=about)  # type: ignore[arg-type]

    assert str(refusal.value) == ""
    assert not Line.objects.exists()


def test_verbs_and_kinds_are_short_words_of_ours() -> None:
    assert all(verb.replace(".", "").replace("_", "").isascii() and len(verb) <= 40 for verb in VERBS)
    assert all(kind.isascii() and kind.islower() and len(kind) <= 20 for kind in KINDS)


def test_each_store_has_a_chain_of_its_own(place: Places) -> None:
    a_night_on_shift("appeals", lines=2)
    a_night_on_shift("bureau", lines=3)

    assert list(Head.objects.order_by("store").values_list("store", "seq")) == [("appeals", 2), ("bureau", 3)]
    assert verify() == []


def test_many_record_at_once_and_the_chain_does_not_fork(place: Places) -> None:
    def work() -> None:
        with connected_to(place):
            a_night_on_shift(lines=12)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Head.objects.get().seq == 48
    assert verify() == []


# --- append-only


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_line SET actor = 2",
        "UPDATE audit_line SET actor = 2 WHERE seq = 1",
        "DELETE FROM audit_line",
        "DELETE FROM audit_line WHERE seq = 6",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET seq = 5",
        "UPDATE audit_head SET seq = 8",
        "UPDATE audit_head SET hash = hash",
        "UPDATE audit_head SET store = 'bureau', seq = 7",
    ],
)
def test_the_database_itself_refuses_to_change_or_delete(place: Places, statement: str) -> None:
    a_night_on_shift()

    with pytest.raises(Error, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)

    assert verify() == []


@pytest.mark.parametrize("table", ["audit_line", "audit_head"])
def test_emptying_a_table_as_a_whole_is_refused_as_well(place: Places, table: str) -> None:
    if connection.vendor == "sqlite":
        return  # it has no TRUNCATE
    a_night_on_shift()

    with pytest.raises(Error, match="append-only"), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")


# --- verifying


@pytest.mark.parametrize(
    ("seq", "problem"),
    [(0, "missing"), (-5, "missing"), (7, "beyond the head"), (10**15, "missing"), (2**63 - 1, "missing")],
)
def test_a_line_put_in_from_outside_is_found(place: Places, seq: int, problem: str) -> None:
    a_night_on_shift()
    last = bytes(Line.objects.get(seq=6).hash)
    forged = Fields("appeals", seq, 1, TARAS, "case.read", "case", 100)

    with connection.cursor() as cursor:
        columns = ", ".join((*Fields._fields, "previous", "hash"))
        row = (*forged, last, hash_of(forged, last))
        cursor.execute(f"INSERT INTO audit_line ({columns}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)", row)  # noqa: S608 - our columns

    assert problem in {found.what for found in verify()}


def test_an_untouched_audit_has_no_problems(place: Places) -> None:
    a_night_on_shift("appeals", lines=9)
    a_night_on_shift("bureau", lines=4)

    assert verify() == []
    assert verify("bureau") == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", TARAS),
        ("actor", None),
        ("verb", "case.noted"),
        ("at", 1),
        ("about_kind", "note"),
        ("about_id", 999),
        ("about_id", None),
        ("previous", START),
        ("hash", START),
    ],
)
def test_one_changed_line_is_found(place: Places, column: str, value: str | int | bytes | None) -> None:
    a_night_on_shift()

    by_a_thief(f'UPDATE audit_line SET "{column}" = %s WHERE seq = 3', value)  # noqa: S608 - columns named above

    assert Problem("appeals", 3, "changed") in verify()


def test_a_line_changed_with_its_hash_is_found_at_the_next(place: Places) -> None:
    a_night_on_shift()
    line = Line.objects.get(seq=3)
    forged = Fields("appeals", 3, line.at, TARAS, line.verb, line.about_kind, line.about_id)

    by_a_thief(
        "UPDATE audit_line SET actor = %s, hash = %s WHERE seq = 3", TARAS, hash_of(forged, bytes(line.previous))
    )

    assert verify() == [Problem("appeals", 4, "changed")]


def test_the_last_line_changed_with_its_hash_does_not_fit_the_head(place: Places) -> None:
    a_night_on_shift(lines=3)
    line = Line.objects.get(seq=3)
    forged = Fields("appeals", 3, line.at, TARAS, line.verb, line.about_kind, line.about_id)

    by_a_thief(
        "UPDATE audit_line SET actor = %s, hash = %s WHERE seq = 3", TARAS, hash_of(forged, bytes(line.previous))
    )

    assert verify() == [Problem("appeals", 3, "changed")]


@pytest.mark.parametrize("seq", [1, 3])
def test_a_dropped_line_is_found(place: Places, seq: int) -> None:
    a_night_on_shift()

    by_a_thief("DELETE FROM audit_line WHERE seq = %s", seq)

    assert verify() == [Problem("appeals", seq, "missing")]


def test_a_dropped_line_is_found_also_when_the_others_move_up(place: Places) -> None:
    a_night_on_shift()

    by_a_thief("DELETE FROM audit_line WHERE seq = 3")
    for seq in (4, 5, 6):
        by_a_thief("UPDATE audit_line SET seq = %s WHERE seq = %s", seq - 1, seq)

    assert Problem("appeals", 3, "changed") in verify()


def test_two_lines_that_changed_places_are_found(place: Places) -> None:
    a_night_on_shift()

    for before, after in ((2, 99), (3, 2), (99, 3)):
        by_a_thief("UPDATE audit_line SET seq = %s WHERE seq = %s", after, before)

    assert {problem.seq for problem in verify()} >= {2, 3}


@pytest.mark.parametrize("kept", [0, 4])
def test_a_dropped_tail_is_found(place: Places, kept: int) -> None:
    a_night_on_shift()

    by_a_thief("DELETE FROM audit_line WHERE seq > %s", kept)

    assert verify() == [Problem("appeals", kept + 1, "missing")]


def test_a_head_set_back_with_its_tail_left_is_found(place: Places) -> None:
    a_night_on_shift()
    fourth = bytes(Line.objects.get(seq=4).hash)

    by_a_thief("UPDATE audit_head SET seq = 4, hash = %s", fourth)

    assert verify() == [Problem("appeals", 6, "beyond the head")]


def test_a_head_that_has_gone_is_found(place: Places) -> None:
    a_night_on_shift()

    by_a_thief("DELETE FROM audit_head")

    assert verify() == [Problem("appeals", 0, "no head")]


def test_a_store_that_never_wrote_a_line_has_no_chain(place: Places) -> None:
    assert verify("records") == [Problem("records", 0, "no head")]


def test_the_other_stores_are_read_to_the_end(place: Places) -> None:
    a_night_on_shift("appeals")
    a_night_on_shift("bureau")

    by_a_thief("UPDATE audit_line SET actor = 2 WHERE seq = 2")

    assert verify() == [Problem("appeals", 2, "changed"), Problem("bureau", 2, "changed")]


def test_whoever_writes_meanwhile_is_not_taken_for_a_thief(place: Places) -> None:
    a_night_on_shift(lines=30)
    problems: list[Problem] = []
    stop = threading.Event()

    def look() -> None:
        with connected_to(place):
            while not stop.is_set():
                problems.extend(verify())

    looking = threading.Thread(target=look)
    looking.start()
    a_night_on_shift(lines=60)
    stop.set()
    looking.join()

    assert problems == []


def test_a_hundred_thousand_lines_are_verified_in_a_second(place: Places) -> None:
    """Of processor time, so that a million takes ten; the machine may be busy with other things."""
    written = 100_000 if connection.vendor == "sqlite" else 20_000
    rows, previous = [], START
    for seq in range(1, written + 1):
        fields = Fields("appeals", seq, 1_700_000_000_000_000 + seq, OLENA, "case.read", "case", seq // 9)
        rows.append((*fields, previous, hash := hash_of(fields, previous)))
        previous = hash
    columns = ", ".join((*Fields._fields, "previous", "hash"))
    with transaction.atomic(), connection.cursor() as cursor:
        marks = "%s, %s, %s, %s, %s, %s, %s, %s, %s"
        cursor.executemany(f"INSERT INTO audit_line ({columns}) VALUES ({marks})", rows)  # noqa: S608 - our columns
        Head.objects.create(store="appeals", seq=written, hash=previous)

    began = time.process_time()
    assert verify("appeals") == []

    assert (time.process_time() - began) / written < 10 / 1_000_000
