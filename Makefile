# Two commands: `make run` and `make test`. Both install what they need on a
# fresh Debian machine that has Go, npm and root.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO ?= go
BIN := bin/domicile
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
export CGO_ENABLED := 1
# The binary and the tests are compiled alike, so that SQLite, which takes
# longer than all the rest, is compiled once.
export GOFLAGS := $(GOFLAGS) -trimpath

.PHONY: help run build test go-test page-test unit bench compiler tools node-packages image clean

help: ## list what can be done
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: build ## start the service with the demo fleet on http://127.0.0.1:8080
	./$(BIN) serve --demo

build: compiler ## build the binary
	$(GO) build -ldflags '$(LDFLAGS)' -o $(BIN) ./cmd/domicile

test: go-test page-test ## everything: unit, binary, stores, protocol and page tests

go-test: compiler tools node-packages ## vet, formatting, every Go test with the auditors of other projects, races where there is concurrency
	$(GO) vet -tags e2e ./...
	test -z "$$(gofmt -l cmd internal schema datasets web/embed.go)"
	$(GO) test -count=1 -timeout 20m -tags e2e ./...
	CGO_CFLAGS=-O0 $(GO) test -count=1 -race -timeout 20m ./internal/atlas ./internal/gql ./internal/httpd ./internal/auth/...

page-test: build tools node-packages ## the page: types, unit tests, the build that is committed, and Chromium on the real binary
	cd web && npm run --silent generate:check && npm run --silent types && npm run --silent unit && npm run --silent build
	git diff --exit-code --stat -- web/dist
	cd web && DOMICILE_BIN="$(CURDIR)/$(BIN)" npm run --silent e2e

unit: ## the pure domain alone, without the naive checker: under a second once built
	$(GO) test -short ./internal/footprint ./internal/residency ./internal/claim

bench: compiler ## the domain's benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./internal/footprint ./internal/residency ./internal/claim ./internal/atlas

compiler: ## install a C compiler where there is none (H3 and SQLite need one)
	@command -v cc >/dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq gcc libc6-dev; }

tools: ## install what the tests drive for real
	@need=(); \
	command -v curl >/dev/null || need+=(curl); \
	command -v redis-server >/dev/null || need+=(redis-server); \
	command -v redis-cli >/dev/null || need+=(redis-tools); \
	command -v chromium >/dev/null || need+=(chromium); \
	command -v pdftotext >/dev/null || need+=(poppler-utils); \
	if (( $${#need[@]} )); then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$${need[@]}"; fi

node-packages: ## install the packages of the page and of the protocol auditors from their lock files
	cd internal/gql/audit && npm ci --no-audit --no-fund --loglevel=error
	cd web && npm ci --no-audit --no-fund --loglevel=error

image: ## build the container image
	docker build --build-arg VERSION=$(VERSION) -t domicile .

clean: ## remove what was built
	rm -rf bin internal/gql/audit/node_modules web/node_modules
