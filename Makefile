# mathlib experiments. `make` alone lists what there is to do; the first target you run also sets up .venv.
PYTHON ?= python3
ARGS ?=
FOLDER ?= notebooks
PY := .venv/bin/python

# What the caller has set up for another Python must not reach this one. Mirrors, proxies, certificates and
# caches (PIP_INDEX_URL, UV_DEFAULT_INDEX, ...) still do.
unexport PYTHONHOME PYTHONPATH PYTHONDONTWRITEBYTECODE VIRTUAL_ENV CONDA_PREFIX JUPYTER_PATH
unexport PIP_CONSTRAINT PIP_NO_BINARY PIP_PREFIX PIP_PYTHON PIP_ROOT PIP_TARGET
unexport UV_CONSTRAINT UV_NO_BINARY UV_OVERRIDE
export PIP_USER := 0
export PIP_REQUIRE_VIRTUALENV := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
# uv trusts the certificates that the system trusts, as pip does: some networks add their own.
UV_SYSTEM_CERTS ?= 1
export UV_SYSTEM_CERTS

.PHONY: help run test kernels lab new student report peers bench quote lint tidy lock clean

help: ## show these lines
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile

run: .venv/stamp ## run the notebooks that changed and build results/index.html (ARGS="--full jl", ARGS=--help)
	@$(PY) run_all.py $(ARGS)

test: .venv/stamp ## run the tests but the slow ones and those in a browser (ARGS="-m slow", ARGS=tests/jl)
	@$(PY) -m pytest --numprocesses 2 --dist loadgroup $(ARGS)

kernels: .venv/stamp ## run the numerical tests with each kind of BLAS kernels the processor has (ARGS=--one)
	@$(PY) -m tools.try_blas_kernels $(ARGS)

# The settings in tools/jupyter keep JupyterLab from asking anybody for news, newer versions or extensions. Root,
# often the only user of a container, has to say so to JupyterLab.
lab: .venv/stamp ## open JupyterLab on notebooks/ (FOLDER=student for the copies to work in)
	@JUPYTER_PREFER_ENV_PATH=1 JUPYTER_CONFIG_PATH="$(CURDIR)/tools/jupyter:$$JUPYTER_CONFIG_PATH" \
		$(PY) -m jupyterlab --notebook-dir="$(FOLDER)" $(if $(filter 0,$(shell id -u)),--allow-root) $(ARGS)

new: .venv/stamp ## write a notebook to begin with (NOTEBOOK=jl/07_count_the_stars)
	@$(PY) -m tools.new_notebook '$(NOTEBOOK)'

student: .venv/stamp ## write copies of the notebooks without their solutions to student/
	@$(PY) -m tools.student_copies $(ARGS)

report: .venv/stamp ## rebuild the site from results/ without running anything
	@$(PY) run_all.py report $(ARGS)

peers: .venv/stamp ## install what the benchmarks compare with
	@$(call install,--require-hashes --requirement benchmarks/requirements.lock)

bench: peers ## run benchmarks/ and build results/benchmarks.html (ARGS=--quick, ARGS=jl)
	@$(PY) -m tools.run_benchmarks $(ARGS)

quote: .venv/stamp ## quote results/ in README.md and docs/claims.md, what did not run stays (ARGS=jl)
	@$(PY) -m tools.quote_results $(ARGS)

lint: .venv/stamp ## check the style with ruff and the types with mypy
	@$(PY) -m ruff check $(ARGS)
	@$(PY) -m mypy

tidy: .venv/stamp ## strip outputs and editor state, add places to work in, before a commit
	@$(PY) tools/tidy_notebooks.py $(ARGS)

lock: .venv/stamp ## pin the dependencies of pyproject.toml in requirements.lock (ARGS=--upgrade for newer ones)
	@$(COMPILE) pyproject.toml $(foreach group,notebooks cluster parquet dev,--group $(group)) \
		--output-file requirements.lock
	@$(COMPILE) --group bench --constraint requirements.lock --output-file benchmarks/requirements.lock

COMPILE = .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
	--no-emit-find-links $(ARGS)

clean: ## remove .venv, results/ and every cache
	rm -rf .venv results build *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

# The set-up. The stamp, written last, holds what .venv was made from, and contents count, not dates: a
# checkout that only touches files installs nothing, a moved folder (whose .venv is broken) does. Where the
# stamp is there but differs, .venv is brought up to date; where it is missing, a set-up was interrupted, or
# never began, and .venv is made afresh.
KEY := $(CURDIR) $(shell cat pyproject.toml requirements.lock | cksum)
ifneq ($(KEY),$(shell cat .venv/stamp 2>/dev/null))
.PHONY: .venv/stamp
endif

# uv is not in the lock: it is only the installer, all that it installs is pinned by hash, and where it has
# no wheel, or does not find the mirror that only pip's configuration names, pip does the same more slowly.
install = { test -x .venv/bin/uv && .venv/bin/uv pip install --python $(PY) --compile-bytecode $(1); } || \
	$(PY) -m pip install $(1)
.venv/stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or later is needed, and '$(PYTHON)' is not: make PYTHON=/path/to/python3.11"; exit 1; }
	@test -s $@ && $(PY) -m pip --version >/dev/null 2>&1 || rm -rf .venv
	@rm -f $@
	@test -d .venv || { $(PYTHON) -m venv .venv >/dev/null 2>&1 && echo "made .venv"; } || { $(bare_venv); }
	@$(PY) -m pip install --quiet --only-binary :all: uv || echo "uv cannot be installed: pip does its work"
	@$(call install,--require-hashes --requirement requirements.lock)
	@$(PY) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@echo '$(KEY)' > $@

# Debian and Ubuntu ship Python without ensurepip, the part of it that puts pip into a new .venv. Then
# another pip, or uv, fetches it.
define bare_venv
	rm -rf .venv; $(PYTHON) -m venv --without-pip .venv || exit 1; \
	if $(PYTHON) -m pip --version >/dev/null 2>&1; then \
		$(PYTHON) -m pip install --quiet --target "$$($(PY) -c 'import site; print(site.getsitepackages()[0])')" pip; \
	elif command -v uv >/dev/null; then \
		uv pip install --quiet --python $(PY) pip; \
	else \
		rm -rf .venv; echo "'$(PYTHON)' lacks ensurepip and there is no pip: apt-get install python3-venv"; exit 1; \
	fi
endef
