"""What can be refused when a site is saved or brought back."""


class SiteError(Exception):
    """The message is one sentence that says what to do; it holds nothing of what was saved."""


class CannotBackUp(SiteError):
    """Nothing was written."""


class CannotRestore(SiteError):
    """Nothing was brought back, and nothing half-restored was left."""


class PepperNeeded(SiteError):
    """With one sentence that says why it stays."""
