"""A browser without scripts: it follows links, fills in forms and sends them as a person's would."""

import http.client
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

TIMEOUT_SECONDS = 30
MOST_REDIRECTS = 5
UNSENT = frozenset({"submit", "button", "image", "reset", "file"})


@dataclass(frozen=True)
class Upload:
    name: str
    kind: str
    content: bytes


@dataclass
class Choice:
    """A radio button, a box to tick, an option, or a button to press: a name with a value and words beside it."""

    name: str
    value: str
    label: str = ""


@dataclass
class Form:
    """`fields` is what the page put in, `choices` and `buttons` what may be picked, `files` where one may upload."""

    action: str
    method: str
    encoding: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: list[Choice] = field(default_factory=list)
    buttons: list[Choice] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    writing: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    status: int
    address: str
    headers: Mapping[str, str]
    body: bytes
    html: str
    forms: Sequence[Form]
    links: Sequence[Choice]
    text: str

    def form_with(self, name: str) -> Form:
        """The form that has a field, a choice or a button called `name`. Raises `LookupError`."""
        for form in self.forms:
            if name in {*form.fields, *form.files, *(choice.name for choice in (*form.choices, *form.buttons))}:
                return form
        raise LookupError(f"no form of this page has {name}")

    def form_to(self, ending: str) -> Form:
        """The form that goes to an address with this ending. Raises `LookupError`."""
        for form in self.forms:
            if form.action.endswith(ending):
                return form
        raise LookupError(f"no form of this page goes to {ending}")


class Browser:
    """One visit: keeps cookies, nothing else."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cookies: dict[str, str] = {}

    def get(self, address: str) -> Page:
        return self._ask("GET", urljoin(self.address, address))

    def send(
        self,
        page: Page,
        form: Form,
        *,
        filled: Mapping[str, str] | None = None,
        pressed: Choice | None = None,
        uploads: Sequence[tuple[str, Upload]] = (),
    ) -> Page:
        """Send `form` of `page` with what was filled in, as if `pressed` had been clicked."""
        values = {**form.fields, **(filled or {})}
        if pressed and pressed.name:
            values[pressed.name] = pressed.value
        address = urljoin(page.address, form.action)
        if form.method == "get":
            return self._ask("GET", f"{address}?{urlencode(values)}")
        if form.encoding == "multipart/form-data":
            body, kind = multipart(values, uploads)
        else:
            body, kind = urlencode(values).encode(), "application/x-www-form-urlencoded"
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(address))
        return self._ask("POST", address, body, {"Content-Type": kind, "Origin": origin, "Referer": page.address})

    def _ask(self, method: str, address: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Page:
        for _ in range(MOST_REDIRECTS):
            answer = self._ask_once(method, address, body, headers or {})
            if answer.status not in (301, 302, 303, 307, 308):
                return answer
            address = urljoin(address, answer.headers["location"])
            if answer.status < 304:
                method, body, headers = "GET", b"", {}
        raise LookupError("too many redirects")

    def _ask_once(self, method: str, address: str, body: bytes, headers: Mapping[str, str]) -> Page:
        where = urlsplit(address)
        connection = http.client.HTTPConnection(where.hostname or "", where.port or 80, timeout=TIMEOUT_SECONDS)
        try:
            path = (where.path or "/") + (f"?{where.query}" if where.query else "")
            cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            connection.request(method, path, body or None, {**headers, **({"Cookie": cookie} if cookie else {})})
            answer = connection.getresponse()
            content = answer.read()
            for line in answer.headers.get_all("Set-Cookie", []):
                for name, morsel in SimpleCookie(line).items():
                    self._keep(name, morsel.value, gone=morsel["max-age"] == "0")
        finally:
            connection.close()
        html, reader = content.decode("utf-8", "replace"), _Reader()
        reader.feed(html)
        reader.close()
        found = {name.lower(): value for name, value in answer.headers.items()}
        return Page(answer.status, address, found, content, html, reader.forms, reader.links, " ".join(reader.words))

    def _keep(self, name: str, value: str, *, gone: bool) -> None:
        if gone or not value:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value


def multipart(values: Mapping[str, str], uploads: Sequence[tuple[str, Upload]]) -> tuple[bytes, str]:
    """The body and its content type."""
    edge = secrets.token_hex(16)
    parts = []
    for name, value in values.items():
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        parts.append(head.encode() + value.encode() + b"\r\n")
    for name, upload in uploads:
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{upload.name}"\r\n'
        parts.append(f"{head}Content-Type: {upload.kind}\r\n\r\n".encode() + upload.content + b"\r\n")
    return b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


class _Reader(HTMLParser):
    """Collects forms, links and visible words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.links: list[Choice] = []
        self.words: list[str] = []
        self._form: Form | None = None
        self._labelled: list[Choice] = []  # whose label is being read
        self._area = ""
        self._option_of = ""
        self._silent = 0
        self._by_id: dict[str, Choice] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag in ("script", "style", "title"):
            self._silent += 1
        elif tag == "form":
            encoding = has.get("enctype", "application/x-www-form-urlencoded")
            self._form = Form(has.get("action", ""), has.get("method", "get").lower(), encoding)
            self.forms.append(self._form)
        elif tag == "a" and "href" in has:
            self.links.append(Choice("", has["href"]))
            self._labelled = [self.links[-1]]
        elif tag == "label":
            self._labelled = [self._by_id[has["for"]]] if has.get("for") in self._by_id else []
        elif self._form is not None:
            self._control(tag, has)

    def _control(self, tag: str, has: dict[str, str]) -> None:
        form, name, value = self._form, has.get("name", ""), has.get("value", "")
        if form is None or "disabled" in has:
            return
        kind = has.get("type", "submit" if tag == "button" else "text").lower()
        choice = Choice(name, value, value if tag == "input" and kind == "submit" else "")
        if tag == "button" or kind in ("submit", "image"):
            form.buttons.append(choice)
            self._labelled = [choice]
        elif tag == "textarea":
            form.fields[name], self._area = "", name
            form.writing.append(name)
        elif tag == "select":
            self._option_of = name
        elif tag == "option":
            choice.name = self._option_of
            self._offer(choice, is_picked="selected" in has or self._option_of not in form.fields, has=has)
        elif kind in ("radio", "checkbox"):
            choice.value = has.get("value", "on")
            self._offer(choice, is_picked="checked" in has, has=has)
        elif kind == "file":
            form.files.append(name)
        elif tag == "input" and kind not in UNSENT and name:
            form.fields[name] = value
            if kind != "hidden":
                form.writing.append(name)

    def _offer(self, choice: Choice, *, is_picked: bool, has: dict[str, str]) -> None:
        if self._form is None:
            return
        self._form.choices.append(choice)
        self._labelled = [choice]
        if has.get("id"):
            self._by_id[has["id"]] = choice
        if is_picked:
            self._form.fields[choice.name] = choice.value

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "title"):
            self._silent = max(0, self._silent - 1)
        elif tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = ""
        elif tag in ("a", "label", "button", "option"):
            self._labelled = []

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            self._form.fields[self._area] += data.removeprefix("\n") if not self._form.fields[self._area] else data
        elif not self._silent and data.strip():
            self.words.append(data.strip())
            for choice in self._labelled:
                choice.label = f"{choice.label} {data.strip()}".strip()
