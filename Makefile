# Two commands matter: `make run` and `make test`. Each sets up what it needs; the work is in scripts/.
.DEFAULT_GOAL := help
.PHONY: help run test fuzz bench scale fmt lint screenshots clean

help: ## says what there is
	@sed -n 's/^\([a-z]*\): ## /\1 /p' Makefile | awk '{ name = $$1; $$1 = ""; printf "  make %-12s%s\n", name, $$0 }'

run: ## builds the release and starts it with the sample app and the SMS sandbox (settings: GATEHOUSE_*)
	@scripts/build
	@exec "$${CARGO_TARGET_DIR:-target}/release/gatehouse" serve --demo

test: ## runs everything: unit, integration on SQLite and PostgreSQL, end-to-end in a browser (Debian, as root)
	@scripts/test

fuzz: ## fuzzes the SAML crate for half an hour
	@scripts/fuzz 1800

bench: ## measures the release against its bars: start, memory, page weight, WebAssembly
	@scripts/build
	@scripts/measure
	@scripts/measure-saml
	@scripts/measure-waiting
	@scripts/measure-sms
	@scripts/measure-pages

scale: ## measures lists, searches and forms over a million users, and an import of 100,000 (a quarter of an hour)
	@scripts/build
	@scripts/measure-scale
	@scripts/measure-import

fmt: ## formats the Rust code
	@cargo fmt --all

lint: ## checks format, Clippy without warnings, the rooms' borders, and what must not be in the tree
	@scripts/lint

screenshots: ## writes every page, light, dark and 360 px wide, to target/screenshots
	@scripts/screenshots

clean: ## removes what was built, the npm packages, and nothing else: ./data stays
	@rm -rf target scripts/node_modules end2end/node_modules end2end/test-results
