"""What can be refused when the pages are made."""


class PagesError(Exception):
    """The family of this room's refusals; each says in a sentence what to do."""


class NothingToShow(PagesError):
    """No language has its interface texts reviewed, so there is not one page to make."""

    def __init__(self) -> None:
        super().__init__(
            "No language may be shown: have the texts `interface` reviewed in at least one"
            " (safeconduct statements confirm interface LANG --by NAME)."
        )
