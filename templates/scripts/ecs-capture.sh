#!/usr/bin/env bash
# Notes, before anything changes, which task definition the service runs: a failed deployment returns to it.
# Stops here if the service is not fit for a deployment, or could not be returned to where it is.
# What the smoke test needs is looked for here too: if it is missing, a healthy service would be rolled back.
# Reads CLUSTER, SERVICE, CONTAINER, what the AWS CLI reads and, for the smoke test, BASE_URL and PAYLOAD_FILE.
set -euo pipefail
# include lib/annotation.sh
# include lib/ecs.sh

refuse() {
  say error "Not deployed" "$1 Nothing was changed."
  exit 1
}

empty=()
for name in CLUSTER SERVICE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION BASE_URL; do
  [[ ! -v $name || -n ${!name} ]] || empty+=("$name")
done
if ((${#empty[@]} > 0)); then
  refuse "Empty: ${empty[*]}. Is the secret or variable it comes from defined?"
elif [[ -n ${PAYLOAD_FILE:-} && ! -f $PAYLOAD_FILE ]]; then
  refuse "The smoke test's payload $PAYLOAD_FILE does not exist."
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
  refuse "The task definition $current has no container $CONTAINER, only: $containers. Mend deploy.container."
fi

previous=$(jq -r '.taskDefinition.taskDefinitionArn' <<<"$definition")
echo "task-definition=$previous" >>"$GITHUB_OUTPUT"
echo "The service runs $previous"
append_summary "### Deployment" "" "If this deployment fails, the service returns to \`$previous\`." ""
