"""Who may list, read and change what: the filter of a list and the check of one case say the same, whatever the roles,
shifts, broken glasses and cases are, also those that only a hand in the database could have written."""

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safeconduct.inner.cases import access, lookups
from safeconduct.inner.cases.access import AllOf, Among, AnyOf, Has, Is, Reader, Rule, Same
from safeconduct.inner.cases.errors import CaseClosed, CasesError, NoSuchCase
from safeconduct.inner.cases.models import BrokenGlass, Case
from safeconduct.inner.operators import rules as operators
from safeconduct.inner.operators.models import Operator, RoleHeld
from tests.people import put_on_shift

NOW = timezone.now()
THIRTY_MINUTES = timedelta(minutes=30)
examples = settings(
    deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60
)


def somebody(*roles: str, is_suspended: bool = False, is_on_shift: bool = False) -> Operator:
    """A row as a hand could write it: any roles beside each other."""
    name = os.urandom(8).hex()
    one = Operator.objects.create(
        username=name,
        name=name,
        password="",
        salt=b"",
        locked_keys=b"",
        public_key=b"",
        verifying_key=os.urandom(32),
        suspended_at=NOW if is_suspended else None,
    )
    RoleHeld.objects.bulk_create(RoleHeld(operator=one, role=role) for role in roles)
    if is_on_shift:
        put_on_shift(one)
    return one


def some_case(owner: Operator | None = None, *, is_closed: bool = False, danger: str = "none") -> Case:
    return Case.objects.create(
        opened_at=NOW,
        channel="web",
        language="uk",
        window="never",
        about="oneself",
        danger=danger,
        owner=None if is_closed else owner,
        last_word_at=NOW,
        closed_at=NOW if is_closed else None,
        closed_because="silent" if is_closed else "",
    )


def breaks(operator: Operator, number: int, *, ended: bool = False) -> None:
    until = NOW - timedelta(seconds=1) if ended else NOW + THIRTY_MINUTES
    BrokenGlass.objects.create(case_number=number, by=operator, reason="danger", at=NOW, until=until)


# --- the language


FACTS = [Is("holds_store"), Is("is_on_shift"), Has("closed_at", None), Has("owner_id", None), Has("danger", "now")]
ATOMS = st.sampled_from([*FACTS, Same("owner_id", "number"), Among("pk", "glasses")])
RULES: st.SearchStrategy[Rule] = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: AllOf(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
    ),
    max_leaves=8,
)


@dataclass(frozen=True)
class Place:
    """Two operators, and a case in each state that there is."""

    people: tuple[Operator, Operator]
    cases: tuple[Case, ...]


@pytest.fixture
def place(db: None) -> Place:
    people = (somebody("operator"), somebody("senior"))
    states = itertools.product((None, *people), (False, True), ("none", "now"))
    return Place(people, tuple(some_case(owner, is_closed=closed, danger=danger) for owner, closed, danger in states))


@examples
@given(
    rule=RULES,
    who=st.integers(0, 1),
    is_on_shift=st.booleans(),
    holds=st.booleans(),
    glasses=st.sets(st.integers(0, 13)),
)
def test_every_rule_is_the_same_as_a_filter_and_as_a_check(
    place: Place, rule: Rule, who: int, is_on_shift: bool, holds: bool, glasses: set[int]
) -> None:
    first = place.cases[0].pk
    reader = Reader(place.people[who].pk, holds, is_on_shift, frozenset(first + one for one in glasses))

    filtered = set(Case.objects.filter(rule.as_filter(reader)).values_list("pk", flat=True))

    assert filtered == {case.pk for case in place.cases if rule.holds(reader, case)}


def test_all_of_nothing_is_everything_and_any_of_nothing_is_nothing_also_inside_each_other(place: Place) -> None:
    reader, every = Reader(1), {case.pk for case in place.cases}
    for rule, found in (
        (AllOf(()), every),
        (AnyOf(()), set()),
        (AnyOf((AllOf(()), AnyOf(()))), every),
        (AllOf((AllOf(()), AnyOf(()))), set()),
    ):
        assert set(Case.objects.filter(rule.as_filter(reader)).values_list("pk", flat=True)) == found
        assert {case.pk for case in place.cases if rule.holds(reader, case)} == found


# --- the rules, on whatever may stand in the database


@dataclass(frozen=True)
class Someone:
    roles: frozenset[str]
    is_suspended: bool
    is_on_shift: bool


@dataclass(frozen=True)
class Something:
    owner: int | None
    is_closed: bool
    broken: frozenset[tuple[int, bool]]  # by whom, and whether that is over


SOMEONE = st.builds(
    Someone, st.frozensets(st.sampled_from(sorted(operators.ROLES)), max_size=3), st.booleans(), st.booleans()
)
PEOPLE = st.lists(
    st.one_of(SOMEONE, st.builds(Someone, st.just(frozenset({"operator"})), st.just(False), st.booleans())),
    min_size=2,
    max_size=3,
)
SOMETHING = st.builds(
    Something,
    st.one_of(st.none(), st.integers(0, 1)),
    st.booleans(),
    st.frozensets(st.tuples(st.integers(0, 1), st.booleans()), max_size=2),
)


