"""A case closed by mistake is opened by a colleague with a reason; the supervisor is rung, and the man is answered."""

from safeconduct.demo.people import Person
from tests.stories.people import Seat
from tests.stories.site import Site, eventually
from tests.stories.stored import values_of
from tests.stories.test_keys import Ceremony


def test_closed_by_mistake_opened_with_a_reason_told_to_the_supervisor_reopened_and_answered(own_site: Site) -> None:
    ceremony = Ceremony(own_site)
    ceremony.enters("oksana", "supervisor")
    ceremony.signs("operators", "admit", "oksana", "--store", "appeals")
    ceremony.enters("marta", "auditor")
    olena, taras, oksana = (Seat.of(own_site, name).logs_in() for name in ("olena", "taras", "oksana"))
    soldier = Person(own_site.url("front"), "uk")
    soldier.writes("Чи можна прийти разом із братом?")
    assert eventually(olena.waiting)
    (number,) = olena.waiting()
    olena.takes(number).closes("silent")
    assert taras.waiting() == []

    taras.finds(number)
    assert not taras.sees("братом")
    taras.breaks_glass(number, "closed_by_mistake")
    assert taras.sees("братом")
    assert not any(form.action.endswith("/answer") for form in taras.screen.forms)

    band = oksana.looks_at_the_queue()
    assert f"відкрито чужу справу № {number}" in band.text
    assert "Справу закрито помилково" in band.text
    assert "відкрито чужу справу" not in olena.looks_at_the_queue().text
    rung = oksana.browser.send(band, next(form for form in band.forms if form.action.endswith("/take")))
    assert "відкрито чужу справу" not in rung.text

    taras.takes_over()
    taras.answers("Так, удвох можна.")
    assert eventually(lambda: "Так, удвох можна." in soldier.comes_back().text)

    marta = Seat.of(own_site, "marta").logs_in()
    log = marta.browser.get(f"{own_site.url('inner')}/log?chain=appeals")
    assert "відкрито чужу справу: закрита помилково" in log.text
    assert "братом" not in log.text
    verbs = values_of(own_site, "inner", "verb", "audit_line")
    for verb in ("case.sought", "glass.closed_by_mistake", "alarm.break_glass", "alarm.taken", "case.reopened"):
        assert verbs.count(verb) == 1, verb
