"""Did the whole form arrive? On a bad line it may break off, and the first half must not pass as the letter."""

from collections.abc import Callable, Iterable, Mapping
from io import RawIOBase
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class WholeBody(RawIOBase):
    """What a request brings, up to the length that it names. The server tells an end that came too early as an end."""

    def __init__(self, body: Any, environ: Mapping[str, Any]) -> None:
        self._body = body
        length = str(environ.get("CONTENT_LENGTH") or "")
        self._missing = int(length) if length.isdecimal() else 0

    def read(self, size: int = -1) -> bytes:
        """Raises `ConnectionResetError` where the request ends before its time; Django passes that on."""
        wanted = self._missing if size < 0 else min(size, self._missing)
        parts = []
        while wanted:
            part = self._body.read(wanted)
            if not part:
                raise ConnectionResetError
            parts.append(part)
            wanted -= len(part)
            self._missing -= len(part)
        return b"".join(parts)


def whole_only(application: Application) -> Application:
    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        environ["wsgi.input"] = WholeBody(environ["wsgi.input"], environ)
        return application(environ, start)

    return answer
