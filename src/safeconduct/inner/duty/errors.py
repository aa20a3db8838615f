"""What can be refused on duty."""


class DutyError(Exception):
    """Anything that this room refuses."""


class NoSuchAlarm(DutyError):
    """None of this number rings for this operator: it is missing, taken by now, or somebody else's."""
