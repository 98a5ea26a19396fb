#!/usr/bin/env bash
# Waiting for a service; needs lib/ecs.sh.

# wait_for_stability SECONDS: prints the last state; fails if it is not `stable` by then, or cannot become so.
# It looks after a pause, because ECS may still describe the service as it was before an update.
wait_for_stability() {
  local deadline=$((SECONDS + $1)) described state silent=0
  while true; do
    sleep "${POLL_SECONDS:-10}"
    if described=$(describe_service); then
      silent=0
      state=$(rollout_state "$described")
    else
      silent=$((silent + 1))
      state="no answer: $(aws_said)"
    fi
    echo "$state" >&2
    if [[ $state == stable || $state == failed:* ]] || ((silent == 3 || SECONDS >= deadline)); then
      break
    fi
  done
  echo "$state"
  [[ $state == stable ]]
}
