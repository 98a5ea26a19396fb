#!/usr/bin/env bash
# Decides whether this run may build, deploy and promote its model, by what the reports say rather than by
# exit codes. A model that did not pass validation fails the step; one that was not registered is deployed
# but not promoted.
# Env: VALIDATION_REPORT, REGISTRY_FILE (paths; either may be empty; without REGISTRY_FILE only the validation is
# judged). Output: promote.
set -euo pipefail
# include lib/annotation.sh

fail() {
  say error "Model validation" "$1"
  append_summary "### Promotion" "" "- Validation: $1" ""
  echo "promote=false" >>"$GITHUB_OUTPUT"
  exit 1
}

if [[ -n $VALIDATION_REPORT ]]; then
  [[ -f $VALIDATION_REPORT ]] ||
    fail "$VALIDATION_REPORT does not exist: check that the training stages write it."
  status=$(jq --slurp --exit-status --raw-output \
    'select(length == 1)[0] | objects | .status // "absent" | tostring' "$VALIDATION_REPORT" 2>/dev/null) ||
    fail "$VALIDATION_REPORT is not a JSON object: check the stage that writes it."
  [[ $status == passed ]] ||
    fail "$VALIDATION_REPORT has the status \"$status\", not \"passed\": this model is not delivered."
fi

append_summary "### Promotion" "" "- Validation: ${status:-no report is asked for}"
if [[ ! -v REGISTRY_FILE ]]; then
  append_summary ""
elif [[ -n $REGISTRY_FILE && ! -f $REGISTRY_FILE ]]; then
  say notice "Model promotion" "$REGISTRY_FILE does not exist: no model was registered, so none is promoted."
  append_summary "- To be promoted: no, \`$REGISTRY_FILE\` does not exist" ""
  echo "promote=false" >>"$GITHUB_OUTPUT"
else
  append_summary "- To be promoted: yes" ""
  echo "promote=true" >>"$GITHUB_OUTPUT"
fi
