# Two commands from nothing: `make demo` and `make test`. The others are for those who work on it.
DATA ?= .demo
PORT ?= 8000
.PHONY: demo test soak checks locks bench-audit bench-intake bench-keys bench-sealing pictures

demo:
	@scripts/prepare app
	@exec .venv/bin/safeconduct demo --data "$(DATA)" --port "$(PORT)"

test:
	@scripts/prepare test
	@exec scripts/test

soak:
	@scripts/prepare test
	@exec scripts/test soak

checks:
	@scripts/prepare test
	@exec scripts/checks

locks:
	@scripts/prepare test
	@exec scripts/lock

bench-audit:
	@scripts/prepare test
	@exec .venv/bin/python -m bench.audit

bench-intake:
	@scripts/prepare test
	@exec .venv/bin/python -m bench.intake

bench-keys:
	@scripts/prepare test
	@exec .venv/bin/python -m bench.keys

bench-sealing:
	@scripts/prepare test
	@exec .venv/bin/python -m bench.sealing

pictures:
	@scripts/prepare test
	@exec .venv/bin/python -m scripts.pictures
