#!/bin/sh
# Fills .venv from the hash-pinned list named by $1 (dev or runtime); uv when it is there, else venv and pip.
set -eu
list="requirements/$1.txt"
export UV_PYTHON_DOWNLOADS=never PIP_DISABLE_PIP_VERSION_CHECK=1

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for name in python3.13 python3.12 python3.11 python3; do
        if new_enough "$name"; then "$name" -c 'import sys; print(sys.executable)'; return; fi
    done
    echo "Python 3.11 or newer is needed, and none of python3.13, python3.12, python3.11, python3 is one." >&2
    exit 1
}

as_root_on_debian() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

make_venv_with_pip() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null || {
        as_root_on_debian && apt-get update -qq && apt-get install -qq -y python3-venv >/dev/null
    } || { echo "The venv module is missing: apt-get install python3-venv" >&2; exit 1; }
    "$1" -m venv .venv
}

if command -v uv >/dev/null; then
    new_enough .venv/bin/python || uv venv --quiet --clear --python "$(find_python)" .venv
    uv pip sync --quiet --require-hashes --compile-bytecode --python .venv/bin/python "$list"
else
    new_enough .venv/bin/python || { rm -rf .venv; make_venv_with_pip "$(find_python)"; }
    .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null
    # The list is closed: without --no-deps pip would look again for what an extra asks for, and take a release not on it.
    .venv/bin/python -m pip install -qq --require-hashes --no-deps -r "$list"
fi
