import { expect, test } from "vitest";
import { parse } from "yaml";
import type { Fault } from "../../src/rehearse/faults.ts";
import { broughtToLight, faultsOf, findFault } from "../../src/rehearse/faults.ts";
import type { JobRun, RunResult, StepRun } from "../../src/rehearse/log.ts";
import type { Rehearsal } from "../../src/rehearse/rehearsal.ts";
import { declared } from "../../src/rehearse/workflow.ts";

const TEXT = `# A comment that stays.
on: push
jobs:
  train:
    steps:
      - { id: checkout, name: Check out, uses: actions/checkout@0000, with: { fetch-depth: 0 } }
      - { id: lint, name: Lint, run: ruff check ., continue-on-error: true }
  image:
    needs: train
    steps:
      - { id: build, run: docker build ., if: "\${{ !cancelled() }}" }
  deploy:
    needs: [image]
    steps:
      - { id: checkout, uses: actions/checkout@0000 }
      - { id: capture, run: capture }
      - { id: deploy, run: deploy }
      - { id: smoke, run: smoke }
      - { id: aws-rollback, run: renew, if: "\${{ failure() || cancelled() }}" }
      - { id: rollback, run: rollback, if: "\${{ failure() || cancelled() }}" }
      - { run: tidy }
  promote:
    needs: deploy
    steps: [{ id: promote, run: promote }]
  notify:
    needs: [train, promote]
    steps: [{ id: message, run: write }, { id: notify, run: tell }]
`;
const workflow = declared(TEXT);
const faults = faultsOf(workflow);

const fault = (place: string): Fault => {
  const found = findFault(workflow, place);
  if (!found.ok) throw new Error(place);
  return found.value;
};

test("faults: every step of every job can be made to fail, in the order of the file", () => {
  expect(faults.map(({ job, step }) => `${job}/${step}`)).toEqual([
    ...["train/checkout", "train/lint", "image/build", "deploy/checkout", "deploy/capture", "deploy/deploy"],
    ...["deploy/smoke", "deploy/aws-rollback", "deploy/rollback", "deploy/6", "promote/promote"],
    ...["notify/message", "notify/notify"],
  ]);
  expect(faults.map(({ name }) => name).slice(0, 3)).toEqual(["Check out", "Lint", "build"]);
});

test("faults: a step fails in place, whatever it was, and nothing else of the workflow changes", () => {
  const failing = `echo "::error title=Rehearsal::This step was made to fail."\nexit 1\n`;
  const before = parse(TEXT);
  const after = parse(fault("train/checkout").edit(TEXT));
  expect(after.jobs.train.steps[0]).toEqual({ id: "checkout", name: "Check out", run: failing });
  before.jobs.train.steps[0] = after.jobs.train.steps[0];
  expect(after).toEqual(before);
  expect(parse(fault("image/build").edit(TEXT)).jobs.image.steps[0]).toEqual({
    ...{ id: "build", if: `\${{ !cancelled() }}`, run: failing },
  });
  expect(fault("deploy/6").edit(TEXT)).toContain("# A comment that stays.");
});

test("faults: what fails from outside is left as it is, in a world in which it fails", () => {
  const outside = ["deploy/capture", "deploy/deploy", "deploy/smoke", "deploy/rollback", "notify/notify"];
  expect(faults.filter(({ edit }) => edit(TEXT) === TEXT).map(({ job, step }) => `${job}/${step}`)).toEqual(outside);
  for (const place of outside) expect(fault(place).because).not.toBe("");
  expect(fault("deploy/capture").scenario).toEqual({ seeded: "missing" });
  expect(fault("deploy/deploy").scenario).toEqual({ rollout: "never-stable" });
  expect(fault("deploy/smoke").scenario).toEqual({ health: "failing" });
  expect(fault("deploy/rollback").scenario).toEqual({ health: "failing", rollback: "refused" });
  expect(fault("notify/notify").scenario).toEqual({ hooks: "failing" });
});

