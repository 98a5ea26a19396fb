#!/usr/bin/env bash
# Names one image: its repository on ghcr.io (lower case, whatever the owner is called), the tags and labels
# of this commit and, once pushed, the reference by digest: a tag can move, a digest is what was built.
# Reads OWNER, IMAGE, SHA and, optional, DIGEST and REVISION_URL.
set -euo pipefail

name="ghcr.io/${OWNER,,}/$IMAGE"
{
  printf 'name=%s\n' "$name"
  printf 'tags<<END\n%s\n%s\nEND\n' "$name:latest" "$name:$SHA"
  printf 'labels<<END\norg.opencontainers.image.revision=%s\n' "$SHA"
  if [[ -n ${REVISION_URL:-} ]]; then
    printf 'org.opencontainers.image.source=%s\n' "$REVISION_URL"
  fi
  printf 'END\n'
} >>"$GITHUB_OUTPUT"

if [[ -z ${DIGEST:-} ]]; then
  echo "Image: $name"
elif [[ $DIGEST =~ ^sha256:[0-9a-f]{64}$ ]]; then
  echo "Image: $name@$DIGEST"
  echo "reference=$name@$DIGEST" >>"$GITHUB_OUTPUT"
else
  echo "::error title=Image digest::$name has no digest of the form sha256:<64 hex digits>. Was it pushed?"
  exit 1
fi
