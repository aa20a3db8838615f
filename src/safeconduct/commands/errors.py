"""What a command can refuse."""


class Refusal(Exception):
    """One sentence that says what is wrong and what to do."""
