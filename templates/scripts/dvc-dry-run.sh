#!/usr/bin/env bash
# Proves without data that the pipeline can be reproduced. `dvc repro --dry --allow-missing` skips stages
# that only lack data; it also passes when a dependency does not exist at all, and fails when a changed
# stage needs data that is not on this machine. `dvc status` tells these apart: it lists what is missing,
# and what DVC knows how to fetch or make.
# Env: TARGETS (stages, separated by spaces), STALE_LOCK (ignore, warn or fail). Output: state.
set -euo pipefail
# include lib/annotation.sh
# include lib/dvc-targets.sh

declare -a stages
require_targets stages

# finish STATE TEXT
finish() {
  echo "state=$1" >>"$GITHUB_OUTPUT"
  append_summary "### DVC dry run: $1" "" "$2" ""
}

broken() {
  say error "DVC pipeline is broken" "$1"
  finish broken "$1"
  exit 1
}

log=$RUNNER_TEMP/dvc-dry-run.log
code=0
dvc repro --dry --allow-missing "${stages[@]}" 2>&1 | tee "$log" || code=$?
# What DVC says without the steps that went well: the reason if nothing better is known.
reason=$(grep -vE "didn't change, skipping|^Running stage |^> |^$|^WARNING" "$log" | head -n 8 || true)

status=$(dvc status --json --with-deps "${stages[@]}") || broken "${reason:-dvc status failed, see the log.}"

# What a stage lacks, as {stage, path, known}: known is data that some stage or .dvc file yields.
lacks=$(jq --compact-output '
  [.[][] | objects | ."changed outs" // {} | keys[]] as $outs
  | [to_entries[] | .key as $stage | .value[] | objects | ."changed deps" // {} | to_entries[]
    | if .value == "deleted" then
        .key as $path
        | {$stage, $path, known: any($outs[] as $out
            | "\($path)/" | startswith("\($out)/") or (. as $folder | "\($out)/" | startswith($folder)); .)}
      elif (.value | type) == "object" then
        .key as $file | .value | to_entries[] | select(.value == "deleted")
        | {$stage, path: "parameter \(.key) of \($file)", known: false}
      else empty end]' <<<"$status")

orphans=$(jq --raw-output '
  [.[] | select(.known | not) | "\(.stage) needs \(.path)"] | join("; ")' <<<"$lacks")
if [[ -n $orphans ]]; then
  broken "$orphans: nobody makes this. Commit it, declare it as an output of a stage, or track it with \
dvc add (DVC does not see a .dvc file in a folder that git ignores)."
fi

if ((code != 0)); then
  pattern="failed to reproduce '([^']+)': \[Errno 2\] No such file or directory: '([^']+)'"
  [[ $(<"$log") =~ $pattern ]] || broken "${reason:-dvc repro --dry failed; see the log of this step.}"
  stage=${BASH_REMATCH[1]}
  path=$(realpath --canonicalize-missing --relative-to=. "${BASH_REMATCH[2]}")
  data=$(jq --raw-output --arg stage "$stage" '.[] | select(.stage == $stage).path' <<<"$lacks")
  grep --quiet --line-regexp --fixed-strings -e "$path" <<<"$data" || broken "$reason"
  text="Stage $stage has changed and needs data that is not on this machine: ${data//$'\n'/, }. \
Whether it runs can only be seen where the data is: run dvc repro and commit dvc.lock."
  finish needs-data "$text"
  if [[ $STALE_LOCK == fail ]]; then
    say error "DVC stage needs data" "$text"
    exit 1
  fi
  say warning "DVC stage needs data" "$text"
  exit 0
fi

# A stage that is declared to run always is never out of date.
always=$(jq --raw-output 'to_entries[] | select(any(.value[]; . == "always changed")).key' <<<"$status")
outdated=$(sed -n "s/^Running stage '\(.*\)':\$/\1/p" "$log" |
  grep --invert-match --line-regexp --fixed-strings -e "$always" | paste --serial --delimiters=' ' || true)
if [[ -z $outdated ]]; then
  finish up-to-date "\`dvc.lock\` is up to date: no stage of \`${stages[*]}\` would run."
  exit 0
fi

text="dvc.lock is out of date, these stages would run: $outdated. Run dvc repro and commit dvc.lock."
finish stale "$text"
case $STALE_LOCK in
  fail)
    say error "dvc.lock is out of date" "$text"
    exit 1
    ;;
  warn) say warning "dvc.lock is out of date" "$text" ;;
  *) say notice "dvc.lock is out of date" "$text" ;;
esac
