"""What can be refused here: a text file that is wrong, and a state that does not fit its script."""


class InterviewError(Exception):
    """The family of this room's refusals."""


class TextWrong(InterviewError):
    """A file of texts cannot be used. Says the file, the line, the item or step, and what is wrong."""

    def __init__(self, file: str, line: int, where: str, reason: str) -> None:
        self.file, self.line, self.where, self.reason = file, line, where, reason
        super().__init__(f"{file}, line {line}{f', {where}' if where else ''}: {reason}")


class ExpressionWrong(InterviewError):
    """An expression is outside the closed subset; becomes a `TextWrong` once its place is known."""


class StateWrong(InterviewError):
    """A stored state is not one of this script in this version."""


class NoSuchText(InterviewError):
    """There is no interface text of this name, or a value of it is missing."""


class NotConfirmed(InterviewError):
    """The confirmations' file is missing, altered, or signed by another key."""
