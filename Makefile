# The front door: `make run` starts the helpdesk, `make test` proves it.
PYTHON := .venv/bin/python
LOG_FORMAT ?= console
export LOG_FORMAT

.PHONY: help run test check messages bench format lock screenshots clean

help:
	@echo "make run     start the helpdesk on this machine (the first start loads demo data meanwhile)"
	@echo "make test    run every check and test, on SQLite, PostgreSQL + Redis and in a browser"
	@echo "make check   run the checks alone: lint, format, templates, types, imports, settings, migrations"
	@echo "make bench   measure it on throwaway servers with 100,000 and 1,000,000 tickets (half an hour)"
	@echo "make format  put code and templates into shape"
	@echo "make messages  bring the catalogues of translated words (locale/) up to date with the sources"
	@echo "make lock    pin the newest allowed versions (requirements/README.md)"
	@echo "make screenshots  photograph every page into docs/screenshots/"
	@echo "make clean   delete this install's data (var/) after asking, and caches"

run:
	@scripts/bootstrap runtime
	@exec $(PYTHON) manage.py serve --prepare

test:
	@scripts/bootstrap dev
	@exec $(PYTHON) scripts/test.py $(ARGS)

check:
	@scripts/bootstrap dev
	@exec $(PYTHON) scripts/test.py --only check

bench:
	@scripts/bootstrap dev
	@exec $(PYTHON) -m benchmarks

format:
	@scripts/bootstrap dev
	@$(PYTHON) -m ruff check --fix --quiet . ; $(PYTHON) -m ruff format --quiet .
	@find templates -name '*.html' -exec .venv/bin/djade --target-version 5.2 {} + || true

messages:
	@scripts/bootstrap dev
	@exec $(PYTHON) manage.py update_messages

lock:
	@scripts/bootstrap dev
	@scripts/lock

screenshots:
	@scripts/bootstrap dev
	@$(PYTHON) -m scripts.screenshots

clean:
	@scripts/clean
