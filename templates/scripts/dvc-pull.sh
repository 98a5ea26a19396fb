#!/usr/bin/env bash
# Fetches what the stages need. Outputs that were never pushed are made by the run, so their absence is no
# failure; but DVC then also passes if the remote could not be reached, so what only the remote has (.dvc
# files) is looked for on disk.
# Env: TARGETS (stages, separated by spaces). Reads the credentials that the step for the remote left.
set -euo pipefail
# include lib/annotation.sh
# include lib/dvc.sh
# include lib/dvc-targets.sh
# include lib/dvc-remote.sh

declare -a stages
require_targets stages
load_dvc_credentials
kind=$(remote_kind)

if ! dvc pull --allow-missing --with-deps "${stages[@]}"; then
  say error "DVC data" "The DVC remote ($kind) did not hand out the data. Check $(advise "$kind")."
  exit 1
fi

# "modified" is a directory of which not every file arrived.
tracked=$(dvc status --json --with-deps "${stages[@]}" | jq --raw-output '
  to_entries[] | select(.key | endswith(".dvc")).value[] | objects | ."changed outs" // {} | to_entries[]
  | select(.value | IN("modified", "deleted", "not in cache")) | "\(.value)\t\(.key)"')
missing=()
while IFS=$'\t' read -r state path; do
  if [[ -n $path && ($state == modified || ! -e $path) ]]; then
    missing+=("$path")
  fi
done <<<"$tracked"

if ((${#missing[@]} > 0)); then
  say error "DVC data" "Not on this machine after the pull: ${missing[*]}. \
Run dvc push where it is; if that was done, the remote ($kind) was not reached: check $(advise "$kind")."
  exit 1
fi
echo "All data that ${stages[*]} needs from the remote is here."
