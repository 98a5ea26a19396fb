#!/usr/bin/env bash
# Starts the delivery workflow, which trains, validates and deploys behind its own gates.
# Env: GH_TOKEN (needs `actions: write`), REPOSITORY (owner/name), WORKFLOW (file name), REF (branch).
set -euo pipefail
# include lib/annotation.sh

if ! gh workflow run "$WORKFLOW" --repo "$REPOSITORY" --ref "$REF"; then
  say error "Retraining" "$WORKFLOW was not started: it must have a workflow_dispatch trigger on $REF, \
and this job the permission actions: write."
  exit 1
fi
say notice "Retraining" "$WORKFLOW was started on $REF."
append_summary "### Retraining" "" "\`$WORKFLOW\` was started on \`$REF\`." ""
