"""A demonstration on one machine, with invented people who write over real HTTP."""
