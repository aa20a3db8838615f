"""Desks and telephones for the pictures: who sits down, what is done there, and which part of the page is shown."""

import sys
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FloatRect, Page

from safeconduct.demo.totp import code_now

LARGEST = 80_000
COLOURS = 48
MARGIN = 24
TOP: FloatRect = {"x": 0, "y": 0, "width": 1440, "height": 330}


def new_page(browser: Browser, *, width: int, height: int) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="light", locale="en", reduced_motion="reduce"
    )
    return context.new_page()


def sits_down(browser: Browser, desk: str, person: Mapping[str, object], *, words: str = "") -> Page:
    """Who logs in, in English, with other words than the usual ones where some are given."""
    page = new_page(browser, width=1440, height=900)
    page.goto(f"{desk}/log-in?language=en")
    page.locator("[name=username]").fill(str(person["username"]))
    page.locator("[name=passphrase]").fill(words or str(person["passphrase"]))
    page.locator("[name=digits]").fill(code_now(str(person["totp_secret"])))
    page.locator("form[action*='log-in'] button.main").click()
    page.locator("#me").wait_for()
    return page


def keep_top(page: Page, file: Path) -> None:
    """The bar and the bands, where an alarm stands."""
    keep_small(page.screenshot(clip=TOP), file)


def keep_part(page: Page, part: str, file: Path) -> None:
    box = page.locator(part).bounding_box()
    assert box
    x, y = max(0, box["x"] - MARGIN), max(0, box["y"] - MARGIN)
    clip: FloatRect = {"x": x, "y": y, "width": box["width"] + 2 * MARGIN, "height": box["height"] + MARGIN}
    keep_small(page.screenshot(clip=clip), file)


def keep_small(picture: bytes, file: Path) -> None:
    with Image.open(BytesIO(picture)) as opened:
        opened.convert("RGB").quantize(COLOURS).save(file, optimize=True)
    if file.stat().st_size > LARGEST:
        sys.exit(f"{file.name} is larger than {LARGEST} bytes: show less on it.")


def with_passkey(page: Page, desk: str, called: str) -> None:
    """Adds a passkey; the browser brings the authenticator for it, over the DevTools protocol."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "ctap2Version": "ctap2_1",
        "transport": "usb",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "hasPrf": True,
    }
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto(f"{desk}/my-keys")
    page.get_by_role("button", name="Add a passkey").click()
    page.locator("#id_called").fill(called)
    page.locator("[data-passkey] button").click()
    page.locator(".things").wait_for()
