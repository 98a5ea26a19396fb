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
