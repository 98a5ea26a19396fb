#!/usr/bin/env bash
# Says aloud when AWS credentials are not configured, so that what depends on them is not silently left out.
# It looks only at whether they are empty.
# Env: AUTH (keys or role), AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or ROLE; REGION; PURPOSE (what is
# not done without them). Output: configured.
set -euo pipefail
# include lib/annotation.sh

if [[ $AUTH == role ]]; then
  names=(ROLE REGION)
else
  names=(AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY REGION)
fi
empty=()
for name in "${names[@]}"; do
  [[ -n ${!name:-} ]] || empty+=("$name")
done

if ((${#empty[@]} == 0)); then
  echo "configured=true" >>"$GITHUB_OUTPUT"
else
  list=$(printf ', %s' "${empty[@]}")
  list=${list/ROLE/deploy.aws.auth.role}
  list=${list/REGION/deploy.aws.region}
  say warning "AWS credentials" "Not defined: ${list:2}; so $PURPOSE."
  echo "configured=false" >>"$GITHUB_OUTPUT"
fi
