"""How a site is made, saved and brought back.

`init` is two steps, since inner's settings need the secret files before they load:

    files.write_files(data, *, purpose, public_url, inner_url, handover_url, terms={}) -> list[str]
        plain Python, before any settings: DATA/inner and DATA/front with all keys; gives the three recovery shares.
        Raises CannotMake with one sentence (a folder is not empty, or cannot be written).
    ceremony.open_stores(data, *, holders=[Holder(username, name, roles, language)]) -> list[Enrolment]
        under inner's settings (INNER_CONFIG=DATA/inner/inner.json): migrates inner's database, enrols the holders,
        lets the first two found the store, lets them admit the others, and completes DATA/front/front.json.

What the two give is shown once and kept nowhere. The front's database is migrated by the front's own process
(`safeconduct front --migrate`), which is the only one that loads the front's settings.

    ceremony.make_front(inner, out)     a new front from inner, with a new hand-over key that inner expects from now on
    ceremony.renew_front(inner, front)  epochs, holders, confirmations and peppers of a front that stands already
    keeping.sweep()                     destroys the keys of epochs under which nothing lies or can come; the worker's
    standing                            how it stands with the keys: for `keys status` and `check`
    paper.recovery_pages(shares)        the three recovery shares as a PDF, made in memory
    peppers                             a new one in front of the list; the oldest goes when no code can need it
"""
