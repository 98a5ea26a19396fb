#!/usr/bin/env bash
# Makes sure that the files the image must hold (the trained model) are in the build context, and that Docker
# does not ignore them: .dockerignore stays in force, with exceptions for them at its end, where they win.
# Reads DOCKERFILE, CONTEXT and INCLUDE (a path or glob a line), all relative to the working directory.
set -euo pipefail
shopt -s globstar

refuse() {
  echo "::error title=Image content::$1"
  exit 1
}

exceptions=()
while read -r pattern; do
  [[ -n $pattern ]] || continue
  inside=$(realpath --no-symlinks --canonicalize-missing --relative-to="$CONTEXT" -- "$pattern")
  if [[ $inside == .. || $inside == ../* ]]; then
    refuse "$pattern must be in the image, but is outside its build context $CONTEXT."
  fi
  mapfile -t found < <(compgen -G "$pattern")
  if ((${#found[@]} == 0)) || [[ -z $(find "${found[@]}" -type f -print -quit) ]]; then
    refuse "$pattern must be in the image, but there is no such file. Is it in the bundle of this run?"
  fi
  exceptions+=("!$inside")
done <<<"${INCLUDE:-}"

# Docker reads the ignore file beside the Dockerfile, if there is one, instead of the one of the context.
own=$DOCKERFILE.dockerignore
if [[ -f $own ]]; then
  rules=$(<"$own")
elif [[ -f $CONTEXT/.dockerignore ]]; then
  rules=$(<"$CONTEXT/.dockerignore")
else
  rules=''
fi
if [[ -n $rules ]] && ((${#exceptions[@]} > 0)); then
  printf '%s\n' "$rules" "${exceptions[@]}" >"$own"
  printf 'Not ignored by Docker: %s\n' "${exceptions[@]#!}"
fi
