#!/usr/bin/env bash
# Asks ECS itself whether the service now runs what was deployed: waiting for stability alone does not notice
# that the circuit breaker has put the old version back.
# Reads CLUSTER, SERVICE, TASK_DEFINITION (just deployed), PREVIOUS and, optional, WAIT_MINUTES.
set -euo pipefail
# include lib/annotation.sh
# include lib/ecs.sh
# include lib/ecs-wait.sh

refuse() {
  say error "Deployment not verified" "$1"
  append_summary "**Not verified:** $1" ""
  exit 1
}

look() {
  described=$(describe_service) || refuse "The ECS service cannot be read: $(aws_said)"
  current=$(service_task_definition "$described")
  if [[ $current == "$TASK_DEFINITION" ]]; then
    return
  elif [[ $current == "$PREVIOUS" ]]; then
    refuse "ECS reverted the deployment by itself (circuit breaker): the service is back on $current."
  fi
  refuse "The service runs $current, not $TASK_DEFINITION, which was deployed. Did somebody else deploy?"
}

look
if [[ $(rollout_state "$described") != stable ]]; then
  state=$(wait_for_stability $((${WAIT_MINUTES:-5} * 60))) || refuse "The deployment is not complete: $state"
  look
fi
echo "The service is stable on $TASK_DEFINITION"
append_summary "The service runs \`$TASK_DEFINITION\` (before: \`$PREVIOUS\`)." ""
