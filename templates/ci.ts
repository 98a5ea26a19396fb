import type { Pipeline } from "../src/config/pipeline.ts";
import type { Expression } from "../src/model/expression.ts";
import { all, always, cancelled, equal, github, needsJson, not, text } from "../src/model/expression.ts";
import { read } from "../src/model/permission.ts";
import { run, uses } from "../src/model/step.ts";
import { job } from "../src/model/workflow.ts";
import type { Template } from "../src/template.ts";
import checkUpToDate from "./scripts/check-up-to-date.sh";
import gateSummary from "./scripts/gate-summary.sh";
import requireJobs from "./scripts/require-jobs.sh";
import { checkout } from "./steps/checkout.ts";
import { dryRun, dvcCache } from "./steps/dvc.ts";
import { python } from "./steps/python.ts";
import { ownPaths, workingDirectory } from "./steps/values.ts";

/** Node.js major that runs the drift check. */
const NODE = "24";

/** Proves every change safe, without a single secret, so that it works for forks. */
export const ci: Template = {
  name: "ci",
  build: pipeline => {
    const quality = qualityJob(pipeline);
    const workflows = workflowsJob(pipeline);
    return {
      name: `${pipeline.name} CI`,
      comment:
        "Proves every change safe before it is merged. No secret is ever used here, so that it runs for forks too.",
      on: {
        push: { branchesIgnore: [pipeline.defaultBranch], paths: ownPaths(pipeline) },
        pullRequest: { paths: ownPaths(pipeline) },
      },
      concurrency: {
        group: text`${pipeline.name}-ci-${github("event_name")}-${github("ref")}`,
        cancelInProgress: true,
      },
      jobs: [quality, workflows, gateJob(pipeline, [quality, workflows])],
    };
  },
};

const qualityJob = (pipeline: Pipeline) => {
  const environment = python(pipeline, { cached: true });
  const cache = dvcCache(pipeline);
  const ready = all(not(cancelled), equal(environment.install.outcome, "success"));
  const gates = pipeline.checks.map(({ id, name, command, advisory }) =>
    run({ id, name, if: ready, continueOnError: advisory, run: `${command}\n` }),
  );
  const dvc = dryRun(pipeline, ready);
  const [first, ...others] = gates;
  return job({
    id: "quality",
    name: "Quality",
    comment: "Every gate reports, also when an earlier one failed.",
    runsOn: pipeline.runners.ci,
    timeoutMinutes: pipeline.timeouts.quality,
    permissions: { contents: read("to check out the code") },
    workingDirectory: workingDirectory(pipeline),
    steps: [
      checkout({ history: true }),
      ...environment.steps,
      cache.restore,
      ...(first ? [{ ...first, comment: "The gates, each on its own: all of them report." }, ...others] : []),
      dvc,
      run({
        id: "summary",
        name: "Summarise the gates",
        if: not(cancelled),
        env: {
          TITLE: "Quality gates",
          GATES: table([
            ...pipeline.checks.map(({ name, advisory }, index) => ({
              name,
              advisory,
              outcome: (gates[index] as (typeof gates)[number]).outcome,
            })),
            { name: "DVC pipeline", advisory: false, outcome: dvc.outcome },
          ]),
        },
        run: gateSummary,
      }),
      environment.save,
      cache.save,
    ],
  });
};

interface Gate {
  readonly name: string;
  readonly advisory: boolean;
  readonly outcome: Expression<"steps">;
}

/** The gates as a JSON list, one a line; the outcomes are filled in by GitHub and are words. */
const table = (gates: readonly Gate[]) => {
  const strings = gates.map(
    ({ name, advisory }, index) =>
      `${index === 0 ? "[\n" : '"},\n'}  {"name": ${JSON.stringify(name)}, "advisory": ${advisory}, "outcome": "`,
  );
  return {
    kind: "text",
    parts: [...gates.flatMap(({ outcome }, index) => [strings[index] as string, outcome]), '"}\n]'],
  } as const;
};

const workflowsJob = (pipeline: Pipeline) =>
  job({
    id: "workflows",
    name: "Workflows up to date",
    comment: "The workflows in the repository are those its config means; the lock file says which release checks it.",
    runsOn: pipeline.runners.ci,
    timeoutMinutes: pipeline.timeouts.workflows,
    permissions: { contents: read("to check out the code") },
    steps: [
      checkout({ history: false }),
      uses("actions/setup-node", {
        id: "node",
        name: "Set up Node.js",
        with: { "node-version": NODE, "package-manager-cache": false },
      }),
      run({
        id: "check",
        name: "Compare the workflows with the config",
        env: { LOCK_FILE: pipeline.lockFile, CONFIG: pipeline.configFile },
        run: checkUpToDate,
      }),
    ],
  });

const gateJob = (pipeline: Pipeline, needs: readonly ReturnType<typeof job>[]) =>
  job({
    id: "ci",
    name: `${pipeline.name} CI result`,
    comment: "The one status check to require in branch protection: it reports in every case.",
    needs,
    if: always,
    runsOn: pipeline.runners.ci,
    timeoutMinutes: pipeline.timeouts.ci,
    permissions: {},
    steps: [
      run({ id: "require", name: "Require every job to have succeeded", env: { NEEDS: needsJson }, run: requireJobs }),
    ],
  });
