#!/usr/bin/env bash
# Sends what the stages used and made to the DVC remote. The run cache stays here: a hit in it restores only
# declared outputs, so that a later run would miss whatever else a stage writes.
# Env: TARGETS (stages, separated by spaces). Reads the credentials that the step for the remote left.
set -euo pipefail
# include lib/annotation.sh
# include lib/dvc.sh
# include lib/dvc-targets.sh
# include lib/dvc-remote.sh

declare -a stages
require_targets stages
load_dvc_credentials

if ! dvc push --with-deps "${stages[@]}"; then
  kind=$(remote_kind)
  say error "DVC push" "The results could not be sent to the DVC remote ($kind). Check $(advise "$kind"), \
and that these credentials may write."
  exit 1
fi
