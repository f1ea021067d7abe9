# Everything runs from the pinned packages in .venv; `make help` lists the commands.
PORT ?= 8000
PYTHON ?= python3
SEED ?= 1
RUN := .venv/bin/python
unexport PYTHONDONTWRITEBYTECODE  # compiled once, every later start is seconds faster
.DEFAULT_GOAL := help
.PHONY: demo stop test lint mutants ledger-mutants fmt journeys faults model settlement bench audit logged migrations messages browser languages locks runtime tools verifiers help

runtime:
	@$(PYTHON) requirements/install.py runtime embedded

tools:
	@$(PYTHON) requirements/install.py runtime embedded dev

demo: runtime ## start the demonstration in the foreground (make demo PORT=8000); Ctrl-C ends it
	@exec $(RUN) -m exchange.embedded.supervise demo --port $(PORT)

stop: runtime ## end the running demonstration of this clone
	@exec $(RUN) -m exchange.embedded.supervise stop

# One test at a time, so that nothing waits long behind a slow one; tests of one group (a portal of their own) go to
# the same worker. The order stays, as tests of the demonstration come last.
test: tools ## run all tests on two cores (make test ARGS="tests/accounts -x -n 0" for a few)
	@$(if $(ARGS),,sh requirements/verifiers/install.sh --once)
	@exec $(RUN) -m pytest -n 2 --dist loadgroup --no-loadscope-reorder -rs $(ARGS)

# The type check takes as long as all the others together: it runs beside them, and both have to pass.
lint: tools ## check style, shape, types, templates, migrations and messages
	@$(RUN) -m mypy & types=$$!; rest=0; \
	{ $(RUN) -m ruff check . && $(RUN) -m ruff format --check --quiet . && .venv/bin/lint-imports --no-logo && \
	$(RUN) -m djlint templates --lint --quiet && $(RUN) manage.py makemigrations --check --dry-run && \
	$(RUN) manage.py check_messages; } || rest=$$?; \
	wait $$types && exit $$rest

fmt: tools ## bring code and imports into the house's form
	@$(RUN) -m ruff check --fix-only --quiet . && $(RUN) -m ruff format .

journeys: tools ## walk whole trades and kill every part of the portal at every step
	@KILLS=all exec $(RUN) -m pytest tests/journeys $(ARGS)

model: tools ## run ledger and trades against their models for MODEL_MINUTES each (60), then money in parallel at length
	@LEDGER_EXAMPLES=5000 LEDGER_STEPS=100 TRADE_EXAMPLES=5000 TRADE_STEPS=100 MODEL_MINUTES="$(or $(MODEL_MINUTES),60)" \
	MONEY_ROUNDS=500 MONEY_KEYS=40 MONEY_LOST=1000 MONEY_SECONDS=60 exec $(RUN) -m pytest -s \
	tests/transactions/ledger/test_machine.py tests/transactions/test_trade_machine.py tests/transactions/test_money_parallel.py $(ARGS)

settlement: tools ## measure settlements a second at 8 clients against plain SQL
	@exec $(RUN) -m tests.bench.settlement $(ARGS)

mutants: tools ## plant faults one by one and see which test notices (SEED=1 GUARDS=60 EMPTIED=20)
	@env SEED="$(or $(SEED),1)" GUARDS="$(or $(GUARDS),60)" EMPTIED="$(or $(EMPTIED),20)" $(RUN) tests/mutants/run.py; \
	first=$$?; $(RUN) tests/mutants/ledger_mutants.py && exit $$first

ledger-mutants: tools ## plant faults into the posting code alone (ARGS="3 17" for some)
	@exec $(RUN) tests/mutants/ledger_mutants.py $(ARGS)

faults: tools ## hurt a portal of its own and say what it outlived (SEED=1, FAULTS="--full" or "--only F2,F7")
	@exec $(RUN) -m tests.faults --seed $(SEED) $(FAULTS)

bench: tools ## measure speed and size against the floor application
	@exec $(RUN) -m tests.bench $(ARGS)

logged: tools ## measure orders with and without the log, publication and receipts
	@exec $(RUN) -m tests.bench.logged $(ARGS)

audit: tools ## measure the offline audit of a log of a million entries
	@exec $(RUN) -m tests.bench.audit $(ARGS)

migrations: tools ## write migrations for changed models
	@exec $(RUN) manage.py makemigrations

messages: tools ## collect new messages into the catalogues
	@exec $(RUN) manage.py collect_messages

browser: tools ## look at every page in every width, theme and language in headless Chromium
	@sh tests/browser/install.sh
	@LOOKS=all exec $(RUN) -m pytest tests/browser $(ARGS)

languages: tools ## read many pages of every kind as every person, in both languages
	@CRAWL=all exec $(RUN) -m pytest -n 2 --dist loadgroup tests/sitewide/test_languages.py $(ARGS)

verifiers: tools ## install other people's programs that check our log; its tests use them
	@sh requirements/verifiers/install.sh

locks: ## pin all packages again (needs uv)
	@sh requirements/lock.sh

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' Makefile
