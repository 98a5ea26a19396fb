#!/usr/bin/env bash
# The environment of the steps that call DVC.

# The credentials of the remote: the step that configured it left them in a file, and only a step that loads
# them has them.
load_dvc_credentials() {
  local line
  [[ -f $RUNNER_TEMP/dvc-credentials.env ]] || return 0
  while IFS= read -r line; do
    export "${line?}"
  done <"$RUNNER_TEMP/dvc-credentials.env"
  # The library DVC uses for S3 knows the region under its older name only.
  if [[ -n ${AWS_REGION:-} ]]; then
    export AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-$AWS_REGION}
  fi
}

# drop_empty NAME...: an optional secret that is not defined arrives as an empty variable, not as none.
drop_empty() {
  local name
  for name in "$@"; do
    [[ -n ${!name:-} ]] || unset "$name"
  done
}
