"""Which page is shown? `door` in and out, `my_keys` of who sits here, `queue`, `case`, `answer` to the person, `draft`
of it, `second` codes, `live` what changed, `alarms`, `locked` for all, `overseeing` without any case.
"""
