"""Which page is shown? `door` in and out, `my_keys` of who sits here, `queue`, `case`,
`answer` to the person, `live` what changed.
"""
