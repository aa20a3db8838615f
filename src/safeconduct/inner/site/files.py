"""Which files make a site? Every key in its place, readable by their owner only. Plain Python, before any settings."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from safeconduct.interview.confirmations import demonstration_lines, signature_of, write_confirmations
from safeconduct.interview.library import load_library
from safeconduct.sealing.envelopes import key_pair_of, new_key_pair
from safeconduct.sealing.signify import new_key, public_file, read_secret_file, secret_file
from safeconduct.sealing.signing import new_signing_seed, verifying_key_of
from safeconduct.sealing.stores import split_recovery

PURPOSES = ("site", "demo", "bench")
CONFIRMATIONS = "confirmations.jsonl"
# What is kept how long is the decision of a headquarters; a demonstration shows one.
DEMONSTRATED_RETENTION = {"question_days": 30, "waiting_days": 90, "closed_days": 30}


class CannotMake(Exception):
    """With one sentence that says what to do."""


def write_files(
    data: Path,
    *,
    purpose: str,
    public_url: str,
    inner_url: str,
    handover_url: str,
    terms: Mapping[str, object] | None = None,
) -> list[str]:
    """Make `data`/inner and `data`/front; the three recovery shares, which are kept nowhere.

    `terms`: further settings of inner by name, such as INNER_BACKUP_TERM_DAYS. Raises `CannotMake`.
    """
    if purpose not in PURPOSES:
        raise CannotMake(f"The purpose is one of {', '.join(PURPOSES)}.")
    inner, front = data / "inner", data / "front"
    recovery, front_seed = new_key_pair(), new_signing_seed()
    settings = {
        **({"INNER_RETENTION": DEMONSTRATED_RETENTION} if purpose == "demo" else {}),
        **(terms or {}),
        "INNER_PURPOSE": purpose,
        "INNER_URL": inner_url,
        "INNER_HOSTS": urlsplit(inner_url).hostname or "localhost",
        "INNER_HANDOVER_URL": handover_url,
        "INNER_FRONT_KEY": verifying_key_of(front_seed).hex(),
        # Inner needs it only to make a front.
        "INNER_PUBLIC_URL": public_url,
    }
    try:
        for folder in (inner, front):
            _make_empty(folder)
        _write_secrets(inner / "secrets")
        write_new(inner / "recovery.pub", recovery.public_key)
        _write_confirmations(inner, purpose)
        write_new(inner / "inner.json", as_json(settings))
        write_front(inner, front, seed=front_seed)
    except OSError as trouble:
        raise CannotMake(f"{data} cannot be written ({trouble.strerror}): choose another folder.") from None
    return split_recovery(recovery.seed)


def write_front(inner: Path, front: Path, *, seed: bytes) -> None:
    """The front's files, as far as inner's files know them; epochs and holders come from inner's database."""
    settings = json.loads((inner / "inner.json").read_text("utf-8"))
    secrets = inner / "secrets"
    write_new(
        front / "front.json",
        as_json(
            {
                "FRONT_PURPOSE": settings["INNER_PURPOSE"],
                "FRONT_PUBLIC_URL": settings["INNER_PUBLIC_URL"],
                "FRONT_SALT": (secrets / "salt").read_bytes().hex(),
                "FRONT_INTAKE_KEY": key_pair_of((secrets / "intake.seed").read_bytes()).public_key.hex(),
                "FRONT_HANDOVER_SEED": seed.hex(),
                "FRONT_INNER_KEY": verifying_key_of((secrets / "handover.seed").read_bytes()).hex(),
            }
        ),
    )
    copy_to_front(inner, front)


def copy_to_front(inner: Path, front: Path) -> None:
    """Peppers, the pages' public key and the confirmations as they are now."""
    pages = read_secret_file((inner / "secrets" / "pages.sec").read_bytes())
    replace(front / "pages.pub", public_file(pages.public, comment="safeconduct pages"))
    copy_peppers(inner / "secrets", front)
    for file in (inner / CONFIRMATIONS, signature_of(inner / CONFIRMATIONS)):
        replace(front / file.name, file.read_bytes())


def copy_peppers(secrets: Path, front: Path) -> None:
    """Their values alone: when each was made (inner/site/peppers.py) is nothing to the front."""
    kept = json.loads((secrets / "peppers.json").read_text("ascii"))
    values = [entry["pepper"] if isinstance(entry, dict) else entry for entry in kept]
    replace(front / "peppers.json", json.dumps(values).encode())


def make_empty_front(folder: Path) -> None:
    """Raises `CannotMake`."""
    try:
        _make_empty(folder)
    except OSError as trouble:
        raise CannotMake(f"{folder} cannot be written ({trouble.strerror}): choose another folder.") from None


def write_new(file: Path, content: bytes) -> None:
    """Readable by its owner from the first moment, on the disk when this returns; an older file is never replaced."""
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def replace(file: Path, content: bytes) -> None:
    """The whole new file or the whole old one, whenever the power fails."""
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    write_new(part, content)
    part.replace(file)


def as_json(settings: Mapping[str, object]) -> bytes:
    return json.dumps(settings, ensure_ascii=False, indent=1).encode() + b"\n"


def _make_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotMake(f"{folder} is not empty: choose another folder, or remove it if nothing in it is needed.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def _write_secrets(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    for name, content in {
        "secret.key": os.urandom(32),
        "intake.seed": new_key_pair().seed,
        "handover.seed": new_signing_seed(),
        "django.key": os.urandom(32),
        "salt": os.urandom(16),
        "pages.sec": secret_file(new_key(), comment="safeconduct pages"),
        "audit.sec": secret_file(new_key(), comment="safeconduct audit"),
        "peppers.json": json.dumps([os.urandom(32).hex()]).encode(),
    }.items():
        write_new(folder / name, content)


def _write_confirmations(inner: Path, purpose: str) -> None:
    """Of a site none yet: the headquarters confirms them one by one. Of a demonstration all, marked as such."""
    lines = () if purpose == "site" else demonstration_lines(load_library(), on=datetime.now(UTC).date())
    key = read_secret_file((inner / "secrets" / "pages.sec").read_bytes())
    write_confirmations(inner / CONFIRMATIONS, lines, key=key)
