#!/usr/bin/env bash
# Decides whether the model is trained anew: the trigger file says so, or the share of drifted columns in
# the trigger file or in the drift report reaches the threshold.
# Env: TRIGGER, REPORT (paths of JSON files), THRESHOLD (0 to 1). Output: retrain.
set -euo pipefail
# include lib/annotation.sh

# read_json PATH: the file's JSON object, {} if the file does not exist.
read_json() {
  if [[ ! -f $1 ]]; then
    echo '{}'
  elif ! jq --slurp --exit-status --compact-output 'select(length == 1)[0] | objects' "$1" 2>/dev/null; then
    say error "Retraining" "$1 is not a JSON object: check the stage that writes it." >&2
    exit 1
  fi
}

if [[ ! -f $TRIGGER && ! -f $REPORT ]]; then
  say warning "Retraining" "Neither $TRIGGER nor ${REPORT:-a drift report} exists: the drift is unknown."
  append_summary "### Retraining: no" "" "There is no trigger file and no drift report." ""
  echo "retrain=false" >>"$GITHUB_OUTPUT"
  exit 0
fi

asked=$(read_json "$TRIGGER")
drift=$(read_json "$REPORT")
# A share may be a number, a text or null.
decision=$(jq --null-input --compact-output --argjson trigger "$asked" --argjson report "$drift" \
  --argjson threshold "$THRESHOLD" '
  def shares: objects | .share_drifted_columns, .share_of_drifted_columns;
  [($trigger, $report | shares, (.summary | shares)),
    ($report.metrics | arrays[] | objects | select(.metric == "DatasetDriftMetric").result | shares)]
  | map(tonumber? | select(isnan | not)) | max as $share
  | {$share, told: ($trigger.triggered == true)}
  | .retrain = (.told or ($share != null and $share >= $threshold))')

jq --raw-output '"retrain=\(.retrain)"' <<<"$decision" >>"$GITHUB_OUTPUT"
jq --raw-output --arg threshold "$THRESHOLD" '
  "### Retraining: \(if .retrain then "yes" else "no" end)", "",
  "- Share of drifted columns: \(.share // "not reported") (threshold \($threshold))",
  "- The trigger file asks for it: \(if .told then "yes" else "no" end)", ""
' <<<"$decision" >>"$GITHUB_STEP_SUMMARY"
