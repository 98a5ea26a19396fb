#!/usr/bin/env bash
# The one required status check: it succeeds only if every job it needs did. A skipped job did not prove
# anything.
# Env: NEEDS (toJSON(needs)).
set -euo pipefail
# include lib/annotation.sh

append_summary "### Required jobs" "" "| Job | Result |" "| --- | --- |" \
  "$(jq --raw-output 'to_entries[] | "| \(.key) | \(.value.result) |"' <<<"$NEEDS")" ""
unmet=$(jq --raw-output '
  [to_entries[] | select(.value.result != "success") | "\(.key) (\(.value.result))"]
  | join(", ")' <<<"$NEEDS")
if [[ -n $unmet ]]; then
  say error "Required jobs" "Not successful: $unmet. Open these jobs for the reason."
  exit 1
fi
