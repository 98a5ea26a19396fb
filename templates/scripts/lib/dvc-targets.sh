#!/usr/bin/env bash
# The stages that a step is about.

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
