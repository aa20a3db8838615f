"""The fixed people."""

from tests.people import headquarters, marta, olena, soldier, taras

__all__ = ["headquarters", "marta", "olena", "soldier", "taras"]
