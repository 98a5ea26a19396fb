#!/usr/bin/env bash
# What the steps that talk to ECS share. All of them read CLUSTER and SERVICE.

# ecs CALL ARGUMENTS: what ECS answers, as JSON. aws_said: why it did not.
ecs() {
  aws ecs "$@" --output json 2>"$RUNNER_TEMP/aws-said.txt"
}

aws_said() {
  local said
  said=$(<"$RUNNER_TEMP/aws-said.txt")
  said=${said#$'\n'}
  said=${said//$'\n'/ }
  printf '%s' "${said:-the cluster has no service of this name.}"
}

# The service as one line of JSON; fails if it cannot be had.
describe_service() {
  ecs describe-services --cluster "$CLUSTER" --services "$SERVICE" | jq -ce '.services[0]'
}

service_task_definition() {
  jq -r '.taskDefinition' <<<"$1"
}

# One line on the service: `stable`, `failed: …` or `waiting: …`.
rollout_state() {
  jq -r '
    .deployments as $all
    | ([$all[] | select(.status == "PRIMARY")][0].rolloutState // "COMPLETED") as $rollout
    | "\(.runningCount) of \(.desiredCount) tasks run, deployments: \($all | length), \($rollout)" as $counts
    | (.events[0].message // "" | if . == "" then . else "; ECS says: \(.)" end) as $event
    | if $rollout == "FAILED" then "failed: \($counts)\($event)"
      elif ($all | length) == 1 and .runningCount == .desiredCount and $rollout == "COMPLETED" then "stable"
      else "waiting: \($counts)\($event)" end' <<<"$1"
}

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
