#!/usr/bin/env bash
# Notes, before anything changes, which task definition the service runs: a failed deployment returns to it.
# Stops here if the service is not fit for a deployment, or could not be returned to where it is.
# Reads CLUSTER, SERVICE and CONTAINER.
set -euo pipefail
# include lib/annotation.sh
# include lib/ecs.sh

refuse() {
  say error "Not deployed" "$1 Nothing was changed."
  exit 1
}

if [[ -z $CLUSTER || -z $SERVICE ]]; then
  refuse "The name of the ECS cluster or service is empty: is its secret or variable defined?"
fi
described=$(describe_service) || refuse "The ECS service cannot be read: $(aws_said)"

status=$(jq -r '.status' <<<"$described")
[[ $status == ACTIVE ]] || refuse "The ECS service is $status, not ACTIVE."

controller=$(jq -r '.deploymentController.type // "ECS"' <<<"$described")
[[ $controller == ECS ]] || refuse "The service is deployed by $controller, not by rolling updates of ECS."

# While one version replaces another there are two deployments. A single one that is not complete is a service
# whose tasks do not start: a new deployment is what mends it.
if jq -e '.deployments | length > 1' <<<"$described" >/dev/null; then
  refuse "Another deployment is running ($(rollout_state "$described")). Let it end, then run this again."
fi

current=$(service_task_definition "$described")
definition=$(ecs describe-task-definition --task-definition "$current") ||
  refuse "The task definition $current of the service cannot be read: $(aws_said)"
status=$(jq -r '.taskDefinition.status' <<<"$definition")
[[ $status == ACTIVE ]] || refuse "The task definition $current is $status, so ECS would not return to it."

containers=$(jq -r '[.taskDefinition.containerDefinitions[].name] | join(", ")' <<<"$definition")
if [[ ", $containers, " != *", $CONTAINER, "* ]]; then
  refuse "The task definition $current has no container $CONTAINER, only: $containers."
fi

previous=$(jq -r '.taskDefinition.taskDefinitionArn' <<<"$definition")
echo "task-definition=$previous" >>"$GITHUB_OUTPUT"
echo "The service runs $previous"
append_summary "### Deployment" "" "If this deployment fails, the service returns to \`$previous\`." ""
