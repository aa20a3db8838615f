"""What the operators' room can refuse. No message holds a name or a word."""


class OperatorsError(Exception):
    """Anything that this room refuses."""


class LogInRefused(OperatorsError):
    """Name, passphrase, code, suspension or too many tries: one refusal, so that none can be told from another."""


class SecondFactorNeeded(OperatorsError):
    """The second factor was not shown within the last minutes: ask for it, then the deed may be done."""


class SecondFactorRefused(OperatorsError):
    """Code, passkey or too many tries: one refusal."""


class PasskeyRefused(OperatorsError):
    """What the authenticator answered does not fit the question, or the question is too old."""


class TooManyPasskeys(OperatorsError):
    """A person has two; one has to be removed first."""


class KeysClosed(OperatorsError):
    """This request has no opened keys: the operator logs in again."""


class NotAdmitted(OperatorsError):
    """Two holders of the store have not signed for these keys, or no key of the epoch was given to them."""


class RoleMissing(OperatorsError):
    """None of the operator's roles goes with this store."""


class UnknownRole(OperatorsError):
    """Not one of the closed list of roles."""


class OnBothSides(OperatorsError):
    """Roles of two groups: nobody holds both sides."""


class NotForThisRole(OperatorsError):
    """Only a supervisor of the same group or an administrator does this alone."""


class UnknownStore(OperatorsError):
    """Not one of the closed list of stores, or not opened yet."""


class NotTheRecoveryKey(OperatorsError):
    """The shares belong to another site, or to an older recovery key."""


class NoEpoch(OperatorsError):
    """The store has no epoch that two holders signed: nothing may be sealed to it."""


class KeyMissing(OperatorsError):
    """The worker has not got this resident key: somebody who holds the store hands it over (`keys unlock`)."""


class NobodyListens(OperatorsError):
    """No worker of ours listens at the local socket."""


class TooFewHolders(OperatorsError):
    """Fewer than two holders of a store would stay: nobody could be admitted and no epoch opened any more."""


class AlreadyFounded(OperatorsError):
    """The store has its first two holders; others are admitted by holders."""


class NameTaken(OperatorsError):
    """Somebody logs in under this name already."""
