import type { Entry, Node } from "../../node.ts";
import { defineRule } from "../../rule.ts";
import type { Workflow } from "../../workflow.ts";

export const envName = defineRule({
  id: "workflow/env-name",
  severity: "error",
  summary: "An environment variable has a name that cannot be used, or that the runner sets itself.",
  why: "No shell can read a name with a blank or `=` in it. Variables of the runner, such as `GITHUB_SHA`, keep the runner's value, whatever `env:` says.",
  hint: "use capital letters, digits and underscores, and a name that the runner does not set",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/variables#default-environment-variables",
  examples: {
    kind: "step",
    bad: `- name: Print the seed
  env:
    TRAINING SEED: "7"
  run: env
`,
    good: `- name: Print the seed
  env:
    TRAINING_SEED: "7"
  run: env
`,
  },
  check: (workflow, report) => {
    for (const { key, keyPlace } of environmentsOf(workflow)) {
      // A name that is computed is known only at run time.
      if (/\$\{\{/.test(key)) continue;
      if (/[\s=]/.test(key)) report(keyPlace, `no shell can read the variable \`${key}\``);
      else if (key === "") report(keyPlace, "the variable has no name");
      else if (SET_BY_RUNNER.has(key.toUpperCase()))
        report(keyPlace, `\`${key}\` keeps the value that the runner gives it`, { severity: "warning" });
    }
  },
});

const environmentsOf = (workflow: Workflow): readonly Entry[] => [
  ...workflow.env,
  ...workflow.jobs.flatMap(({ env, node }) => [
    ...env,
    ...containerEnv(node.get("container")),
    ...(node.get("services")?.entries ?? []).flatMap(({ value }) => containerEnv(value)),
  ]),
  ...workflow.steps.flatMap(({ env }) => env),
];

const containerEnv = (container: Node | undefined): readonly Entry[] => container?.get("env")?.entries ?? [];

/** `GITHUB_TOKEN` is none of them. https://docs.github.com/actions/reference/workflows-and-actions/variables#default-environment-variables */
const SET_BY_RUNNER: ReadonlySet<string> = new Set([
  ...["ACTION", "ACTION_PATH", "ACTION_REPOSITORY", "ACTIONS", "ACTOR", "ACTOR_ID", "API_URL", "BASE_REF", "ENV"].map(
    github,
  ),
  ...["EVENT_NAME", "EVENT_PATH", "GRAPHQL_URL", "HEAD_REF", "JOB", "OUTPUT", "PATH", "REF", "REF_NAME"].map(github),
  ...["REF_PROTECTED", "REF_TYPE", "REPOSITORY", "REPOSITORY_ID", "REPOSITORY_OWNER", "REPOSITORY_OWNER_ID"].map(
    github,
  ),
  ...["RETENTION_DAYS", "RUN_ATTEMPT", "RUN_ID", "RUN_NUMBER", "SERVER_URL", "SHA", "STEP_SUMMARY", "WORKFLOW"].map(
    github,
  ),
  ...["WORKFLOW_REF", "WORKFLOW_SHA", "WORKSPACE", "TRIGGERING_ACTOR", "STATE"].map(github),
  ...["RUNNER_ARCH", "RUNNER_ENVIRONMENT", "RUNNER_NAME", "RUNNER_OS", "RUNNER_TEMP", "RUNNER_TOOL_CACHE"],
  "RUNNER_WORKSPACE",
]);

function github(name: string): string {
  return `GITHUB_${name}`;
}
