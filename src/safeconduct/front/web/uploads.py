"""Is a file kept off the disk while it arrives? Always: it stays in the memory of the request."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from safeconduct.front.web.rules import MAX_FILE_BYTES, MAX_FILES


class Upload(UploadedFile):  # type: ignore[type-arg]  # generic for the checker only
    """One file as it arrived. Of one that is too big, `content` is None."""

    def __init__(self, name: str, content: bytes | None) -> None:
        super().__init__(name=name)
        self.content = content

    def close(self) -> None:
        """There is nothing to close."""


class InMemoryOnly(FileUploadHandler):
    """Django's own handlers would write a large file to a temporary one. This one drops what is over the limits."""

    def __init__(self, _request: Any = None) -> None:
        # Without the request: they would hold each other, and the files with them until the garbage is collected.
        super().__init__()
        self._number = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._number += 1
        self._parts: list[bytes] = []
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, _start: int) -> None:
        self._size += len(raw_data)
        if self._size > MAX_FILE_BYTES or self._number > MAX_FILES:
            self._parts.clear()
        else:
            self._parts.append(raw_data)

    def file_complete(self, _file_size: int) -> Upload:
        is_too_big = self._size > MAX_FILE_BYTES
        content = b"".join(self._parts)
        self._parts.clear()
        return Upload(self.file_name or "", None if is_too_big else content)
