#!/usr/bin/env bash
# Compares the committed workflows with what the configuration means, by the version of creditrisk-ci that the
# lock file names: upgrading the tool is a change of that file, and of no workflow.
# Reads LOCK_FILE and CONFIG.
set -euo pipefail

version=$(jq -r '.tool.version // ""' "$LOCK_FILE") || version=''
if [[ ! $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]]; then
  echo "::error title=Workflows up to date::$LOCK_FILE names no version of the tool. Generate and commit it."
  exit 1
fi
exec npx --yes "creditrisk-ci@$version" check --config "$CONFIG" --format github