@examples
@given(people=PEOPLE, somethings=st.lists(SOMETHING, min_size=1, max_size=5))
def test_a_list_never_shows_what_the_object_refuses_nor_hides_what_it_gives(
    db: None, people: list[Someone], somethings: list[Something]
) -> None:
    with undone():
        rows = [somebody(*one.roles, is_suspended=one.is_suspended, is_on_shift=one.is_on_shift) for one in people]
        cases = {}
        for what in somethings:
            case = some_case(None if what.owner is None else rows[what.owner], is_closed=what.is_closed)
            for who, ended in what.broken:
                breaks(rows[who], case.pk, ended=ended)
            cases[case.pk] = what
        missing = max(cases) + 1
        breaks(rows[0], missing)

        for index, (told, row) in enumerate(zip(people, rows, strict=True)):
            stands_here = bool(told.roles) and told.roles <= {"operator", "senior", "supervisor"}
            works, is_on = stands_here and not told.is_suspended, told.is_on_shift
            own = {n for n, what in cases.items() if works and what.owner == index and not what.is_closed}
            glass = {n for n, what in cases.items() if works and is_on and (index, False) in what.broken}
            queue = {n for n, what in cases.items() if works and is_on and not what.is_closed}

            assert {case.number for case in lookups.own_cases(row)} == own
            assert rows_of(row) == queue
            for lookup, expected in (
                (lookups.case_for, own),
                (lookups.read_for, own | glass),
                (lookups.row_for, queue),
                (lookups.shown_for, queue | own | glass),
            ):
                assert {number for number in (*cases, missing) if gives(lookup, row, number)} == expected
            for case in Case.objects.filter(pk__in=cases):
                assert access.READABLE.holds(lookups.reader_of(row), case) is (case.pk in own | glass)
                assert access.WORKED_ON.holds(lookups.reader_of(row), case) is (case.pk in own)


def rows_of(operator: Operator) -> set[int]:
    queue = lookups.queue(operator)
    groups = (queue.danger_now, queue.waiting_for_us, queue.waiting_for_person, queue.asleep)
    return {case.number for group in groups for case in group.rows}


def gives(lookup: Callable[[Operator, int], Case], operator: Operator, number: int) -> bool:
    try:
        return lookup(operator, number).number == number
    except NoSuchCase:
        return False


@contextmanager
def undone() -> Iterator[None]:
    """What is written in here is gone afterwards, so that the next example begins with nothing."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@examples
@given(roles=st.frozensets(st.sampled_from(sorted(operators.ROLES))))
def test_nobody_holds_both_sides(roles: frozenset[str]) -> None:
    holds = [store for store in operators.STORES if operators.may_hold(roles, store)]

    groups = {group for group, among in operators.ROLES_OF_GROUP.items() if roles & among}
    assert len(holds) <= 1
    if len(groups) != 1:
        assert holds == []
    if roles & {"auditor", "administrator"}:
        assert holds == []


# --- as tables


ME, ANOTHER = 1, 2


@dataclass
class SomeCase:
    owner_id: int | None
    closed_at: object = None
    pk: int = 17


WORKING = Reader(ME, holds_store=True, is_on_shift=True)
BROKE_IT = Reader(ME, holds_store=True, is_on_shift=True, glasses=frozenset({17}))


@pytest.mark.parametrize(
    ("reader", "case", "listed", "read", "worked_on"),
    [
        (WORKING, SomeCase(ME), True, True, True),
        (WORKING, SomeCase(ANOTHER), True, False, False),
        (WORKING, SomeCase(None), True, False, False),
        (WORKING, SomeCase(None, NOW), False, False, False),
        (Reader(ME, holds_store=True), SomeCase(None), False, False, False),
        (Reader(ME, holds_store=True), SomeCase(ME), False, True, True),
        (Reader(ME, is_on_shift=True, glasses=frozenset({17})), SomeCase(ME), False, False, False),
        (BROKE_IT, SomeCase(ANOTHER), True, True, False),
        (BROKE_IT, SomeCase(None, NOW), False, True, False),
        (BROKE_IT, SomeCase(ANOTHER, pk=18), True, False, False),
        (Reader(ME, holds_store=True, glasses=frozenset({17})), SomeCase(None, NOW), False, False, False),
    ],
)
def test_whose_header_is_listed_whose_words_are_read_and_who_works_on_it(
    reader: Reader, case: SomeCase, listed: bool, read: bool, worked_on: bool
) -> None:
    assert access.LISTED.holds(reader, case) is listed
    assert access.READABLE.holds(reader, case) is read
    assert access.WORKED_ON.holds(reader, case) is worked_on
    assert access.SHOWN.holds(reader, case) is (listed or read)


@pytest.mark.parametrize(
    ("case", "refusal"),
    [(SomeCase(ANOTHER), NoSuchCase), (SomeCase(ME, NOW), CaseClosed), (SomeCase(ANOTHER, NOW), CaseClosed)],
)
def test_who_may_work_on_a_case(case: SomeCase, refusal: type[CasesError]) -> None:
    access.check_may_work_on(SomeCase(ME), WORKING)

    with pytest.raises(refusal):
        access.check_may_work_on(case, BROKE_IT)
