"""The demonstration's site, from nothing: each step is a command that a headquarters would give, in its own process."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from safeconduct.roles.supervisor import CannotRun

# Invented. Both are the first holders of the store, as the ceremony of every site has two.
HOLDERS = ("olena:Олена:operator", "taras:Тарас:senior")
LOG_INS = "log-ins.json"
NEEDED_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True)
class Place:
    """Where the demonstration stands: its folder, and three ports in a row."""

    data: Path
    port: int

    @property
    def ports(self) -> dict[str, int]:
        return {"front": self.port, "inner": self.port + 1, "handover": self.port + 2}

    def url(self, role: str) -> str:
        # By name and not by number: a browser holds only "localhost" to be safe without a certificate.
        return f"http://localhost:{self.ports[role]}"

    @property
    def settings(self) -> dict[str, str]:
        """They win over the files, so that the same site can be shown at another port."""
        return {
            "FRONT_CONFIG": str(self.data / "front" / "front.json"),
            "INNER_CONFIG": str(self.data / "inner" / "inner.json"),
            "FRONT_PUBLIC_URL": self.url("front"),
            "INNER_URL": self.url("inner"),
            "INNER_HANDOVER_URL": self.url("handover"),
            # Beside the rest, for a demonstration leaves nothing elsewhere; a headquarters keeps them in memory.
            "FRONT_TMPFS_DIR": str(self.data / "form-keys"),
            # Who looks around forgets the time; a headquarters keeps to ten minutes.
            "INNER_IDLE_MINUTES": "60",
        }

    def log_ins(self) -> list[dict[str, object]]:
        """Of the two operators. They are written down in this folder only, and only for a demonstration."""
        content: list[dict[str, object]] = json.loads((self.data / LOG_INS).read_text("utf-8"))
        return content


def make_ready(place: Place) -> None:
    """Make the site if there is none, and bring an older one to this version. Raises `CannotRun`."""
    check_room(place.data)
    if not (place.data / LOG_INS).exists():
        make(place)
    command(place, "inner", "--migrate")
    command(place, "front", "--migrate")
    command(place, "pages", "build")
    _program(place, "safeconduct.demo.shift", settings={"DJANGO_SETTINGS_MODULE": "safeconduct.settings.inner"})


def make(place: Place) -> None:
    told = command(
        place,
        *("init", "--purpose", "demo", "--json", "--front-url", place.url("front"), "--inner-url", place.url("inner")),
        *("--handover-url", place.url("handover")),
        *(part for holder in HOLDERS for part in ("--holder", holder)),
    )
    write_whole(place.data / LOG_INS, json.loads(told)["operators"])


def check_room(folder: Path) -> None:
    """Raises `CannotRun` where nothing can be written, or not enough."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        attempt = folder / ".attempt"
        attempt.write_bytes(b"")
        attempt.unlink()
    except OSError as trouble:
        raise CannotRun(
            f"{folder} cannot be written ({trouble.strerror}): choose another folder with --data."
        ) from None
    if shutil.disk_usage(folder).free < NEEDED_BYTES:
        raise CannotRun(f"The disk of {folder} is nearly full: 200 MB are needed, or another folder with --data.")


def command(place: Place, *words: str) -> str:
    """What `safeconduct words` says. Raises `CannotRun` with the sentence of its refusal."""
    return _program(place, "safeconduct.cli", *words, "--data", str(place.data))


def _program(place: Place, module: str, *words: str, settings: Mapping[str, str] | None = None) -> str:
    command = [sys.executable, "-m", module, *words]
    variables = {**os.environ, **place.settings, **(settings or {})}
    done = subprocess.run(command, env=variables, capture_output=True, text=True)
    if done.returncode:
        raise CannotRun(done.stderr.strip().rpartition("\n")[2].removeprefix("safeconduct: ") or "A step failed.")
    return done.stdout


def write_whole(file: Path, content: object) -> None:
    """For our eyes, and never half: under another name first."""
    part = file.with_name(file.name + ".part")
    part.touch(mode=0o600)
    part.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    part.replace(file)
