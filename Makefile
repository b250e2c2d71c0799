# PYTHON may be any Python 3.11 to 3.13: make demo PYTHON=python3.12
PYTHON ?= python3
PIP = -m pip install --quiet --disable-pip-version-check

.PHONY: demo test developer
.DEFAULT_GOAL := demo

# Installs lamella with what training needs and runs the whole way on the embedded digits.
demo: .venv/demo
	.venv/bin/lamella demo

# Installs lamella with its tests and runs all of them: style, types, tests.
test: .venv/developer
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/pytest -n 2 --dist loadfile

# Sets a developer up: an editable install with every tool.
developer: .venv/developer

.venv/bin/python:
	$(PYTHON) -m venv .venv
	.venv/bin/python $(PIP) --upgrade pip

.venv/demo: .venv/bin/python pyproject.toml $(shell find src -name '*.py' -o -name '*.yaml' -o -name '*.npz')
	test -e .venv/developer || .venv/bin/python $(PIP) '.[train]'
	touch .venv/demo

.venv/developer: .venv/bin/python pyproject.toml
	.venv/bin/python $(PIP) --editable '.[train]' --group dev
	touch .venv/developer
