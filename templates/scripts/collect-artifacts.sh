#!/usr/bin/env bash
# Copies the files of an artifact to one folder, with their relative paths, so that the artifact has the
# same layout however many of them exist. A required file that is absent fails the step, unless the job has
# failed already.
# Env: ARTIFACTS (lines: `required PATH` or `optional PATH`, PATH a file, directory or glob), DESTINATION
# (an absolute folder), JOB_STATUS. Output: files, how many were copied.
set -euo pipefail
shopt -s globstar
# include lib/annotation.sh

failed=false

# What DVC links to its cache counts as here; the cache may be above this directory.
here=$(pwd -P)
project=$here
while [[ ! -d $project/.dvc && $project != / ]]; do
  project=$(dirname "$project")
done
cache=$(realpath --canonicalize-missing "$project/.dvc/cache")

refuse() {
  say error "Artifact" "$1 leaves the working directory: only files below it can be in an artifact."
  failed=true
}

inside() {
  local real
  real=$(realpath --canonicalize-missing "$1")
  [[ $real == "$here" || $real == "$here"/* || $real == "$cache"/* ]]
}

declare -A sizes=()
absent=()
mkdir -p "$DESTINATION"
while read -r need pattern; do
  [[ -n $need ]] || continue
  if [[ $pattern == /* || /$pattern/ == */../* ]]; then
    refuse "$pattern"
    continue
  fi
  found=0
  mapfile -t matches < <(compgen -G "./$pattern")
  for match in "${matches[@]}"; do
    if ! inside "$match"; then
      refuse "${match#./}"
      continue
    fi
    while IFS= read -r -d '' file; do
      if ! inside "$file"; then
        refuse "${file#./}"
      elif [[ -f $file ]]; then
        file=$(realpath --no-symlinks --relative-to="$here" "$file")
        mkdir -p "$DESTINATION/$(dirname "$file")"
        cp --dereference "$file" "$DESTINATION/$file"
        sizes[$file]=$(stat --dereference --format=%s "$file")
        found=$((found + 1))
      fi
    done < <(find -H "$match" \( -type f -o -type l \) -print0)
  done
  if ((found > 0)); then
    continue
  elif [[ $need == required && $JOB_STATUS == success ]]; then
    say error "Artifact" "$pattern does not exist: check that the stages write it, or make it optional."
    failed=true
  else
    absent+=("$pattern ($need)")
  fi
done <<<"$ARTIFACTS"

# One annotation for all: GitHub shows ten of a step.
if ((${#absent[@]} > 0)); then
  list=$(printf ', %s' "${absent[@]}")
  say warning "Artifact" "Not in the artifact, because it does not exist: ${list:2}."
fi

echo "files=${#sizes[@]}" >>"$GITHUB_OUTPUT"
if ((${#sizes[@]} == 0)); then
  append_summary "### Artifact: no files" ""
  [[ $failed == false ]]
  exit
fi
append_summary "### Artifact: ${#sizes[@]} files" "" "| File | Size |" "| --- | ---: |"
for file in "${!sizes[@]}"; do
  printf '| %s | %s |\n' "${file//|/\\|}" "$(numfmt --to=iec "${sizes[$file]}")"
done | sort >>"$GITHUB_STEP_SUMMARY"
append_summary ""
[[ $failed == false ]]
