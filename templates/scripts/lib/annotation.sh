#!/usr/bin/env bash
# What a step says about itself: annotations and lines of the job summary.

# say LEVEL TITLE TEXT: an annotation of the run.
say() {
  local text=${3//'%'/%25}
  text=${text//$'\r'/%0D}
  printf '::%s title=%s::%s\n' "$1" "$2" "${text//$'\n'/%0A}"
}

append_summary() {
  printf '%s\n' "$@" >>"$GITHUB_STEP_SUMMARY"
}
