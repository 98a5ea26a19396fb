#!/usr/bin/env bash
# Asks the deployed service for its health and for a prediction until both are right or the attempts used up.
# The answer is judged, not only its status: a service can answer 200 with no prediction in it.
# Reads BASE_URL, HEALTH_PATH, PREDICT_PATH, PAYLOAD_FILE or PAYLOAD (JSON), EXPECT (a jq condition), ATTEMPTS
# and DELAY_SECONDS.
set -euo pipefail

refuse() {
  echo "::error title=Smoke test::$1"
  exit 1
}

if [[ ! ${BASE_URL:-} =~ ^https?://[^[:space:]\"\\]+$ ]]; then
  refuse "The address of the service is empty or no http(s) URL. Is its secret or variable defined?"
fi
payload=${PAYLOAD_FILE:-}
if [[ -z $payload ]]; then
  payload=$RUNNER_TEMP/smoke-payload.json
  printf '%s' "${PAYLOAD:-}" >"$payload"
fi
[[ -f $payload ]] || refuse "The payload file $payload does not exist."
jq empty "$payload" || refuse "The payload is not JSON."
jq -es 'length == 1 and (.[0] | (type == "object" or type == "array") and length > 0)' "$payload" \
  >/dev/null || refuse "The payload must be one JSON object or array that is not empty."

# The answer is one JSON value, and what the condition yields for it is at least one value, each of them true.
[[ -n ${EXPECT:-} ]] || refuse "There is no condition on the answer."
condition=$(printf 'length == 1 and (.[0] | [%s\n] | length > 0 and all)' "$EXPECT")
compiled=0
jq -n "$condition" >/dev/null 2>&1 || compiled=$?
((compiled != 3)) || refuse "The condition on the answer is not a jq expression: $EXPECT"

# ask PATH CURL-OPTIONS: prints the HTTP status, 000 without a whole answer. The address may be a secret: it
# reaches curl on standard input, and nothing that curl says about it is shown.
answer=$RUNNER_TEMP/smoke-answer.json
ask() {
  local status
  status=$(printf 'url = "%s"\n' "${BASE_URL%/}$1" | curl --config - --silent --max-time 15 \
    --output "$answer" --write-out '%{http_code}' "${@:2}" 2>/dev/null) || status=000
  echo "$status"
}

seen="not asked"
for ((attempt = 1; attempt <= ATTEMPTS; attempt++)); do
  ((attempt == 1)) || sleep "$DELAY_SECONDS"
  seen="health $(ask "$HEALTH_PATH")"
  if [[ $seen == 'health 2'?? ]]; then
    : >"$answer"
    status=$(ask "$PREDICT_PATH" --header 'content-type: application/json' --data-binary "@$payload")
    seen+=", predict $status"
    if [[ $status == 2?? ]]; then
      if jq -es "$condition" "$answer" >/dev/null 2>&1; then
        echo "Attempt $attempt of $ATTEMPTS: $seen, the answer is as expected"
        printf 'Smoke test passed at attempt %s of %s: %s.\n\n' "$attempt" "$ATTEMPTS" "$seen" >>"$GITHUB_STEP_SUMMARY"
        exit 0
      fi
      seen+=", but the answer is not as expected"
    fi
  fi
  echo "Attempt $attempt of $ATTEMPTS: $seen"
done
printf '**Smoke test failed** after %s attempts: %s.\n\n' "$ATTEMPTS" "$seen" >>"$GITHUB_STEP_SUMMARY"
refuse "The service did not pass in $ATTEMPTS attempts: $seen."