test("faults: what runs only after a failure is given one to run after", () => {
  expect(fault("deploy/aws-rollback").scenario).toEqual({ health: "failing" });
  expect(fault("image/build").scenario).toEqual({});
});

test("faults: the run is red, but for what is advisory and for notifications", () => {
  const green = faults.filter(({ run }) => run === "success").map(({ job, step }) => `${job}/${step}`);
  expect(green).toEqual(["train/lint", "notify/message", "notify/notify"]);
});

test("faults: the service keeps its version up to the deployment, gets it back in it, and loses it to nothing after it", () => {
  const services = Object.fromEntries(faults.map(({ job, step, service }) => [`${job}/${step}`, service]));
  expect(services).toEqual({
    ...{ "train/checkout": "old", "train/lint": "old", "image/build": "old" },
    ...{ "deploy/checkout": "old", "deploy/capture": "old", "deploy/deploy": "old", "deploy/smoke": "old" },
    ...{ "deploy/aws-rollback": "old", "deploy/rollback": "any", "deploy/6": "any" },
    ...{ "promote/promote": "new", "notify/message": "new", "notify/notify": "new" },
  });
  const undeployed = declared("jobs: { quality: { steps: [{ id: lint, run: x }] } }");
  expect(faultsOf(undeployed)).toMatchObject([{ service: "any", run: "failure" }]);
});

test("faults: a step is found by its id, and by its job where several have it", () => {
  expect(fault("smoke")).toMatchObject({ job: "deploy", step: "smoke" });
  expect(fault("deploy/checkout")).toMatchObject({ job: "deploy", step: "checkout" });
  expect(findFault(workflow, "checkout")).toEqual({
    ok: false,
    diagnostics: [
      {
        ...{ code: "usage/unknown-step", severity: "error", message: 'several jobs have a step "checkout"' },
        hint: "say which: `--fail train/checkout`, `--fail deploy/checkout`",
      },
    ],
  });
  for (const unknown of ["", "smok", "train/smoke", "deploy/"])
    expect(findFault(workflow, unknown)).toEqual({
      ok: false,
      diagnostics: [
        {
          ...{ code: "usage/unknown-step", severity: "error", hint: "`--list` lists the steps" },
          message: `\`--fail\` names ${JSON.stringify(unknown)}, which is no step of this workflow`,
        },
      ],
    });
});

const OLD = "arn:aws:ecs:eu-west-1:123456789012:task-definition/api:1";
const NEW = "arn:aws:ecs:eu-west-1:123456789012:task-definition/api:2";

/** A run whose steps ended like this, by job and step. */
const rehearsal = (
  result: RunResult,
  steps: Readonly<Record<string, Readonly<Record<string, RunResult>>>>,
  fields: Partial<Rehearsal> = {},
  current: string | null = OLD,
): Rehearsal => {
  const step = (id: string, ended: RunResult): StepRun => ({
    ...{ id, name: id, result: ended, milliseconds: 1, outputs: {}, annotations: [], summary: "", log: [] },
  });
  const jobs = Object.entries(steps).map(([id, ended]): JobRun => {
    const all = Object.values(ended);
    return {
      ...{ id, name: id, outputs: {}, steps: Object.entries(ended).map(([name, one]) => step(name, one)) },
      result: (["failure", "success"] as const).find(one => all.includes(one)) ?? "skipped",
    };
  });
  return {
    ...{ result, sha: "0123abc", jobs, artifacts: {}, registry: {}, actions: [], gh: [] },
    ...{ leaks: [], leniences: [], idle: [], said: [], masked: [], seconds: 1 },
    world: {
      ...{ cloudwatch: [], s3: {}, calls: [], http: [] },
      ecs: { seeded: current && OLD, current, images: {}, updates: [], events: [], running: null },
    },
    ...fields,
  };
};

