#!/usr/bin/env bash
# Shows the metrics, the validation and the freshness of the data in the job summary. It only reports: a
# file that is absent or malformed is named, and never fails the job.
# Env: METRICS_FILE, VALIDATION_REPORT, FRESHNESS_REPORT (paths; any may be empty).
set -euo pipefail

cell='def cell: tostring | gsub("[\\r\\n]+"; " ") | gsub("<"; "&lt;") | gsub("\\|"; "\\|");'

# section TITLE FILE PROGRAM: what the jq program makes of the file.
section() {
  local text
  [[ -n $2 ]] || return 0
  if [[ ! -f $2 ]]; then
    text="\`$2\` does not exist."
  elif ! text=$(jq --slurp -re "$cell select(length == 1)[0] | $3" "$2" 2>/dev/null); then
    text="\`$2\` is not the JSON that was expected."
  fi
  printf '### %s\n\n%s\n\n' "$1" "$text" >>"$GITHUB_STEP_SUMMARY"
}

# Values inside lists, such as curves, are left out.
section Metrics "$METRICS_FILE" '
  objects | "| Metric | Value |", "| --- | ---: |",
  (tostream | select(length == 2 and all(.[0][]; type == "string"))
    | select(.[1] | type | IN("number", "string", "boolean"))
    | "| \(.[0] | join(".") | cell) | \(.[1] | cell) |")'

section Validation "$VALIDATION_REPORT" '
  objects | "Status: **\(.status // "absent" | cell)**",
  (.checks | arrays | select(length > 0) | "", "| Check | Status |", "| --- | --- |",
    (.[] | objects | "| \(.name | cell) | \(.status | cell) |"))'

section "Data freshness" "$FRESHNESS_REPORT" '
  objects | "Status: **\(.status // "absent" | cell)**"
    + (.hours_since_ingestion // .hours_since_snapshot // .age_hours | if . == null then ""
      else ", \(if type == "number" then . * 10 | round / 10 else . end | cell) hours old" end)'
