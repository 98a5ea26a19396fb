#!/usr/bin/env bash
# Tells Slack and a webhook how the run ended. Addresses and key reach curl and python by standard input and
# environment, never on a command line, and whatever goes wrong here is a warning: no run fails because of it.
# Reads SLACK_URL, WEBHOOK_URL and WEBHOOK_HMAC_KEY (each absent or empty), ON, NEEDS, WORKFLOW, REPOSITORY, REF,
# SHA, ACTOR, RUN_URL and SERVER_URL.
set -euo pipefail
trap 'echo "::warning title=Notification::Not sent: the message could not be made."; exit 0' ERR

jobs=$(jq -c 'map_values(.result)' <<<"$NEEDS")
result=$(jq -r '[.[]] | if any(. == "failure") then "failure" elif any(. == "cancelled") then "cancelled"
  else "success" end' <<<"$jobs")
case $result in success) kind=success ;; *) kind=failure ;; esac
if [[ " $ON " != *" $kind "* ]]; then
  echo "::notice title=Notification::Not sent: the result is $result, and only this is told: $ON."
  exit 0
fi

# send WHO URL FILE CURL-OPTIONS
send() {
  if [[ -z $2 ]]; then
    echo "::notice title=Notification::Not sent to $1: its address is empty. Is its secret or variable defined?"
    return
  elif [[ ! $2 =~ ^https?://[^[:space:]\"\\]+$ ]]; then
    echo "::warning title=Notification::Not sent to $1: its address is no http(s) URL."
    return
  fi
  local status
  status=$(printf 'url = "%s"\n' "$2" | curl --config - --silent --fail --output /dev/null \
    --write-out '%{http_code}' --max-time 10 --retry 2 --retry-max-time 30 \
    --header 'content-type: application/json' --data-binary "@$3" "${@:4}" 2>/dev/null) || true
  if [[ $status == 2?? ]]; then
    echo "Sent to $1."
  else
    echo "::warning title=Notification::Not sent to $1: HTTP status ${status:-000} (000: no answer)."
  fi
}

facts=(--arg workflow "$WORKFLOW" --arg repository "$REPOSITORY" --arg ref "$REF" --arg sha "$SHA"
  --arg actor "$ACTOR" --arg result "$result" --argjson jobs "$jobs" --arg runUrl "$RUN_URL"
  --arg commitUrl "$SERVER_URL/$REPOSITORY/commit/$SHA")

if [[ -v SLACK_URL ]]; then
  message=$RUNNER_TEMP/notify-slack.json
  jq -n "${facts[@]}" '
    def escaped: gsub("&"; "&amp;") | gsub("<"; "&lt;") | gsub(">"; "&gt;");
    def link($text): "<\(.)|\($text | escaped)>";
    {success: "succeeded", failure: "failed", cancelled: "was cancelled"}[$result] as $ended
    | "\($repository), \($ref)" as $where
    | ([$jobs | to_entries[] | select(.value == $result) | .key] | join(", ")) as $which
    | (if $result == "success" then $ended else "\($ended): \($which)" end | escaped) as $outcome
    | {text: ("\($workflow) \($ended) (\($where))" | escaped), blocks: [
        {type: "section", text: {type: "mrkdwn", text: "\($runUrl | link($workflow)) \($outcome)"}},
        {type: "context", elements: [{type: "mrkdwn",
          text: "\($where | escaped), \($commitUrl | link($sha[:7])) by \($actor | escaped)"}]}]}' >"$message"
  send Slack "$SLACK_URL" "$message"
fi

if [[ -v WEBHOOK_URL ]]; then
  message=$RUNNER_TEMP/notify-webhook.json
  jq -ncj "${facts[@]}" '{schemaVersion: 1, $workflow, $repository, $ref, $sha, $actor, $result,
    $jobs, $runUrl, $commitUrl}' >"$message"
  signature=()
  if [[ -n ${WEBHOOK_HMAC_KEY:-} ]]; then
    hmac=$(python3 -c 'import hashlib, hmac, os, sys
key = os.environ["WEBHOOK_HMAC_KEY"].encode()
print(hmac.new(key, sys.stdin.buffer.read(), hashlib.sha256).hexdigest())' <"$message")
    signature=(--header "X-Signature-256: sha256=$hmac")
  fi
  if [[ -n $WEBHOOK_URL && -v WEBHOOK_HMAC_KEY && -z $WEBHOOK_HMAC_KEY ]]; then
    echo "::warning title=Notification::The message to the webhook is not signed: the key is empty."
  fi
  send "the webhook" "$WEBHOOK_URL" "$message" "${signature[@]}"
fi
