# `make` lists the targets. CONTRIBUTING.md says when to use which.
PYTHON ?= python3
ENDPOINT ?= local
PACKAGE = -e '.[local,cli,dev]'
AWSCLI = awscli==1.46.3
S3 = 'moto[s3]==5.2.5' flask flask-cors
PYINSTALLER = pyinstaller==6.22.3
RELEASE = build==1.6.1 check-wheel-contents==0.6.3 cyclonedx-bom==7.5.0 twine==7.0.0
SITE = sphinx==9.0.4 furo==2025.12.19 myst-parser==5.2.0 sphinx-click==6.2.0 sphinx-copybutton==0.5.2 sphinx-design==0.8.0
SITE_PACKAGES = -e '.[local,cli]' $(SITE)
SDK_SOURCES = pulumi_ivschat/plugin/schema.json tests/sdk/package-lock.json $(wildcard tools/engine/*.py tools/engine/go.* tools/engine/sdk*/*)
OLDEST_SDK = pulumi==$(shell sed -n 's/.*"pulumi *>= *\([0-9.]*[0-9]\).*/\1/p' pyproject.toml)

.PHONY: help up down setup test test-all test-nightly test-dist check soak bench verify verify-clean schema templates sdk plugin dist docs docs-links docs-sessions docs-pictures test-setup clean distclean
# Targets on the command line are made one after the other; only the parts of test-setup are made at once.
ifndef AT_ONCE
.NOTPARALLEL:
endif

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: setup ## rooms in a local IVS Chat service, by the real Pulumi engine
	@tools/up.sh

down: ## destroy them and stop the service
	@tools/down.sh

setup: supported-python ## .venv with the package, and the Pulumi engine
	@"$(PYTHON)" tools/venv.py .venv $(PACKAGE)
	@"$(PYTHON)" tools/engine/install.py

test: setup test-setup ## check, and every test but the long ones; ARGS='-k room' runs those tests only
	@tools/test.sh $(ARGS)

test-all: setup test-setup ## the tests that are long by nature, after `make test`: kills, benchmarks, soak samples, oldest SDK
	@tools/test.sh --long

test-nightly: setup test-setup setup-java ## long tests that are much like others, and more random examples: `make test-all` omits them
	@tools/test.sh --nightly

test-dist: supported-python ## the wheel and sdist in dist/, which `make dist` built, installed in fresh environments
	@"$(PYTHON)" tools/venv.py .venv $(PACKAGE)
	@PULUMI_IVSCHAT_TEST_DIST="$$PWD/dist" tools/test.sh tests/project/test_wheel.py

check: setup ## lint, format and types
	@tools/check.sh

soak: setup ## at length: kills (ARGS='--kills 50 --seed 1'), or ARGS=load, faults, engine-faults, programs, mutants, verify-mutants
	@PATH="$$PWD/.venv/bin:$$PWD/.engine:$$PATH" .venv/bin/python -m tests.soak $(ARGS)

bench: setup ## what things cost, in one table; ARGS='--json FILE', ARGS=engine, ARGS=--docs
	@.venv/bin/python -m benchmarks $(ARGS)

verify: setup ## questions to the local service, or to AWS with ENDPOINT=aws: docs/verify.md; ARGS='--only tags'
	@.venv/bin/python -m verify --endpoint "$(ENDPOINT)" $(ARGS)

verify-clean: setup ## delete what `make verify` left after a crash, with the same ENDPOINT
	@.venv/bin/python -m verify --endpoint "$(ENDPOINT)" --clean $(ARGS)

schema: setup ## pulumi_ivschat/plugin/schema.json, from the service model and the docstrings; and the registry's pages
	@.venv/bin/python -m pulumi_ivschat.plugin.schema
	@.venv/bin/python -m tools.docs.registry_pages

templates: setup ## the copies of examples, in templates/ and in docs/test-your-back-end.md
	@.venv/bin/python -m tools.templates

plugin: supported-python ## dist/pulumi-resource-ivschat-…tar.gz: the native plug-in with a Python of its own, for this platform
	@"$(PYTHON)" tools/venv.py .venv-plugin -e . $(PYINSTALLER)
	@"$(PYTHON)" tools/venv.py .venv-dist $(RELEASE)
	@archive=$$(.venv-plugin/bin/python -m tools.plugin.build) && tools/sbom.sh .venv-plugin "$$archive"

dist: supported-python ## dist/: wheel and sdist, checked, and the SBOMs of the core and of [local]
	@$(MAKE) --no-print-directory -j 3 AT_ONCE=yes setup-dist setup-dist-core setup-dist-local
	@tools/dist.sh

