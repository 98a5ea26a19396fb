#!/usr/bin/env bash
# Lists each gate of the job with its result in the job summary. A gate that is only advisory does not fail
# the job.
# Env: TITLE, GATES (JSON: a list of {name, outcome, advisory}).
set -euo pipefail

jq --raw-output --arg title "$TITLE" '
  "### \($title)", "", "| Gate | Result |", "| --- | --- |",
  (.[] | (if .outcome == "success" then "✅ passed"
      elif .outcome == "failure" and .advisory == true then "⚠️ failed (advisory)"
      elif .outcome == "failure" then "❌ failed"
      elif .outcome == "cancelled" then "🚫 cancelled"
      else "⏭️ skipped" end) as $result
    | "| \(.name | gsub("\\|"; "\\|")) | \($result) |"),
  ""' <<<"$GATES" >>"$GITHUB_STEP_SUMMARY"
