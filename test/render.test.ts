// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are expressions of GitHub
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { pinActions } from "../src/actions/lock.ts";
import { all, always, equal, github, secrets, text } from "../src/model/expression.ts";
import { read, write } from "../src/model/permission.ts";
import { run, uses } from "../src/model/step.ts";
import type { Job, Workflow } from "../src/model/workflow.ts";
import { readGenerated, withHeader } from "../src/render/header.ts";
import { renderWorkflow } from "../src/render/render.ts";
import type { WorkflowFile } from "./support/invariants.ts";
import { lock } from "./support/plan.ts";

const found = pinActions(lock, ["actions/checkout"], "pipeline.lock.json");
if (!found.ok) throw new Error("no pins");
const pins = found.value;
const checkout = lock.actions.find(({ action }) => action === "actions/checkout");

const job: Job = {
  id: "a",
  name: "A",
  runsOn: { labels: ["ubuntu-24.04"] },
  timeoutMinutes: 5,
  permissions: {},
  steps: [run({ id: "s", name: "S", run: "true\n" })],
};
const workflow: Workflow = {
  name: "W",
  comment: "What it is for.",
  on: { push: { branches: ["main"] } },
  concurrency: { group: "w", cancelInProgress: true },
  jobs: [job],
};
const rendered = (changes: Partial<Job>): string =>
  renderWorkflow({ ...workflow, jobs: [{ ...job, ...changes }] }, pins);
const jobOf = (yaml: string) => (parse(yaml) as WorkflowFile).jobs.a as WorkflowFile["jobs"][string];

test("render: a workflow with everything in it, whole", () => {
  const first = run({
    id: "first",
    name: "First",
    comment: "Why it comes first.",
    if: all(always, equal(github("ref"), "refs/heads/main")),
    env: { TOKEN: secrets("TOKEN"), LIST: "a\nb\n", SHA: text`sha-${github("sha")}`, N: 1, YES: true },
    continueOnError: true,
    timeoutMinutes: 3,
    workingDirectory: "docs",
    run: "# What it does.\nset -euo pipefail\ntrue\n",
  });
  const yaml = renderWorkflow(
    {
      ...workflow,
      on: {
        push: { branchesIgnore: ["main"], paths: ["a/**"] },
        pullRequest: {},
        schedule: [{ cron: "0 6 * * *", timezone: "Europe/Berlin" }],
        workflowDispatch: [{ id: "force", description: "Everything: again", type: "boolean", default: true }],
      },
      jobs: [
        job,
        {
          ...job,
          id: "b",
          comment: "Two lines\nof comment.",
          needs: [job],
          if: equal(github("ref"), "x"),
          runsOn: { group: "big", labels: ["x", "y"] },
          environment: "production",
          permissions: { "id-token": write("to sign"), contents: read("to check out") },
          concurrency: { group: "b", cancelInProgress: false },
          workingDirectory: "sub",
          outputs: { digest: text`${github("sha")}` },
          steps: [
            first,
            uses("actions/checkout", {
              id: "co",
              name: "Check out",
              with: { "persist-credentials": false, path: "x" },
            }),
          ],
        },
      ],
    },
    pins,
  );
  expect(yaml).toBe(`# What it is for.
name: W

on:
  push:
    branches-ignore: [main]
    paths:
      - a/**
  pull_request: {}
  schedule:
    - cron: 0 6 * * *
      timezone: Europe/Berlin
  workflow_dispatch:
    inputs:
      force:
        description: "Everything: again"
        type: boolean
        default: true

# Nothing by default: each job names what its token may do, and why.
permissions: {}

concurrency:
  group: w
  cancel-in-progress: true

jobs:
  a:
    name: A
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions: {}
    steps:
      - name: S
        id: s
        run: |
          set -euo pipefail
          true

  # Two lines
  # of comment.
  b:
    name: A
    needs: [a]
    if: \${{ github.ref == 'x' }}
    runs-on:
      group: big
      labels: [x, y]
    environment: production
    timeout-minutes: 5
    permissions:
      contents: read # to check out
      id-token: write # to sign
    concurrency:
      group: b
      cancel-in-progress: false
    outputs:
      digest: \${{ github.sha }}
    defaults:
      run:
        working-directory: sub
    steps:
      # Why it comes first.
      - name: First
        id: first
        if: \${{ always() && github.ref == 'refs/heads/main' }}
        continue-on-error: true
        timeout-minutes: 3
        env:
          TOKEN: \${{ secrets.TOKEN }}
          LIST: |
            a
            b
          SHA: sha-\${{ github.sha }}
          N: 1
          YES: true
        working-directory: docs
        run: |
          # What it does.
          set -euo pipefail
          true

      - name: Check out
        id: co
        uses: actions/checkout@${checkout?.sha} # ${checkout?.version}
        with:
          persist-credentials: false
          path: x
`);
});

