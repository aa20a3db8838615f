"""Which files belong together, and who says so? SHA-256 sums signed in signify's format, as OpenBSD's SHA256.sig."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from safeconduct.sealing.signify import (
    NotSignifyFile,
    NotVerified,
    PublicKey,
    SecretKey,
    sign_embedded,
    verify_embedded,
)

MANIFEST = "SHA256.sig"
_LINE = re.compile(r"SHA256 \((?P<path>[A-Za-z0-9._/-]+)\) = (?P<sum>[0-9a-f]{64})")


def manifest_of(files: Mapping[str, bytes], *, key: SecretKey) -> bytes:
    """Also readable by `signify -C -p pages.pub -x SHA256.sig`."""
    lines = [f"SHA256 ({path}) = {hashlib.sha256(content).hexdigest()}\n" for path, content in sorted(files.items())]
    return sign_embedded("".join(lines).encode(), key=key, comment="verify with pages.pub")


def verify_pages(folder: Path, public_key: PublicKey) -> list[str]:
    """What is wrong with the files in `folder`, a sentence each; nothing where all is as it was signed."""
    try:
        listed = _listed(verify_embedded((folder / MANIFEST).read_bytes(), by=public_key))
    except OSError:
        return [f"{MANIFEST} is missing: nothing here can be checked"]
    except (NotVerified, NotSignifyFile, UnicodeDecodeError):
        return [f"{MANIFEST} was changed, or is signed by another key: nothing here can be trusted"]
    found = {str(file.relative_to(folder)): file for file in folder.rglob("*") if file.is_symlink() or file.is_file()}
    found.pop(MANIFEST, None)
    problems = [f"{path} is missing" for path in listed.keys() - found.keys()]
    problems += [f"{path} is surplus: it is not in the list" for path in found.keys() - listed.keys()]
    problems += [f"{path} was changed" for path in listed.keys() & found.keys() if _sum(found[path]) != listed[path]]
    return sorted(problems)


def _listed(message: bytes) -> dict[str, str]:
    lines = [_LINE.fullmatch(line) for line in message.decode().splitlines()]
    if not all(lines):
        raise NotSignifyFile
    return {line["path"]: line["sum"] for line in lines if line}


def _sum(file: Path) -> str:
    # A link could point to a file that changes after the check.
    return "" if file.is_symlink() else hashlib.sha256(file.read_bytes()).hexdigest()
