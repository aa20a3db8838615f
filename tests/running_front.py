"""The real front, as a process of its own under the product's server: for the browser's stories and the benches."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import date
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from safeconduct.handover.letters import Answer, ThreadName, seal_answer
from safeconduct.interview.confirmations import demonstration_lines, write_confirmations
from safeconduct.interview.library import load_library
from safeconduct.roles.supervisor import served
from safeconduct.sealing.signify import new_key, public_file
from safeconduct.sealing.threads import CodeCost, root_of, threads_of
from tests.keys import PEPPERS, SALT, STORE, front_config
from tests.ports import free_port

STARTS_WITHIN_SECONDS = 30


class RunningFront:
    """A front with the tests' keys in `folder`. `seconds_to_first_page` counts from the start of the process."""

    def __init__(self, folder: Path, *, settings: Mapping[str, object] | None = None) -> None:
        self.folder, self.port = folder, free_port()
        self.log = folder / "front.log"
        key = new_key()
        (folder / "pages.pub").write_bytes(public_file(key.public))
        lines = demonstration_lines(load_library(), on=date(2026, 1, 1))
        write_confirmations(folder / "confirmations.jsonl", lines, key=key)
        (folder / "peppers.json").write_text(json.dumps([pepper.hex() for pepper in PEPPERS]))
        own = {"FRONT_TMPFS_DIR": str(folder / "tmpfs"), "FRONT_PUBLIC_URL": self.url}
        config = front_config() | own | dict(settings or {})
        self.code_memory_kib = int(str(config["FRONT_CODE_MEMORY_KIB"]))
        (folder / "front.json").write_text(json.dumps(config))
        self._environment = {**os.environ, "FRONT_CONFIG": str(folder / "front.json")}
        self._environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.seconds_to_first_page = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path:
        return self.folder / "front.sqlite3"

    @property
    def spool(self) -> Path:
        return self.folder / "spool.sqlite3"

    @property
    def pid(self) -> int:
        return self._process.pid

    def __enter__(self) -> "RunningFront":
        schema = [sys.executable, "-m", "safeconduct.roles.schema", "--migrate"]
        subprocess.run(
            schema, env=self._environment | {"DJANGO_SETTINGS_MODULE": "safeconduct.settings.front"}, check=True
        )
        began = time.monotonic()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                served("safeconduct.roles.front:application", port=self.port),
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > began + STARTS_WITHIN_SECONDS:
                self.__exit__()
                raise RuntimeError(self.log.read_text("utf-8", "replace"))
            time.sleep(0.01)
        self.seconds_to_first_page = time.monotonic() - began
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        finally:
            # granian's worker outlives a master that did not end in order.
            if _is_there(self._process.pid):
                os.killpg(self._process.pid, signal.SIGKILL)

    def answers_to(self, code: str, text: str) -> None:
        """An answer of the headquarters, as it lies in the front's database once inner has delivered it."""
        (thread,) = threads_of(root_of(code, salt=SALT, cost=CodeCost(self.code_memory_kib)), PEPPERS)
        dispatch_id = os.urandom(16)
        name = ThreadName(thread.lookup, thread.public_key)
        blob = seal_answer(Answer(text, (), date(2026, 3, 8)), to=name, store=STORE, dispatch_id=dispatch_id)
        with sqlite3.connect(self.database) as connection:
            connection.execute(
                "INSERT INTO web_answer (dispatch_id, store, lookup, blob) VALUES (?, ?, ?, ?)",
                (dispatch_id, STORE, thread.lookup, blob),
            )

    def kept(self) -> int:
        """How many envelopes lie in the front's database."""
        with sqlite3.connect(self.database) as connection:
            return int(connection.execute("SELECT count(*) FROM serving_keptenvelope").fetchone()[0])

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/ru/w")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def _is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
