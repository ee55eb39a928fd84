# make env    set up .venv (packages) and docs/node_modules (KaTeX), once
# make test   all tests: every layer of every claim that needs no training, and the machinery
# make mutants  change one thing at a time in every claim and in the checker, and see that each is noticed
# make calibration  count the false alarms and the 1% errors found of every claim's Monte Carlo tests
# make bench  how fast sampling, enclosures and training are, beside JAX, PyTorch, SciPy and mpmath where they are installed
# make experiments  train the models behind the recorded figures: hours on a CPU; set PROOFSHEET_DATA to use files at hand
# make site   verify every claim, train what is held to a claim, build the site into site/ and check it
# make serve  look at the site: http://localhost:8000
#
# Needs git, make and Python 3.11-3.13; `make PYTHON=python3.12 env` picks one. After `make env` nothing needs a network.

SITE_PORT ?= 8000
VENV_PYTHON = .venv/bin/python
SUPPORTED = >=3.11,<3.14

.PHONY: env test mutants calibration bench experiments site serve clean

env: .venv/.packages docs/node_modules/.complete

.venv/.packages: constraints.txt pyproject.toml
	@set -e; \
	if command -v uv >/dev/null 2>&1; then \
	    uv venv --quiet --allow-existing --python '$(or $(PYTHON),$(SUPPORTED))' .venv; \
	    uv pip install --quiet --python $(VENV_PYTHON) --constraint constraints.txt --editable '.[test,docs]'; \
	else \
	    for python in $(PYTHON) python3 python3.13 python3.12 python3.11 python none; do \
	        "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && break; \
	    done; \
	    if [ "$$python" = none ]; then echo "proofsheet needs Python 3.11, 3.12 or 3.13, and found none" >&2; exit 1; fi; \
	    "$$python" -m venv .venv; \
	    $(VENV_PYTHON) -m pip install --quiet --constraint constraints.txt --editable '.[test,docs]'; \
	fi; \
	touch $@

docs/node_modules/.complete: docs/package-lock.json .venv/.packages
	@$(VENV_PYTHON) -m docs.node npm ci --prefix docs --no-audit --no-fund --loglevel=error
	@touch $@

# Where models are trained briefly, compiling takes most of the time: so it is done without optimisation. All arithmetic is tested
# as it is compiled for everyone.
TRAINING = $(filter-out %_losses.py %_convolution.py,$(wildcard tests/test_models_*.py))

# What JAX compiles in one part serves the others of the same run.
test: export JAX_COMPILATION_CACHE_DIR = $(CURDIR)/build/compiled
test: export JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS = 0.2
test: env
	rm -rf build/compiled
	$(VENV_PYTHON) -m pytest verify/
	$(VENV_PYTHON) -m pytest tests/ $(TRAINING:%=--ignore=%)
	XLA_FLAGS=--xla_backend_optimization_level=0 $(VENV_PYTHON) -m pytest $(TRAINING)

mutants: env
	@$(VENV_PYTHON) -m verify.mutation

calibration: env
	@$(VENV_PYTHON) -m verify.calibration

bench: env
	@$(VENV_PYTHON) -m bench
	@$(VENV_PYTHON) -m bench.training
	@$(VENV_PYTHON) -m bench.generative

experiments: env
	$(VENV_PYTHON) -m models.theory
	$(VENV_PYTHON) -m models.experiments

site: env
	@$(VENV_PYTHON) -m docs.build

serve:
	@test -f site/index.html || { echo "nothing built yet: run 'make site' first" >&2; exit 1; }
	$(VENV_PYTHON) -m http.server --bind 127.0.0.1 --directory site $(SITE_PORT)

clean:
	rm -rf build site
