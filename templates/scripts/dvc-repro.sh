#!/usr/bin/env bash
# Runs the stages in one call: two calls would run the stages they share twice, on different data. What
# dvc.lock then says is reported but does not fail the step: training is not byte for byte the same
# everywhere.
# Env: TARGETS (stages, separated by spaces), FORCE (true or false), MLFLOW_TRACKING_URI and
# MLFLOW_TRACKING_TOKEN.
set -euo pipefail
# include lib/annotation.sh
# include lib/dvc.sh
# include lib/dvc-targets.sh

declare -a stages options=()
require_targets stages
load_dvc_credentials
drop_empty MLFLOW_TRACKING_TOKEN MLFLOW_TRACKING_URI
if [[ $FORCE == true ]]; then
  options+=(--force)
fi

log=$RUNNER_TEMP/dvc-repro.log
code=0
dvc repro "${options[@]}" "${stages[@]}" 2>&1 | tee "$log" || code=$?
if ((code != 0)); then
  stage=$(sed -n "s/^ERROR: failed to reproduce '\([^']*\)'.*/\1/p" "$log" | tail -n 1)
  say error "DVC stage failed" "${stage:-dvc repro} failed; its output is in the log of this step."
fi

mapfile -t locks < <(
  git diff --name-only --relative HEAD -- ':(glob)**/dvc.lock'
  git ls-files --others --exclude-standard -- ':(glob)**/dvc.lock'
)
if ((${#locks[@]} > 0)); then
  say notice "dvc.lock changed" "The run changed dvc.lock: the job summary lists the outputs."
  append_summary "### Outputs that differ from the committed dvc.lock" "" \
    "| Stage | Output | Change |" "| --- | --- | --- |"
  # ruamel.yaml comes with DVC.
  python - "${locks[@]}" >>"$GITHUB_STEP_SUMMARY" <<'PY' || true
import pathlib, subprocess, sys
from ruamel.yaml import YAML

def outs(text):
    stages = (YAML(typ="safe").load(text) or {}).get("stages") or {}
    return {(name, out["path"]): out.get("md5") for name in stages for out in stages[name].get("outs", [])}

for lock in map(pathlib.Path, sys.argv[1:]):
    committed = subprocess.run(["git", "show", f"HEAD:./{lock}"], capture_output=True, text=True)
    before, after = outs(committed.stdout), outs(lock.read_text())
    for stage, path in sorted(set(before) | set(after)):
        old, new = before.get((stage, path)), after.get((stage, path))
        if old != new:
            name = stage if len(lock.parts) == 1 else f"{lock.parent}/dvc.yaml:{stage}"
            print(f"| {name} | {path} | {'changed' if old and new else 'new' if new else 'removed'} |")
PY
  append_summary ""
fi
exit "$code"
