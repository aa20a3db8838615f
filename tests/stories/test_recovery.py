"""The machine is gone. A backup, two of the three paper shares and an empty machine bring everything back."""

import shutil

import pytest

from safeconduct.demo.people import Person
from tests.stories.people import Seat
from tests.stories.site import Site, eventually
from tests.stories.stored import rows_of

# What backup and restore write themselves, what is true of a moment only, and sessions without their cookies.
NOT_COMPARED = tuple(
    f"inner, table {name}" for name in ("audit_", "django_", "cache", "sqlite_", "reaching_frontstatus")
)


def test_a_site_comes_back_from_a_backup_and_two_shares(own_site: Site, databases: dict[str, str]) -> None:
    soldier = Person(own_site.url("front"), "uk")
    soldier.writes("Чи дочекаєтеся ви мене?")
    olena = Seat.of(own_site, "olena").logs_in()
    assert eventually(olena.waiting)
    olena.takes_next().answers("Так, чекаємо.").notes("Пише вдруге за добу.")
    number = olena.waiting()[0]
    assert eventually(lambda: "Так, чекаємо." in soldier.comes_back().text)
    olena.releases()
    own_site.stop()
    saved = own_site.folder / "saved"
    before = compared_rows(own_site)
    own_site.command("backup", str(saved))

    shutil.rmtree(own_site.data)
    own_site.moves_to(databases)
    own_site.command("restore", str(saved), given="\n".join(own_site.told["recovery_shares"][1:]) + "\n")

    assert compared_rows(own_site) == before
    own_site.command("front", "--migrate")
    own_site.command("pages", "build")
    own_site.command("audit", "verify")
    own_site.start()
    taras = Seat.of(own_site, "taras").logs_in()
    taras.takes(number)
    for words in ("Чи дочекаєтеся ви мене?", "Так, чекаємо.", "Пише вдруге за добу."):
        assert taras.sees(words)
    soldier.writes_again("Я знову тут.")
    assert eventually(lambda: taras.opens(number).sees("Я знову тут."))


@pytest.mark.parametrize("shares", [(0,), (0, 0)])
def test_one_share_brings_nothing_back(site: Site, shares: tuple[int, ...]) -> None:
    saved = site.folder / f"saved-{len(shares)}"
    site.command("backup", str(saved))
    typed = "\n".join(site.told["recovery_shares"][share] for share in shares) + "\n"

    refused = site.command("restore", str(saved), "--data", str(site.folder / "empty"), given=typed, may_refuse=True)

    assert refused.returncode == 1
    assert "Two different shares" in refused.stderr
    assert not (site.folder / "empty").exists()


def compared_rows(site: Site) -> list[tuple[str, bytes]]:
    return sorted(row for row in rows_of(site, "inner") if not row[0].startswith(NOT_COMPARED))
