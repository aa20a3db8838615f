"""Which of the files that a person chose go with the letter, and what is said of the others?"""

from collections.abc import Sequence
from dataclasses import dataclass

from safeconduct.front.web import images
from safeconduct.front.web.errors import NotAPicture
from safeconduct.front.web.rules import (
    CLEANED_AS,
    MAX_FILES,
    PICTURES,
    extension_of,
    other_kind_of,
    picture_of,
    plain_name,
)
from safeconduct.front.web.uploads import Upload
from safeconduct.handover.letters import FilePart


@dataclass(frozen=True)
class Taken:
    """A file that goes with the letter: as it was `sent`, and the `part` of it that is closed and kept."""

    sent: bytes
    part: FilePart


def sort_out(uploads: Sequence[Upload]) -> tuple[list[Taken], list[str]]:
    """The files that are taken, and for the others the names of the texts that say why not."""
    taken: list[Taken] = []
    refused: list[str] = ["web/too_many_files"] if len(uploads) > MAX_FILES else []
    for upload in uploads[:MAX_FILES]:
        if upload.content is None:
            refused.append("errors/file_too_big")
        elif part := _part_of(upload.name or "", upload.content):
            taken.append(Taken(upload.content, part))
        elif upload.content:
            refused.append("errors/file_kind")
    return taken, list(dict.fromkeys(refused))


def _part_of(name: str, content: bytes) -> FilePart | None:
    """The file as it will be kept; a picture loses its metadata first. None where it is of no kind that is taken."""
    extension = picture_of(content)
    if extension:
        extension = CLEANED_AS[extension]
        try:
            picture = images.cleaned(content)
        except NotAPicture:
            return None
        return FilePart(plain_name(name, extension=extension), PICTURES[extension].media_type, picture)
    kind = other_kind_of(name, content)
    if kind is None:
        return None
    return FilePart(plain_name(name, extension=extension_of(name)), kind.media_type, content)
