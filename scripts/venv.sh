#!/bin/sh
# Make .venv with a Python that is new enough. PYTHON=... chooses one.
set -eu
cd "$(dirname "$0")/.."

[ ! -x .venv/bin/pip ] || exit 0

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'
chosen=""
for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if command -v "$python" >/dev/null 2>&1 && "$python" -c "$new_enough"; then
        chosen=$python
        break
    fi
done
if [ -z "$chosen" ]; then
    echo "BMO needs Python 3.11 or newer: install it, or name yours with make PYTHON=/path/to/python3." >&2
    exit 1
fi

has_venv() { "$chosen" -c 'import ensurepip, venv' >/dev/null 2>&1; }
if ! has_venv; then
    package="python$("$chosen" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    sh scripts/debian.sh "venv-of-$chosen=$package" || true
    if ! has_venv; then
        echo "$chosen cannot make virtual environments: install the package $package and start again." >&2
        exit 1
    fi
fi
rm -rf .venv
"$chosen" -m venv .venv
