"""What the audit can refuse."""


class AuditError(Exception):
    """Nothing was recorded; the caller's transaction must not be committed."""


class UnknownVerb(AuditError):
    """Not in `verbs.py`. The word itself stays out of the message: it may be anybody's."""


class NotAnId(AuditError):
    """A line is about the number of a record, never about words."""


class OutsideTransaction(AuditError):
    """A line stands or falls with the deed it tells of."""
