"""The pages' files, served by the front itself: for the demonstration; on a site the proxy does it."""

import re
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from safeconduct.front.pages.build import ASSETS, STATIC_FILES

_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".sig": "text/plain; charset=utf-8",
}
# Only names that we give: no folder above, no hidden file, nothing that the file system reads otherwise.
_A_LANGUAGE = re.compile(r"[a-z]{2,3}")
_OUR_PATH = re.compile(r"(?:[a-z]{1,3}/)?[A-Za-z0-9]{1,40}\.[a-z]{1,5}")


def page(request: HttpRequest, path: str = "") -> HttpResponse:
    """A file of FRONT_PAGES_DIR; of a folder, its index. Style and script come with the release, as the forms do."""
    if _A_LANGUAGE.fullmatch(path):
        return HttpResponseRedirect(f"/{path}/")  # the links of the pages are relative to the folder
    name = f"{path}index.html" if path.endswith("/") or not path else path
    if request.method not in ("GET", "HEAD") or not _OUR_PATH.fullmatch(name):
        raise Http404
    is_asset = name.startswith(f"{ASSETS}/")
    folder = STATIC_FILES if is_asset else Path(settings.FRONT_PAGES_DIR)
    file = (folder / name.removeprefix(f"{ASSETS}/")).resolve()
    kind = _KINDS.get(file.suffix)
    # Resolved first: a link in the folder could lead out of it.
    if kind is None or not file.is_relative_to(folder.resolve()) or not file.is_file():
        raise Http404
    return HttpResponse(
        file.read_bytes(), content_type=kind, headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    )
