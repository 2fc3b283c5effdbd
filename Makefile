# GO-Docker. `make` alone says what there is.
SHELL    := /bin/sh
VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS  := -s -w -X godocker/internal/app.Version=$(VERSION) -X main.version=$(VERSION)
LINT     := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
RUNNER   := internal/carried/bin/godrun
GO_FILES  = $(shell git ls-files '*.go' '*.sql' go.mod go.sum 2>/dev/null)
WEB_FILES = $(shell git ls-files web 2>/dev/null) api/openapi.json
NAMES    := godlogin godjob godbatch godfile godimage godproject goduser godssh
PG_DIR   := /var/tmp/godocker-postgres
export CGO_ENABLED = 0

.DEFAULT_GOAL := help

## help: this list
help:
	@echo "GO-Docker: batch computing on containers"; echo
	@sed -n 's/^## \([a-z-]*\): /  make \1	/p' $(MAKEFILE_LIST) | expand -t 18

## demo: set everything up here, start the server, run a first task
demo:
	@deploy/demo.sh

## demo-stop: stop the demo's server
demo-stop:
	@deploy/demo.sh stop

## build: bin/godockerd, with runner and page in it, and bin/god
build: bin/godockerd bin/god

## test: install and start what the tests need, and run them all
test:
	@test/run.sh

## check: format, vet, lint, generated files, page, and all tests
check: build
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "These files are not formatted: make fmt"; exit 1; }
	go vet ./...
	GOFLAGS=-buildvcs=false go run $(LINT) run ./...
	@bin/godockerd openapi | cmp - api/openapi.json || { echo "api/openapi.json is stale: make generate"; exit 1; }
	@cd web && npm run --silent generate -- -o ../.cache/schema.ts >/dev/null && cmp ../.cache/schema.ts src/api/schema.ts || { echo "web/src/api/schema.ts is stale: make generate"; exit 1; }
	cd web && npm run --silent check
	@test/run.sh

## bench: measure, and print the figures as ratios
bench:
	@test/bench.sh

## dev: the server and the page, both rebuilt as files change
dev: build
	@deploy/dev.sh

## generate: write the files that follow from others
generate: bin/godockerd web/node_modules/.made
	bin/godockerd openapi > api/openapi.json
	cd web && npm run --silent generate

## fmt: format everything
fmt: web/node_modules/.made
	gofmt -w $$(git ls-files '*.go')
	cd web && npm run --silent fix

## clean: remove what was built; var/ with the demo's data stays
clean:
	rm -rf bin .cache web/dist/assets web/node_modules $(RUNNER)

$(RUNNER): $(GO_FILES)
	go build -trimpath -ldflags '-s -w' -o $@ ./cmd/godrun

web/node_modules/.made: web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/index.html: $(WEB_FILES) web/node_modules/.made
	cd web && npm run --silent build
	@touch $@

bin/godockerd: $(GO_FILES) $(RUNNER) web/dist/index.html
	go build -trimpath -ldflags '$(LDFLAGS)' -o $@ ./cmd/godockerd

bin/god: $(GO_FILES)
	go build -trimpath -ldflags '$(LDFLAGS)' -o $@ ./cmd/god
	@for name in $(NAMES); do ln -sf god bin/$$name; ln -sf god bin/$$name.py; done

.PHONY: help demo demo-stop build test check bench dev generate fmt clean
