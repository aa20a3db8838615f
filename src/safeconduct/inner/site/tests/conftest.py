"""The fixed people, for what happens in this process; most of the room is tested in processes of its own."""

from tests.people import headquarters, olena, soldier, taras

__all__ = ["headquarters", "olena", "soldier", "taras"]
