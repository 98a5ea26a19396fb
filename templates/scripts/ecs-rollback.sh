#!/usr/bin/env bash
# Returns the service to the task definition it ran before this deployment, waits until it runs and checks it.
# After a cancellation the runner leaves only a few minutes, so the service is updated before all else.
# Reads CLUSTER, SERVICE, PREVIOUS, WAIT_MINUTES and REASON.
set -euo pipefail
# include lib/annotation.sh
# include lib/ecs.sh
# include lib/ecs-wait.sh

give_up() {
  say error "Rollback failed" "$1 Return the service by hand; the summary of this job says how."
  append_summary "### Rollback failed" "" "$REASON" "" "$1" ""
  if [[ -n $PREVIOUS ]]; then
    append_summary "Return the service to \`$PREVIOUS\` by hand (\`***\` is a secret):" "" '```sh' \
      "aws ecs update-service --cluster '$CLUSTER' --service '$SERVICE' --task-definition '$PREVIOUS'" '```'
  fi
  exit 1
}

if [[ -z $PREVIOUS ]]; then
  give_up "No task definition was captured before the deployment, so there is none to return to."
fi
if described=$(describe_service) && [[ $(service_task_definition "$described") == "$PREVIOUS" ]]; then
  level=notice
  outcome="The service is still, or again, on $PREVIOUS: nothing had to be changed."
else
  ecs update-service --cluster "$CLUSTER" --service "$SERVICE" --task-definition "$PREVIOUS" >/dev/null ||
    give_up "ECS did not accept the return to $PREVIOUS: $(aws_said)"
  level=warning
  outcome="The service was returned to $PREVIOUS."
fi

state=$(wait_for_stability $((WAIT_MINUTES * 60))) ||
  give_up "The service is not stable on $PREVIOUS (waited for at most $WAIT_MINUTES minutes): $state"
described=$(describe_service) || give_up "The service cannot be read: $(aws_said)"
current=$(service_task_definition "$described")
[[ $current == "$PREVIOUS" ]] || give_up "The service is stable, but on $current, not on $PREVIOUS."

say "$level" "Rolled back" "$outcome $REASON"
append_summary "### Rolled back" "" "$outcome" "" "$REASON" ""
