# `make` lists the targets. Settings come from the environment and .env (see .env.example).
.DEFAULT_GOAL := help
SHELL := /bin/bash
groundwork := cargo run --package web --bin groundwork --

# A test that measures a release.
target := $(or $(CARGO_TARGET_DIR),target)
measure = bash infra/ci/services.sh start && eval "$$(bash infra/ci/services.sh env)" && \
    cargo build --locked --release --package web --features example && \
    GROUNDWORK_BIN=$(abspath $(target))/release/groundwork cargo test --locked --package it --test it -- \
    --ignored --nocapture

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## build and serve; makes a store with two demo workspaces and prints the addresses
	@cargo run --quiet --package builder -- css
	$(groundwork) serve

.PHONY: dev
dev: ## the same, and on each save: build, start again, load open pages again
	@cargo run --quiet --package builder -- dev

.PHONY: migrate
migrate: ## bring the catalogue and every workspace to the current schema
	$(groundwork) migrate

.PHONY: test
test: ## everything CI runs: installs what it needs, then format, lints, tests, browser flows
	bash infra/ci/test.sh

.PHONY: check
check: ## format and lints alone
	bash infra/ci/test.sh format
	bash infra/ci/test.sh lints

.PHONY: validate
validate: ## images, compose, Kubernetes, the workflow, monitoring, licences; the deployment's settings are run
	bash infra/ci/test.sh validate

.PHONY: image
image: ## the image around the program as it is built, run and measured; root. GROUNDWORK_BIN=… names a release
	cargo build --locked --package web --bin groundwork
	bash infra/ci/image.sh

.PHONY: image-full
image-full: ## every stage of infra/Dockerfile, the release build in a container too: ten minutes and more; root
	bash infra/ci/image.sh full

.PHONY: sbom
sbom: ## write what the program is made of to groundwork.cdx.json (CycloneDX)
	python3 infra/ci/sbom.py >groundwork.cdx.json

.PHONY: mutate
mutate: ## take each safeguard away in turn; the tests must notice
	bash tests/mutate.sh

.PHONY: check-timing
check-timing: ## can the time of an answer tell who has an account? minutes, on a machine that is left alone
	bash infra/ci/services.sh start
	eval "$$(bash infra/ci/services.sh env)" && cargo bench --locked --profile dev --package it --bench timing

.PHONY: soak
soak: ## a million answers to clients that leave at random points: mismatches, rate, memory (SOAK_ANSWERS, SOAK_SECONDS a store)
	$(measure) soak_

.PHONY: check-neighbour
check-neighbour: ## how long one workspace waits beside another at a hundred times its load
	$(measure) neighbour_

.PHONY: services
services: ## install and start the PostgreSQL and PgBouncer that the tests use
	bash infra/ci/services.sh install
	bash infra/ci/services.sh start
	@bash infra/ci/services.sh env

.PHONY: check-postgres
check-postgres: ## versions='16 17 18': isolation, stores, migrations, faults and sweeps on other releases; from npm
	bash tests/other_postgres.sh $(versions)

.PHONY: css
css: ## rebuild the stylesheet from the theme and the templates' classes
	npm --prefix core/ui/css ci --ignore-scripts --no-audit --no-fund
	npm --prefix core/ui/css run build

.PHONY: lighthouse
lighthouse: ## the marks of the pages that people meet first; each must be 95 or more
	cargo build --quiet --package web --bin groundwork --features example
	npm --prefix tests/lighthouse ci --ignore-scripts --no-audit --no-fund
	node tests/lighthouse/run.mjs

.PHONY: bench
bench: ## measure the product against a bare handler, print a table
	bash tests/bench/run.sh

.PHONY: bench-10k
bench-10k: ## what to expect with ten thousand workspaces; half an hour
	bash tests/bench/run.sh 10k

.PHONY: bench-schema-path
bench-schema-path: ## measure the ways in which a transaction can find its tenant's schema
	bash tests/schema_path/run.sh

.PHONY: app
app: ## name=invoices [singular=invoice] [fields='number:text amount:money due:date?'] [empty=yes]: a new app, green
	@cargo run --quiet --package builder -- app '$(name)' '$(singular)' '--fields=$(fields)' $(if $(empty),--empty)

.PHONY: rename
rename: ## NAME='Fleet Base' [HOST=fleetbase.com]: the product's own name, wherever people read it
	@cargo run --quiet --package builder -- rename '$(NAME)' '$(HOST)'

.PHONY: pictures
pictures: ## take the pictures of the front page and of README.md anew, of the demo as it is; Chromium and Node
	cargo build --quiet --package web --bin groundwork
	npm --prefix tests/browser ci --ignore-scripts --no-audit --no-fund
	node tests/browser/hero.mjs

.PHONY: makemigrations
makemigrations: ## write the migration for entities that have changed
	@cargo run --quiet --package makemigrations

.PHONY: check-builders
check-builders: ## try what builders are promised (make app, rename, makemigrations) in a copy of this tree: minutes
	bash tests/builders/run.sh