describe("render: text is read back as it was given, whatever it looks like:", () => {
  test.for([
    "yes",
    "null",
    "~",
    "1e3",
    "0x10",
    "012",
    "2024-01-01",
    "true",
    "- item",
    "? key",
    "* alias",
    "& anchor",
    "! tag",
    "| block",
    "> folded",
    "@at",
    "`tick`",
    "%directive",
    "# comment",
    "a # comment",
    "key: value",
    "ends with:",
    "{flow}",
    "[flow]",
    "a, b",
    "'single'",
    '"double"',
    "it's",
    "back\\slash",
    " leading blank",
    "trailing blank ",
    "é ü 日本 🎉",
    "---",
    "...",
    "<<",
    "=",
    `${"long ".repeat(200)}line`,
    "two\nlines",
    "two\nlines\n",
    "  indented\nless",
    "blank\n\nline",
    "trailing \nblank ",
  ])("%j", given => {
    const yaml = rendered({
      name: given.replaceAll("\n", " "),
      environment: given.replaceAll("\n", " "),
      permissions: { contents: read(given.replaceAll("\n", " ")) },
      steps: [run({ id: "s", name: given.replaceAll("\n", " "), env: { VALUE: given }, run: given })],
    });
    const { name, environment, steps } = jobOf(yaml);
    expect(name).toBe(given.replaceAll("\n", " "));
    expect(environment).toBe(given.replaceAll("\n", " "));
    expect(steps[0]?.name).toBe(given.replaceAll("\n", " "));
    expect(steps[0]?.env).toEqual({ VALUE: given });
    expect(steps[0]?.run).toBe(`set -euo pipefail\n${given}${given.endsWith("\n") ? "" : "\n"}`);
  });
});

describe("render: scripts", () => {
  const script = (given: string) => jobOf(rendered({ steps: [run({ id: "s", name: "S", run: given })] })).steps[0]?.run;

  test("begin with `set -euo pipefail`, once", () => {
    expect(script("true")).toBe("set -euo pipefail\ntrue\n");
    expect(script("# Why.\nset -euo pipefail\ntrue\n")).toBe("# Why.\nset -euo pipefail\ntrue\n");
  });

  test("are strict also when they only speak of it", () => {
    for (const given of ["# set -euo pipefail\ntrue\n", "echo set -euo pipefail\n"])
      expect(script(given)).toBe(`set -euo pipefail\n${given}`);
  });
});

describe("render: an expression inside plain text", () => {
  const hole = "echo ${{ github.event.issue.title }}";

  test.for<[where: string, changes: Partial<Job>]>([
    ["a script", { steps: [run({ id: "s", name: "S", run: hole })] }],
    ["a value", { steps: [run({ id: "s", name: "S", env: { A: hole }, run: "true" })] }],
    ["a step's name", { steps: [run({ id: "s", name: hole, run: "true" })] }],
    ["a folder", { steps: [run({ id: "s", name: "S", workingDirectory: hole, run: "true" })] }],
    ["a job's name", { name: hole }],
    ["a job's folder", { workingDirectory: hole }],
    ["a runner", { runsOn: { labels: [hole] } }],
    ["a runner group", { runsOn: { labels: [], group: hole } }],
    ["an environment", { environment: hole }],
    ["a reason", { permissions: { contents: read(hole) } }],
    ["a group", { concurrency: { group: hole, cancelInProgress: true } }],
  ])("is refused in %s", ([, changes]) => {
    expect(() => rendered(changes)).toThrow("an expression inside plain text");
  });
});

test("render: an action without a pin is a bug of ours", () => {
  const steps = [uses("docker/login-action", { id: "s", name: "S", with: {} })];
  expect(() => renderWorkflow({ ...workflow, jobs: [{ ...job, steps }] }, { of: () => undefined })).toThrow(
    "no pin for docker/login-action",
  );
});

test("render: scopes stand in one order, however the job lists them", () => {
  const scopes = { packages: write("p"), contents: read("c"), actions: read("a") };
  const reversed = Object.fromEntries(Object.entries(scopes).reverse());
  expect(rendered({ permissions: reversed })).toBe(rendered({ permissions: scopes }));
});

describe("header:", () => {
  const body = "name: W\n";
  const file = withHeader(body, "ml/pipeline.config.ts");

  test("what was written is read back, intact", () => {
    expect(readGenerated(file)).toEqual({ configFile: "ml/pipeline.config.ts", body, intact: true });
  });

  test("a changed body is noticed, also when lines are only added at the end", () => {
    for (const changed of [file.replace("W", "V"), `${file}\n`, file.trimEnd(), file.replace("\n\n", "\n \n")])
      expect(readGenerated(changed)).toMatchObject({ intact: false });
  });

  test("a file without it is not ours", () => {
    expect(readGenerated(body)).toBeUndefined();
    expect(readGenerated("")).toBeUndefined();
    expect(readGenerated(`# A comment.\n${file}`)).toBeUndefined();
  });
});