const codes = (run: Rehearsal, of?: Fault) => broughtToLight(run, of, { gather: "`gather`" }).map(({ code }) => code);

test("brought to light: nothing, when a run is green and when it fails as it should", () => {
  expect(codes(rehearsal("success", { train: { lint: "success" } }))).toEqual([]);
  const failed = rehearsal("failure", { deploy: { smoke: "failure", rollback: "success" } });
  expect(codes(failed, fault("smoke"))).toEqual([]);
  expect(codes(rehearsal("success", { train: { lint: "failure" } }), fault("lint"))).toEqual([]);
  expect(codes(rehearsal("failure", { promote: { promote: "failure" } }, {}, NEW), fault("promote"))).toEqual([]);
  expect(codes(rehearsal("failure", { train: { checkout: "failure" } }, {}, null), fault("train/checkout"))).toEqual(
    [],
  );
});

test("brought to light: a run that should have been green", () => {
  const red = rehearsal("failure", { train: { lint: "failure" } });
  expect(broughtToLight(red, undefined, { gather: "`gather`" })).toEqual([
    expect.objectContaining({ code: "rehearse/red", hint: expect.not.stringContaining("gather") }),
  ]);
  const uninstalled = rehearsal("failure", { train: { install: "failure" } });
  expect(broughtToLight(uninstalled, undefined, { gather: "`gather`" })).toEqual([
    expect.objectContaining({ code: "rehearse/red", hint: expect.stringContaining("`gather`") }),
  ]);
});

test("brought to light: a workflow that act did not begin, with what it said", () => {
  const idle = rehearsal("failure", { train: { lint: "skipped" } }, { said: ["first", "Error: yaml"] });
  for (const of of [undefined, fault("lint")])
    expect(broughtToLight(idle, of, { gather: "" })).toEqual([
      expect.objectContaining({ code: "rehearse/not-started", message: expect.stringContaining("Error: yaml") }),
    ]);
});

test("brought to light: a step that did not run, so that nothing was drilled", () => {
  const run = rehearsal("success", { deploy: { smoke: "success", rollback: "skipped" } }, {}, NEW);
  expect(codes(run, fault("rollback"))).toEqual(["rehearse/not-reached", "rehearse/wrong-result"]);
});

test("brought to light: a run that is green although a step failed, and red although it may", () => {
  expect(codes(rehearsal("success", { image: { build: "failure" } }), fault("build"))).toEqual([
    "rehearse/wrong-result",
  ]);
  expect(codes(rehearsal("failure", { notify: { notify: "failure" } }, {}, NEW), fault("notify"))).toEqual([
    "rehearse/wrong-result",
  ]);
});

test("brought to light: a service that did not get its version back, and one that lost the new one", () => {
  const stuck = rehearsal("failure", { deploy: { smoke: "failure" } }, {}, NEW);
  expect(codes(stuck, fault("smoke"))).toEqual(["rehearse/not-returned"]);
  const lost = rehearsal("failure", { promote: { promote: "failure" } }, {}, OLD);
  expect(codes(lost, fault("promote"))).toEqual(["rehearse/wrongly-returned"]);
});

test("brought to light: leaks, and what GitHub would not let pass, also in a run that is as it should be", () => {
  const fields = { leaks: [{ secret: "TOKEN", where: "log of train" }], leniences: ["job train needs a permission"] };
  const green = rehearsal("success", { train: { lint: "success" } }, fields);
  expect(broughtToLight(green, undefined, { gather: "" })).toMatchObject([
    { code: "rehearse/leak", message: "the secret TOKEN stands in the log of train" },
    { code: "rehearse/lenient", message: "job train needs a permission" },
  ]);
  expect(codes(rehearsal("failure", { deploy: { smoke: "failure" } }, fields), fault("smoke"))).toEqual([
    "rehearse/leak",
    "rehearse/lenient",
  ]);
});
