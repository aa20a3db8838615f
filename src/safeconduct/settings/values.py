"""Where does a setting's value come from? From the environment, else from the wing's configuration file."""

import json
import os
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

T = TypeVar("T", dict[str, Any], list[Any])


class SettingWrong(SystemExit):
    """Stops the start with one sentence that names the setting; never with its value."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"safeconduct: {name} {reason}. See docs/settings.md.")


class Values:
    """The values of one wing: variables `PREFIX_*`, else the keys of the JSON file that `PREFIX_CONFIG` names."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        named = os.environ.get(f"{prefix}_CONFIG", "")
        self.folder = Path(named).resolve().parent if named else Path.cwd()
        self._file: dict[str, Any] = self._read(Path(named)) if named else {}

    def _read(self, file: Path) -> dict[str, Any]:
        name = f"{self.prefix}_CONFIG"
        try:
            found = json.loads(file.read_text("utf-8"))
        except OSError:
            raise SettingWrong(name, "names a file that cannot be read") from None
        except ValueError:
            raise SettingWrong(name, "names a file that is not JSON") from None
        if not isinstance(found, dict):
            raise SettingWrong(name, "must name a file with one JSON object")
        return found

    def raw(self, name: str) -> Any:
        """The value, or None where it is set nowhere."""
        return os.environ.get(name, self._file.get(name))

    def structure(self, name: str, kind: type[T]) -> T:
        """An object or a list: as it stands in the file, or as JSON in the environment. Empty where it is not set."""
        value = self.raw(name)
        try:
            value = json.loads(value) if isinstance(value, str) else value
        except ValueError:
            raise SettingWrong(name, "must be JSON") from None
        if value is None:
            return kind()
        if not isinstance(value, kind):
            raise SettingWrong(name, f"must be a JSON {'object' if kind is dict else 'list'}")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        value = self.raw(name)
        if value is None or value == "":
            if default is None:
                raise SettingWrong(name, "is missing")
            return default
        return str(value)

    def integer(self, name: str, default: int) -> int:
        try:
            return int(self.text(name, str(default)))
        except ValueError:
            raise SettingWrong(name, "must be a whole number") from None

    def choice(self, name: str, among: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(name, default)
        if value not in among:
            raise SettingWrong(name, "must be one of " + ", ".join(among))
        return value

    def key(self, name: str, length: int) -> bytes:
        """Bytes written as hexadecimal digits; `length` in bytes."""
        try:
            value = bytes.fromhex(self.text(name))
        except ValueError:
            raise SettingWrong(name, "must be hexadecimal digits") from None
        if len(value) != length:
            raise SettingWrong(name, f"must be {length} bytes long")
        return value

    def path(self, name: str, default: str | None = None) -> Path:
        """A path; a relative one starts at the folder of the configuration file."""
        return self.folder / self.text(name, default)

    def database(self, name: str, default: str | None = None, *, wait_seconds: float = 3) -> dict[str, Any]:
        """`sqlite:///FILE` or `postgresql://[USER[:PASSWORD]@][HOST][:PORT]/NAME[?host=SOCKETFOLDER]` for Django."""
        url = urlsplit(self.text(name, default))
        if url.scheme == "sqlite":
            return sqlite_at(self.folder / unquote(url.path.removeprefix("/")), wait_seconds=wait_seconds)
        if url.scheme in ("postgresql", "postgres"):
            return postgresql_at(url, wait_seconds=wait_seconds)
        raise SettingWrong(name, "must begin with sqlite:/// or postgresql://")


def sqlite_at(file: Path, *, journal: str = "WAL", wait_seconds: float = 3) -> dict[str, Any]:
    """A SQLite file that is durable at commit, overwrites what is deleted and writes nothing beside itself."""
    pragmas = f"journal_mode={journal}", "synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": wait_seconds,
            "init_command": "".join(f"PRAGMA {pragma};" for pragma in pragmas),
        },
    }


def postgresql_at(url: SplitResult, *, wait_seconds: float = 3) -> dict[str, Any]:
    """A PostgreSQL database whose locks, silent lines and slow statements hold nobody up for long."""
    socket = [part.removeprefix("host=") for part in url.query.split("&") if part.startswith("host=")]
    milliseconds = int(wait_seconds * 1000)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.removeprefix("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(socket[0]) if socket else (url.hostname or ""),
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": max(2, int(wait_seconds)),
            "tcp_user_timeout": milliseconds,
            # Said by us: a server that is set not to wait for its disk would lose what a person was thanked for.
            "options": "-c synchronous_commit=on"
            f" -c lock_timeout={milliseconds} -c statement_timeout={3 * milliseconds}",
        },
    }
