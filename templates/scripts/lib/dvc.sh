#!/usr/bin/env bash
# What the steps that call DVC share.

# The credentials of the remote: the step that configured it left them in a file, and only a step that loads
# them has them.
load_dvc_credentials() {
  local line
  [[ -f $RUNNER_TEMP/dvc-credentials.env ]] || return 0
  while IFS= read -r line; do
    export "${line?}"
  done <"$RUNNER_TEMP/dvc-credentials.env"
}

# require_targets ARRAY: fills ARRAY with the words of TARGETS, none of which may pass for an option.
require_targets() {
  local -n words=$1
  local word
  read -rd '' -a words <<<"$TARGETS" || true
  if ((${#words[@]} == 0)); then
    echo "::error title=DVC::No stage is named: set dvc.stages in the config, or the input of this run."
    exit 1
  fi
  for word in "${words[@]}"; do
    if [[ $word == -* || ! $word =~ ^[A-Za-z0-9_./:@-]+$ ]]; then
      echo "::error title=DVC::A stage has characters that no DVC stage has: mend dvc.stages, or the input of this run."
      exit 1
    fi
  done
}

# drop_empty NAME...: an optional secret that is not defined arrives as an empty variable, not as none.
drop_empty() {
  local name
  for name in "$@"; do
    [[ -n ${!name:-} ]] || unset "$name"
  done
}
