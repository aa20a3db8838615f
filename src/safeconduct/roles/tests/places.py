"""A front of its own in a folder, with the keys of the tests, and what a process says that is to serve it."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from safeconduct.interview.confirmations import demonstration_lines, write_confirmations
from safeconduct.interview.library import load_library
from safeconduct.sealing.signify import new_key, public_file
from tests.keys import PEPPERS, front_config


class FrontFolder:
    """Configuration and databases of a front."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config: dict[str, Any] = front_config() | {"FRONT_TMPFS_DIR": str(folder / "tmpfs"), "FRONT_SPOOL_MIB": 8}
        self.said = ""
        (folder / "peppers.json").write_text(json.dumps([pepper.hex() for pepper in PEPPERS]))
        key = new_key()
        (folder / "pages.pub").write_bytes(public_file(key.public))
        lines = demonstration_lines(load_library(), on=date(2026, 1, 1))
        write_confirmations(folder / "confirmations.jsonl", lines, key=key)
        self.write()

    def write(self) -> None:
        (self.folder / "front.json").write_text(json.dumps(self.config))

    @property
    def settings(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("FRONT_", "DJANGO_"))}
        return kept | {"FRONT_CONFIG": str(self.folder / "front.json")}

    def migrated(self) -> "FrontFolder":
        settings = self.settings | {"DJANGO_SETTINGS_MODULE": "safeconduct.settings.front"}
        command = [sys.executable, "-m", "safeconduct.roles.schema", "--migrate"]
        subprocess.run(command, env=settings, check=True, capture_output=True)
        return self

    def starts(self, role: str = "front", **settings: str) -> str:
        """What it says as it refuses to start; empty where it starts."""
        done = self._python(f"import safeconduct.roles.{role}", settings)
        self.said = done.stderr
        return done.stderr.strip().rpartition("\n")[2] if done.returncode else ""

    def loads(self, role: str) -> list[str]:
        """The modules that a process of this role has loaded when it begins to serve."""
        return self._python(f"import sys, safeconduct.roles.{role}; print(*sys.modules)", {}).stdout.split()

    def start_at_once(self, *roles: str, **settings: str) -> list[str]:
        """What each of them says, refusals and log, when all start in the same moment."""
        running = [
            subprocess.Popen(
                [sys.executable, "-c", f"import safeconduct.roles.{role}"],
                env=self.settings | settings,
                stderr=subprocess.PIPE,
                text=True,
            )
            for role in roles
        ]
        return [process.communicate(timeout=60)[1] for process in running]

    def _python(self, script: str, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", script]
        return subprocess.run(command, env=self.settings | settings, capture_output=True, text=True)
