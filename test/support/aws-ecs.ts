/** What the stand-in answers to a call: JSON, or an error as the AWS CLI words it. */
export type Answer = { readonly json: unknown } | { readonly error: string };

export const family = "arn:aws:ecs:eu-west-1:123456789012:task-definition/creditrisk-api";
export const previous = `${family}:7`;
export const deployed = `${family}:8`;

/** A service as `describe-services` shows it: stable on a task definition, or as given. */
export const service = (taskDefinition: string, more: object = {}): Answer => ({
  json: {
    services: [
      {
        status: "ACTIVE",
        desiredCount: 2,
        runningCount: 2,
        taskDefinition,
        deployments: [{ status: "PRIMARY", rolloutState: "COMPLETED", taskDefinition }],
        events: [],
        ...more,
      },
    ],
    failures: [],
  },
});

export const rollout = (rolloutState: string) => ({ deployments: [{ status: "PRIMARY", rolloutState }] });

export const failure = (name: string, text: string): Answer => ({ error: `\nAn error occurred (${name}): ${text}` });

export const noService: Answer = { json: { services: [], failures: [{ reason: "MISSING" }] } };

/**
 * A stand-in for `aws`: each call of `aws ecs <name>` gets the next answer of its list, the last one for ever after.
 * The calls are kept in `$STANDIN/aws`, one a line.
 */
export const aws = (calls: Readonly<Record<string, readonly Answer[]>>): string => `
printf '%s\\n' "$*" >>"$STANDIN/aws"
count=$(grep -c "^ecs $2 " "$STANDIN/aws")
case "$2" in
${Object.entries(calls)
  .map(([name, answers]) => `${name}) answers=${answers.length} ;;`)
  .join("\n")}
*) echo "unexpected: $2" >&2; exit 254 ;;
esac
case "$2 $((count < answers ? count : answers))" in
${Object.entries(calls)
  .flatMap(([name, answers]) => answers.map((answer, index) => `"${name} ${index + 1}")\n${reply(answer)}\n;;`))
  .join("\n")}
esac`;

const reply = (answer: Answer): string =>
  "json" in answer
    ? `cat <<'ANSWER'\n${JSON.stringify(answer.json)}\nANSWER`
    : `cat >&2 <<'ANSWER'\n${answer.error}\nANSWER\nexit 255`;
