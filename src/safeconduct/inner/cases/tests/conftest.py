"""The fixed people."""

from tests.people import headquarters, marta, nadia, olena, soldier, taras

__all__ = ["headquarters", "marta", "nadia", "olena", "soldier", "taras"]
