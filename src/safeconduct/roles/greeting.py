"""Does our front know us, and do the clocks agree? `python -m safeconduct.roles.greeting` asks it and changes nothing.

Status 0: good, or the front does not answer; it may not have been started yet.
"""

import sys

from safeconduct.roles.starting import make_ready

# Hand-over takes ten minutes; half of it is the moment to set a clock.
CLOCKS_MAY_DIFFER_SECONDS = 300


def greet() -> tuple[str, bool]:
    """What is to be said of it, and whether it keeps letters from coming."""
    from safeconduct.handover.reaching.client import FrontClient
    from safeconduct.handover.reaching.errors import ClocksDiffer, FrontError, FrontRefused, FrontUnreachable

    client = FrontClient.from_settings()
    try:
        client.forget([])
    except FrontUnreachable:
        return "not tried, since the front's hand-over port does not answer", False
    except FrontRefused:
        return "the front answers, and does not do what it is asked: see its log", True
    except ClocksDiffer:
        pass  # said below
    except FrontError:
        return "somebody answers who is not our front, or takes us for somebody else: compare the keys", True
    seconds = abs(client.clock_seconds)
    if seconds > CLOCKS_MAY_DIFFER_SECONDS:
        return f"set the clock, it is {seconds} s from the front's", True
    return f"good, the clocks are {seconds} s apart", False


if __name__ == "__main__":
    make_ready("inner")
    said, is_bad = greet()
    sys.stdout.write(f"{said}\n")
    sys.exit(is_bad)
