#!/usr/bin/env bash
# Makes the virtual environment `.venv` and puts it on the PATH of the later steps. A restored one is kept
# if its interpreter still runs and is of the wanted version: a virtual environment refers to an interpreter
# outside itself.
# Env: INSTALLER (pip or uv), PYTHON_VERSION.
set -euo pipefail

series=$(grep -oE '^[0-9]+\.[0-9]+' <<<"$PYTHON_VERSION" || true)
found=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true)

if [[ -n $found && $found == "$series" ]]; then
  echo "The restored .venv works (Python $found) and is kept."
else
  rm -rf .venv
  if [[ $INSTALLER == uv ]]; then
    uv venv --python "$PYTHON_VERSION" .venv
  else
    python -m venv .venv
  fi
fi

echo "$PWD/.venv/bin" >>"$GITHUB_PATH"
echo "VIRTUAL_ENV=$PWD/.venv" >>"$GITHUB_ENV"
