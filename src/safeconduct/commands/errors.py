"""What a command can refuse."""


class Refusal(Exception):
    """One sentence that says what is wrong and what to do."""


BOTH_SIDES = "Nobody stands on both sides: give roles of one group, appeals, bureau, tracing, records or complaints."
