#!/usr/bin/env bash
# Points DVC at this pipeline's remote and leaves its credentials in a file that only the DVC steps read: in
# GITHUB_ENV every later action would have them. DVC_REMOTE_CREDENTIALS is KEY=VALUE lines or a JSON object,
# plain or in base64. Each value is masked before anything else: GitHub knows the secret only in the form in
# which it is stored.
# Env: REMOTE_NAME, DVC_REMOTE_URL, DVC_REMOTE_CREDENTIALS (may be empty).
set -euo pipefail
# include lib/annotation.sh

umask 077

refuse() {
  say error "DVC credentials" "DVC_REMOTE_CREDENTIALS: $1"
  exit 1
}

# Masks each line of a text. Values under four characters and booleans are no secrets, and masking them would
# garble the log and blank every job output that holds them, such as promote=true.
mask() {
  local line
  while IFS= read -r line; do
    if ((${#line} >= 4)) && [[ $line != true && $line != false ]]; then
      line=${line//'%'/%25}
      printf '::add-mask::%s\n' "${line//$'\r'/%0D}"
    fi
  done <<<"$1"
}

# Base64 is believed only if what it holds looks like credentials: a short word can be valid base64 by chance.
text=${DVC_REMOTE_CREDENTIALS//$'\r'/}
if decoded=$(tr -d '[:space:]' <<<"$text" | base64 --decode 2>/dev/null | tr -d '\r\0') &&
  [[ $decoded == *=* || $decoded == '{'* ]]; then
  text=$decoded
fi

names=() values=() problem=""
form=$(jq --raw-output 'objects | if .type == "service_account" then "google" else "object" end' \
  <<<"$text" 2>/dev/null || true)
if [[ $form == google ]]; then
  names=(GOOGLE_APPLICATION_CREDENTIALS_JSON) values=("$(jq --compact-output . <<<"$text")") text=""
elif [[ $form == object ]]; then
  mask "$(jq --raw-output '.. | scalars' <<<"$text")"
  jq --exit-status 'all(.[]; type == "string" and (contains("\n") | not))' <<<"$text" >/dev/null ||
    problem="the values of the JSON object must be texts of one line"
  text=$(jq --raw-output 'to_entries[] | "\(.key)=\(.value)"' <<<"$text")
fi

number=0
while IFS= read -r line; do
  number=$((number + 1))
  [[ $line =~ ^[[:space:]]*(#.*)?$ ]] && continue
  [[ $line =~ ^[[:space:]]*(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$ ]] || {
    problem=${problem:-"line $number is not KEY=VALUE"}
    mask "$line"
    continue
  }
  name=${BASH_REMATCH[2]} value=${BASH_REMATCH[3]}
  [[ $value =~ ^\"(.*)\"$ || $value =~ ^\'(.*)\'$ ]] && value=${BASH_REMATCH[1]}
  mask "$value"
  names+=("$name") values+=("$value")
  if [[ ! $name =~ ^(AWS|AZURE|GOOGLE|GCS|GDRIVE|OSS|DVC)_ ]]; then
    # A padded line of base64 looks like a name without a value: it is not shown.
    [[ ${#name} -le 40 && $value == *[!=]* ]] || name="line $number"
    problem=${problem:-"$name is not allowed: use AWS_, AZURE_, GOOGLE_, GCS_, GDRIVE_, OSS_ or DVC_ names"}
  fi
done <<<"$text"

# DVC wants the path of a Google key, not its text.
google=""
for i in "${!names[@]}"; do
  if [[ ${names[i]} == GOOGLE_APPLICATION_CREDENTIALS_JSON ]]; then
    google=${values[i]}
    parts=$(jq --raw-output '.private_key, .private_key_id, .refresh_token, .client_secret | strings' \
      <<<"$google" 2>/dev/null || true)
    mask "$parts"
    [[ $(jq --raw-output type <<<"$google" 2>/dev/null || true) == object ]] ||
      problem=${problem:-"GOOGLE_APPLICATION_CREDENTIALS_JSON is not a JSON object"}
    names[i]=GOOGLE_APPLICATION_CREDENTIALS values[i]=$RUNNER_TEMP/google-credentials.json
  fi
done
[[ -z $problem ]] || refuse "$problem."

if [[ -n $google ]]; then
  printf '%s\n' "$google" >"$RUNNER_TEMP/google-credentials.json"
fi
for i in "${!names[@]}"; do
  printf '%s=%s\n' "${names[i]}" "${values[i]}"
done >"$RUNNER_TEMP/dvc-credentials.env"

if [[ -n $DVC_REMOTE_URL ]]; then
  dvc remote add --quiet --force --default --local "$REMOTE_NAME" "$DVC_REMOTE_URL"
elif own=$(dvc remote default 2>/dev/null) && [[ -n $own ]]; then
  say notice "DVC remote" "DVC_REMOTE_URL is not defined: the repository's own default remote $own is used."
else
  say error "DVC remote" "There is no DVC remote: define the secret DVC_REMOTE_URL, or commit a default one."
  exit 1
fi
