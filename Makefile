# Every command makes and enters .venv by itself; only Python 3.11 or newer is needed.
PYTHON ?= python3

.PHONY: help run reset backup restore postgres test stateful lint contract contract-full clients browser bench fuzz spec examples requirements
.DEFAULT_GOAL := help

help:            ## list the commands
	@$(PYTHON) -m launch help

run:             ## the API with PostgreSQL and demo data; PORT=8001 make run
	@$(PYTHON) -m launch run

reset:           ## delete the demo's data
	@$(PYTHON) -m launch reset

backup:          ## the database and the uploads into a folder of .evergreen/backups
	@$(PYTHON) -m launch backup $(ARGS)

restore:         ## a backup into an empty database, proved; make restore ARGS=.evergreen/backups/...
	@$(PYTHON) -m launch restore $(ARGS)

postgres:        ## only the demo's PostgreSQL
	@$(PYTHON) -m launch postgres

test:            ## the tests; make test ARGS="tests/config -k health"
	@$(PYTHON) -m launch test $(ARGS)

stateful:        ## long random days at a clinic; STATEFUL_EXAMPLES=2000 make stateful
	@$(PYTHON) -m launch stateful $(ARGS)

lint:            ## every static check
	@$(PYTHON) -m launch lint

contract:        ## the API description, linters, generated clients, and those against a live server
	@$(PYTHON) -m launch contract

browser:         ## the tests that need a Chromium
	@$(PYTHON) -m launch browser $(ARGS)

contract-full:   ## the same, and clients in Kotlin, Swift and Dart
	@$(PYTHON) -m launch contract-full

clients:         ## a ready TypeScript client in build/typescript-client/
	@$(PYTHON) -m launch clients

bench:           ## search and booking beside plain SQL; make bench ARGS=--quick
	@$(PYTHON) -m launch bench $(ARGS)

fuzz:            ## 100,000 hostile calls, of which `make contract` makes 10,000; FUZZ_SEED=2 make fuzz for others
	@$(PYTHON) -m launch fuzz $(ARGS)

spec:            ## write docs/openapi/v1.yaml anew
	@$(PYTHON) -m launch spec

examples:        ## record the description's examples from passing tests; make examples ARGS="tests/refusals"
	@$(PYTHON) -m launch examples $(ARGS)

requirements:    ## compile requirements/*.txt from *.in
	@$(PYTHON) -m launch requirements
