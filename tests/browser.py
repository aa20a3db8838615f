"""One Chromium for all browser stories of a run: the library that drives it can be started once in a thread."""

import atexit
from functools import lru_cache

from playwright.sync_api import Browser, sync_playwright


@lru_cache(maxsize=1)
def chromium() -> Browser:
    """Started when first asked for, ended with the run."""
    playwright = sync_playwright().start()
    atexit.register(playwright.stop)
    return playwright.chromium.launch(executable_path="/usr/bin/chromium")