sdk: build/sdk/.made ## build/sdk: what programs in TypeScript, Python, Go, .NET and Java import to use the native plug-in

docs: docs-setup ## build/site: the documentation site; a warning is an error
	@.venv-docs/bin/python -m tools.docs.site

docs-links: docs-setup ## ask every address outside the site whether it is there; needs the network
	@.venv-docs/bin/python -m tools.docs.site build/links linkcheck

docs-sessions: setup ## run the commands of the tutorials again, and write what they print into the pages
	@PATH="$$PWD/.venv/bin:$$PWD/.engine:$$PATH" .venv/bin/python -m tools.docs.sessions

docs-pictures: setup ## take the pictures in docs/ again, in Chromium; needs `make test-setup`
	@.venv/bin/python -m tools.docs.screenshots

test-setup: supported-python ## what only tests need: AWS CLI, oldest Pulumi SDK, Node and Go packages, Chromium, PostgreSQL, S3
	@$(MAKE) --no-print-directory -j 3 AT_ONCE=yes $(TEST_SETUP)

clean: ## remove what builds and tests leave behind
	rm -rf build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +

distclean: clean ## and all that setup and test-setup made; stacks and rooms stay
	rm -rf .venv .venv-awscli .venv-dist .venv-dist-core .venv-dist-local .venv-docs .venv-oldest .venv-plugin .venv-s3 .venv-uv .engine tests/clients/node_modules tests/sdk/node_modules

TEST_SETUP = setup-docs setup-awscli setup-s3 setup-oldest setup-plugin setup-clients setup-debian build/sdk/.made build/automation.made
.PHONY: $(filter setup-%,$(TEST_SETUP)) setup-dist setup-dist-core setup-dist-local setup-java
setup-dist:
	@"$(PYTHON)" tools/venv.py .venv-dist $(RELEASE)
setup-dist-core:
	@"$(PYTHON)" tools/venv.py .venv-dist-core -e .
setup-dist-local:
	@"$(PYTHON)" tools/venv.py .venv-dist-local -e '.[local]'
setup-awscli:
	@"$(PYTHON)" tools/venv.py .venv-awscli $(AWSCLI)
setup-oldest:
	@"$(PYTHON)" tools/venv.py .venv-oldest $(PACKAGE) '$(OLDEST_SDK)'
setup-s3:
	@"$(PYTHON)" tools/venv.py .venv-s3 $(S3)
setup-plugin:
	@"$(PYTHON)" tools/venv.py .venv-plugin -e . $(PYINSTALLER)
setup-docs:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || exit 0; "$(PYTHON)" tools/venv.py .venv-docs $(SITE_PACKAGES)
setup-clients:
	@tools/node_packages.sh tests/clients
setup-java: build/java/.made
setup-debian:
	@tools/postgresql.sh
	@tools/chromium.sh

# The files `.made` show that something was made from the newest sources.
build/sdk/.made: $(SDK_SOURCES) | supported-python
	@tools/node_packages.sh tests/sdk
	@"$(PYTHON)" -m tools.engine.generate_sdks build/sdk
	@touch $@

build/automation.made: tests/sdk/automation/go.mod tests/sdk/automation/go.sum | build/sdk/.made
	@cd tests/sdk/automation && CGO_ENABLED=0 go build -trimpath github.com/pulumi/pulumi/sdk/v3/go/auto github.com/pulumi/pulumi/sdk/v3/go/pulumi/config
	@mkdir -p build && touch $@

# Programs in Java run in `make test-nightly` only: a JDK and Maven are 130 MB.
build/java/.made: tools/java.sh tools/maven_packages.sh examples/quickstart-java/pom.xml build/sdk/.made
	@tools/java.sh
	@mkdir -p build/java
	@cd tools/engine/sdk-dotnet-java && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o ../../../build/java/ tool
	@tools/maven_packages.sh examples/quickstart-java build/sdk/java build/java
	@touch $@

.PHONY: docs-setup
docs-setup: supported-python
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo 'Sphinx needs Python 3.11 or newer: make docs PYTHON=python3.12' >&2; exit 1; }
	@$(MAKE) --no-print-directory setup-docs

.PHONY: supported-python
supported-python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
	    echo '"$(PYTHON)" is not Python 3.10 or newer. Name one that is: make $(MAKECMDGOALS) PYTHON=python3.12' >&2; exit 1; }
