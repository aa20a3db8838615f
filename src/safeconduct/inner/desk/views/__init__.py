"""Which page is shown? `door` in and out, `queue`, `case`, `answer` to the person, `live` what changed, `overseeing`
without any case."""
