"""What an operator has begun to write outlives a power cut, a backup and a restore, and comes to the next owner."""

from safeconduct.demo.people import Person
from tests.stories.people import Seat
from tests.stories.site import Site, eventually
from tests.stories.stored import values_of

WORDS = "недописане-речення-4471"


def test_after_a_power_cut_the_draft_is_there_and_so_is_its_author_for_the_next_owner(own_site: Site) -> None:
    soldier = Person(own_site.url("front"), "uk")
    soldier.writes("Чи ви тут?")
    olena, taras = Seat.of(own_site, "olena").logs_in(), Seat.of(own_site, "taras").logs_in()
    assert eventually(olena.waiting)
    (number,) = olena.waiting()
    olena.takes(number).previews(WORDS)

    own_site.kill("inner", "worker")
    own_site.start()

    assert olena.opens(number).screen.form_to("/answer").fields["text"] == WORDS
    olena.releases()
    assert not taras.opens(number).sees(WORDS)
    assert taras.takes(number).sees(WORDS)
    assert taras.sees("автор: Олена")
    assert soldier.comes_back().status == 200
    assert WORDS not in soldier.comes_back().text
    assert [bool(bytes(sealed)) for sealed in values_of(own_site, "inner", "sealed", "cases_draft")] == [True]
