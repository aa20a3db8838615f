"""A site is made from nothing, each step in the process that it will have at a headquarters."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from safeconduct.inner.site.files import CannotMake, write_files
from safeconduct.interview.confirmations import read_confirmations
from safeconduct.interview.harmless import SAMPLES
from safeconduct.sealing.envelopes import key_pair_of
from safeconduct.sealing.signify import read_public_file
from safeconduct.sealing.signing import epoch_statement, has_two_signatures, verifying_key_of
from safeconduct.sealing.stores import join_recovery, unwrap_epoch

OPEN_STORES = """
import json, sys, django
django.setup()
from pathlib import Path
from safeconduct.inner.site.ceremony import Holder, open_stores
from safeconduct.inner.operators.models import EpochWrap
holders = [Holder(name, name.title(), frozenset({role})) for name, role in json.loads(sys.argv[2])]
made = open_stores(Path(sys.argv[1]), holders=holders)
print(json.dumps({
    "operators": [[one.operator.username, one.passphrase, one.totp_secret] for one in made],
    "recovery_wrap": bytes(EpochWrap.objects.get(operator=None).blob).hex(),
}))
"""
LOAD_FRONT = (
    "import django; django.setup(); from django.conf import settings as s; print(s.FRONT_STORES['appeals']['epoch'])"
)
MAKE_FRONT = """
import sys, django
django.setup()
from pathlib import Path
from safeconduct.inner.site.ceremony import make_front
make_front(Path(sys.argv[1]), Path(sys.argv[2]))
"""
RENEW_FRONT = MAKE_FRONT.replace("make_front", "renew_front")
TWO = [("olena", "operator"), ("taras", "senior")]


def files_of(data: Path, purpose: str = "site") -> list[str]:
    return write_files(
        data,
        purpose=purpose,
        public_url="http://localhost:8140",
        inner_url="http://localhost:8141",
        handover_url="http://localhost:8142",
        terms={"INNER_PASSPHRASE_MEMORY_KIB": 64} if purpose == "bench" else {},
    )


def in_wing(wing: str, data: Path, program: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("INNER_", "FRONT_"))}
    environment |= {
        "DJANGO_SETTINGS_MODULE": f"safeconduct.settings.{wing}",
        f"{wing.upper()}_CONFIG": str(data / wing / f"{wing}.json"),
    }
    return subprocess.run([sys.executable, "-c", program, *words], env=environment, capture_output=True, text=True)


def stores_of(data: Path, holders: list[tuple[str, str]] = TWO) -> dict[str, Any]:
    done = in_wing("inner", data, OPEN_STORES, str(data), json.dumps(holders))
    assert done.returncode == 0, done.stderr
    content: dict[str, Any] = json.loads(done.stdout)
    return content


def front_config(front: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((front / "front.json").read_text("utf-8"))
    return content


def test_a_site_is_made_in_two_steps_and_the_front_seals_to_a_key_that_two_holders_signed(tmp_path: Path) -> None:
    shares = files_of(tmp_path, "bench")

    made = stores_of(tmp_path, [*TWO, ("nadia", "operator"), ("marta", "auditor")])

    epoch = front_config(tmp_path / "front")["FRONT_STORES"]["appeals"]
    holders = [bytes.fromhex(key) for key in front_config(tmp_path / "front")["FRONT_HOLDERS"]]
    signatures = [(bytes.fromhex(one["by"]), bytes.fromhex(one["signature"])) for one in epoch["signatures"]]
    public_key = bytes.fromhex(epoch["public_key"])
    assert has_two_signatures(epoch_statement("appeals", 1, public_key), signatures, holders=holders)
    assert len(holders) == 3, "Marta is an auditor and holds nothing"
    assert [name for name, _, _ in made["operators"]] == ["olena", "taras", "nadia", "marta"]
    assert in_wing("front", tmp_path, LOAD_FRONT).stdout.strip() == "1"

    # Any two of the three papers open the epoch again.
    recovery_seed = join_recovery([shares[2], shares[0]])
    wrap = bytes.fromhex(made["recovery_wrap"])
    assert key_pair_of(unwrap_epoch(wrap, store="appeals", epoch=1, seed=recovery_seed)).public_key == public_key


def test_no_file_of_a_site_can_be_read_by_others_and_no_secret_lies_twice(tmp_path: Path) -> None:
    shares = files_of(tmp_path)
    recovery_seed = join_recovery(shares[:2])

    files = [file for file in tmp_path.rglob("*") if file.is_file()]

    secret = {"inner.json", "front.json", "peppers.json", *os.listdir(tmp_path / "inner" / "secrets")}
    for file in files:
        if file.name in secret:
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    for folder in ("inner", "inner/secrets", "front"):
        assert stat.S_IMODE((tmp_path / folder).stat().st_mode) == 0o700
    everything = b"".join(file.read_bytes() for file in files)
    assert recovery_seed not in everything
    assert recovery_seed.hex().encode() not in everything
    front = b"".join(file.read_bytes() for file in files if "front" in file.parts)
    for name in ("secret.key", "intake.seed", "handover.seed", "django.key", "audit.sec"):
        kept = (tmp_path / "inner" / "secrets" / name).read_bytes()
        assert kept not in front
        assert kept.hex().encode() not in front


@pytest.mark.parametrize("wing", ["inner", "front"])
def test_a_folder_that_is_not_empty_is_left_as_it_is(tmp_path: Path, wing: str) -> None:
    (tmp_path / wing).mkdir()
    (tmp_path / wing / "kept").write_text("somebody's")

    with pytest.raises(CannotMake, match=r"is not empty: choose another folder"):
        files_of(tmp_path)

    assert (tmp_path / wing / "kept").read_text() == "somebody's"
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [tmp_path / wing / "kept"]


def test_one_holder_alone_founds_no_store(tmp_path: Path) -> None:
    files_of(tmp_path, "bench")

    done = in_wing("inner", tmp_path, OPEN_STORES, str(tmp_path), json.dumps([("olena", "operator"), ("m", "auditor")]))

    assert done.returncode != 0
    assert "Two holders come first" in done.stderr
    assert "FRONT_STORES" not in front_config(tmp_path / "front")


def test_a_site_confirms_nothing_by_itself_and_a_demonstration_says_that_it_is_one(tmp_path: Path) -> None:
    for purpose in ("site", "demo"):
        files_of(tmp_path / purpose, purpose)

    def lines(purpose: str) -> set[str]:
        front = tmp_path / purpose / "front"
        key = read_public_file((front / "pages.pub").read_bytes())
        return {line.kind for line in read_confirmations(front / "confirmations.jsonl", by=key)}

    assert lines("site") == set()
    assert lines("demo") == {"demonstration"}


def test_a_new_front_has_a_new_hand_over_key_and_the_same_codes(tmp_path: Path) -> None:
    files_of(tmp_path, "bench")
    stores_of(tmp_path)
    before = front_config(tmp_path / "front")

    done = in_wing("inner", tmp_path, MAKE_FRONT, str(tmp_path / "inner"), str(tmp_path / "second" / "front"))

    assert done.returncode == 0, done.stderr
    after = front_config(tmp_path / "second" / "front")
    assert {name for name in before if before[name] != after[name]} == {"FRONT_HANDOVER_SEED"}
    expected = json.loads((tmp_path / "inner" / "inner.json").read_text())["INNER_FRONT_KEY"]
    assert expected == verifying_key_of(bytes.fromhex(after["FRONT_HANDOVER_SEED"])).hex()
    for name in ("peppers.json", "pages.pub", "confirmations.jsonl", "confirmations.jsonl.sig"):
        assert (tmp_path / "second" / "front" / name).read_bytes() == (tmp_path / "front" / name).read_bytes()
    assert in_wing("front", tmp_path / "second", LOAD_FRONT).stdout.strip() == "1"


def test_the_front_tells_the_terms_that_inner_keeps_and_no_others(tmp_path: Path) -> None:
    files_of(tmp_path, "bench")
    stores_of(tmp_path)
    kept = tmp_path / "inner" / "inner.json"
    told = front_config(tmp_path / "front")
    assert told["FRONT_TERM_HOURS"] == {"backup_term": 720}

    own = {**told["FRONT_TERM_HOURS"], "answer_term": 12, "question_term": 1}
    (tmp_path / "front" / "front.json").write_text(json.dumps(told | {"FRONT_TERM_HOURS": own}))
    terms = {"question_days": 30, "waiting_days": 90, "closed_days": 10}
    kept.write_text(json.dumps(json.loads(kept.read_text()) | {"INNER_RETENTION": terms, "INNER_BACKUP_TERM_DAYS": 7}))
    done = in_wing("inner", tmp_path, RENEW_FRONT, str(tmp_path / "inner"), str(tmp_path / "front"))

    assert done.returncode == 0, done.stderr
    hours = {"answer_term": 12, "backup_term": 168, "question_term": 720, "waiting_term": 2160}
    assert front_config(tmp_path / "front")["FRONT_TERM_HOURS"] == hours


@pytest.mark.parametrize(
    "terms", [{"question_days": 30}, {"question_days": 0, "waiting_days": 90, "closed_days": 1}, {"years": 1}]
)
def test_terms_that_are_half_decided_stop_the_start(tmp_path: Path, terms: dict[str, int]) -> None:
    files_of(tmp_path, "bench")
    kept = tmp_path / "inner" / "inner.json"
    kept.write_text(json.dumps(json.loads(kept.read_text()) | {"INNER_RETENTION": terms}))

    assert "INNER_RETENTION must give whole days" in in_wing("inner", tmp_path, "import django; django.setup()").stderr


def test_a_demonstration_has_terms_and_a_site_decides_for_itself(tmp_path: Path) -> None:
    for purpose, terms in (("demo", {"question_days": 30, "waiting_days": 90, "closed_days": 30}), ("site", None)):
        files_of(tmp_path / purpose, purpose)
        settings = json.loads((tmp_path / purpose / "inner" / "inner.json").read_text())
        assert settings.get("INNER_RETENTION") == terms


def test_second_codes_are_offered_where_the_site_has_written_its_own_exchanges(tmp_path: Path) -> None:
    files_of(tmp_path)
    stores_of(tmp_path)
    assert front_config(tmp_path / "front")["FRONT_SECOND_CODES"] == []
    own = "".join(f"- {{name: n{n}, messages: [Перше {n}., Друге {n}.]}}\n" for n in range(20))

    (tmp_path / "inner" / "secrets" / "second_threads.yaml").write_text(f"uk:\n{own}", "utf-8")
    done = in_wing("inner", tmp_path, RENEW_FRONT, str(tmp_path / "inner"), str(tmp_path / "front"))

    assert done.returncode == 0, done.stderr
    assert front_config(tmp_path / "front")["FRONT_SECOND_CODES"] == ["uk"]


def test_the_samples_of_the_repository_stop_the_start_of_a_site(tmp_path: Path) -> None:
    files_of(tmp_path)
    (tmp_path / "inner" / "secrets" / "second_threads.yaml").write_bytes(SAMPLES.read_bytes())

    refusal = in_wing("inner", tmp_path, "import django; django.setup()").stderr

    assert "INNER_SECRETS_DIR has a file that cannot be used: secrets/second_threads.yaml" in refusal


def test_a_demonstration_offers_second_codes_with_the_samples(tmp_path: Path) -> None:
    files_of(tmp_path, "bench")
    stores_of(tmp_path)

    assert front_config(tmp_path / "front")["FRONT_SECOND_CODES"] == ["en", "ru", "uk"]
