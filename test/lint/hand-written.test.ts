import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nodeHost } from "../../src/host/node.ts";
import { lintFile } from "../../src/lint/lint.ts";
import { rules } from "../../src/lint/rules/index.ts";
import { listFolder } from "../../src/repository/contents.ts";

/** Three workflows as a team wrote them by hand, with the mistakes that were made in earnest, in a repository of its shape. */
const root = join(import.meta.dirname, "hand-written");
const repository = listFolder(root, nodeHost().files);

const workflows = ["ci.yaml", "cd.yaml", "nightly.yaml"] as const;

const found = new Map<string, ReadonlySet<string>>();
for (const name of workflows) {
  const path = `.github/workflows/${name}`;
  const findings = await lintFile({ path, bytes: readFileSync(join(root, path)) }, rules, repository);
  found.set(name, new Set(findings.map(({ line, code }) => `${line} ${code}`)));
}

interface Defect {
  readonly what: string;
  readonly seen: readonly (readonly [(typeof workflows)[number], line: number, id: string])[];
}

const defects: readonly Defect[] = [
  {
    what: "a secret in the condition of a step",
    seen: [
      ["cd.yaml", 26, "workflow/context-not-available"],
      ["cd.yaml", 31, "workflow/context-not-available"],
      ["cd.yaml", 38, "workflow/context-not-available"],
      ["cd.yaml", 55, "workflow/context-not-available"],
      ["cd.yaml", 75, "workflow/context-not-available"],
      ["cd.yaml", 83, "workflow/context-not-available"],
      ["nightly.yaml", 29, "workflow/context-not-available"],
    ],
  },
  { what: "a flag that dvc does not have", seen: [["ci.yaml", 31, "pipeline/unknown-flag"]] },
  { what: "a stage that dvc.yaml does not have", seen: [["ci.yaml", 31, "pipeline/unknown-dvc-target"]] },
  { what: "a dry run that needs data", seen: [["ci.yaml", 29, "pipeline/dry-run-without-data"]] },
  { what: "a pull from no remote", seen: [["nightly.yaml", 21, "pipeline/pull-without-remote"]] },
  { what: "credentials written to GITHUB_ENV as they are", seen: [["cd.yaml", 29, "pipeline/secret-in-env-file"]] },
  { what: "a remote added to the tracked config", seen: [["cd.yaml", 32, "pipeline/tracked-dvc-config"]] },
  { what: "DVC without the extra of its remote", seen: [["cd.yaml", 23, "pipeline/dvc-without-extra"]] },
  {
    what: "a config file that was deleted",
    seen: [
      ["cd.yaml", 89, "pipeline/missing-file"],
      ["nightly.yaml", 27, "pipeline/missing-file"],
    ],
  },
  {
    what: "a freshness gate between deployment and rollback",
    seen: [
      ["cd.yaml", 89, "pipeline/gate-after-deploy"],
      ["cd.yaml", 91, "pipeline/rollback-for-other-failures"],
    ],
  },
  { what: "a promotion before the deployment", seen: [["cd.yaml", 39, "pipeline/promotion-before-deploy"]] },
  {
    what: "one unguarded job for everything, with the secrets in its environment",
    seen: [
      ["cd.yaml", 8, "pipeline/shared-job-for-deploy"],
      ["cd.yaml", 8, "policy/unguarded-deployment"],
      ["cd.yaml", 8, "policy/missing-timeout"],
      ["cd.yaml", 14, "policy/secret-in-wide-env"],
      ["cd.yaml", 15, "policy/secret-in-wide-env"],
      ["cd.yaml", 58, "policy/secret-without-environment"],
      ["cd.yaml", 58, "policy/long-lived-keys"],
    ],
  },
  {
    what: "an image named after the repository",
    seen: [["cd.yaml", 53, "pipeline/image-name-from-repository"]],
  },
  {
    what: "a smoke test of nothing, once",
    seen: [
      ["cd.yaml", 87, "pipeline/empty-smoke-payload"],
      ["cd.yaml", 87, "pipeline/smoke-without-retry"],
    ],
  },
  {
    what: "an old action that deploys a tag",
    seen: [
      ["cd.yaml", 73, "pipeline/mutable-deploy-image"],
      ["cd.yaml", 76, "pipeline/old-ecs-deploy"],
      ["cd.yaml", 76, "policy/unpinned-action"],
    ],
  },
  {
    what: "reports that are lost when a gate fails",
    seen: [
      ["cd.yaml", 98, "pipeline/upload-lost-on-failure"],
      ["nightly.yaml", 37, "pipeline/upload-lost-on-failure"],
    ],
  },
  // `reports/metrics.json` is no output of the stages that are run, but `dvc pull` may well bring it.
  { what: "an upload of what no stage of the job writes", seen: [] },
  {
    what: "metrics sent to AWS without credentials and region",
    seen: [
      ["nightly.yaml", 32, "pipeline/missing-credentials"],
      ["nightly.yaml", 32, "pipeline/missing-region"],
    ],
  },
  { what: "two forced runs of one graph", seen: [["nightly.yaml", 25, "pipeline/forced-twice"]] },
  {
    what: "findings of the monitoring that are not kept",
    seen: [["nightly.yaml", 32, "pipeline/missing-artifact-upload"]],
  },
  // Whether what a run made is to be kept for the next one is for the team to say: the file is right without it.
  { what: "no dvc push", seen: [] },
  // Where nobody forks the repository, its pull requests have their secrets: the file does not show it.
  { what: "a secret for a pull request", seen: [] },
];

test.for(defects.map((defect, index) => [`D${index + 1}`, defect] as const).filter(([, { seen }]) => seen.length > 0))(
  "a delivery written by hand: %s is found where it is",
  ([, { what, seen }]) => {
    for (const [file, line, id] of seen)
      expect([...(found.get(file) ?? [])], `${what}, in ${file}`).toContain(`${line} ${id}`);
  },
);

test("a delivery written by hand: what else is risky in it is found too", () => {
  expect([...(found.get("cd.yaml") ?? [])]).toEqual(
    expect.arrayContaining([
      "39 pipeline/promotion-without-proof",
      "91 pipeline/rollback-misses-cancellation",
      "93 pipeline/rollback-not-verified",
      "93 policy/expression-in-script",
    ]),
  );
  expect([...(found.get("nightly.yaml") ?? [])]).toEqual(
    expect.arrayContaining(["32 pipeline/monitoring-skipped-on-stale", "32 pipeline/retrain-regardless-of-drift"]),
  );
});
