"""What may a log line say? When, where in the code and which kind of error: never the words of an exception."""

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from traceback import walk_tb
from typing import Any

from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter


class JsonLine(logging.Formatter):
    """One JSON object a line. A library may have put words anywhere but into a template that it wrote itself."""

    def format(self, record: logging.LogRecord) -> str:
        is_ours = record.name.startswith("safeconduct")
        template = str(record.msg) if record.args else ""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds"),
            "level": record.levelname.lower(),
            "room": record.name,
            "said": record.getMessage() if is_ours else template,
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = [f"{Path(f.f_code.co_filename).name}:{n}" for f, n in walk_tb(record.exc_info[2])][-8:]
        return json.dumps(line, ensure_ascii=False)


class SilentReporter(ExceptionReporter):
    """In place of Django's report with local variables: the name of the error alone."""

    def get_traceback_text(self) -> SafeString:
        return SafeString(self.exc_type.__name__ if self.exc_type else "")

    get_traceback_html = get_traceback_text


def as_json(root: logging.Logger, level: int = logging.INFO) -> None:
    """Let `root` write JSON lines to standard error, and nothing else."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine())
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Django logs paths of missing pages and bad requests as warnings; a path may be typed by anybody.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    logging.getLogger("django.security").setLevel(logging.ERROR)
    # It names authenticators.
    logging.getLogger("fido2").setLevel(logging.ERROR)
