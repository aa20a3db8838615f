"""What the person's forms can refuse. No message holds a word of a person."""


class WebError(Exception):
    """The family of this room's refusals."""


class NotReady(WebError):
    """Something that the forms need is missing or wrong; `name` says what, `reason` goes on with the sentence."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} {reason}")
        self.name, self.reason = name, reason


class CannotKeepFormKeys(WebError):
    """FRONT_TMPFS_DIR is not a folder of our own that nobody else can enter."""


class FormTooOld(WebError):
    """The hidden field does not open: its key is gone, a day has passed, or it was altered."""


class Unreadable(WebError):
    """What was sent is no form: too many fields, too large, or cut off. `say` is the text that tells it."""

    def __init__(self, say: str) -> None:
        super().__init__(say)
        self.say = say


class Busy(WebError):
    """Too many codes wait to be hashed."""


class NotAPicture(WebError):
    """A picture that our decoder does not take: of another kind, too large, or not whole."""
