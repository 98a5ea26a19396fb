#!/usr/bin/env bash
# A promotion command that refuses may still end with 0. What proves a promotion is the file written about it.
# Reads EVIDENCE, the path of that file.
set -euo pipefail

if ! jq -es 'length == 1 and (.[0] | type == "object" and length > 0)' "$EVIDENCE" >/dev/null; then
  refusal="The promotion command ended with 0 but left no evidence in $EVIDENCE: it refused."
  echo "::error title=Not promoted::$refusal"
  echo "**Not promoted.** $refusal" >>"$GITHUB_STEP_SUMMARY"
  exit 1
fi
{
  printf '### Promoted\n\n| Field | Value |\n| --- | --- |\n'
  jq -r 'def cell: tostring | gsub("\\s+"; " ") | gsub("\\|"; "\\|");
    to_entries[] | select(.value | type != "object" and type != "array")
    | "| \(.key | cell) | \(.value | cell) |"
  ' "$EVIDENCE"
} >>"$GITHUB_STEP_SUMMARY"
echo "Promoted: see the summary of this job."
