import { expect, test } from "vitest";
import type { ActLine } from "../../src/rehearse/act.ts";
import { mask, readLog } from "../../src/rehearse/log.ts";
import { declared } from "../../src/rehearse/workflow.ts";

const workflow = declared(
  JSON.stringify({
    on: "push",
    jobs: {
      build: {
        name: "Build it",
        outputs: {
          digest: `\${{ steps.push.outputs.digest }}`,
          none: `\${{ steps.push.outputs.none }}`,
          text: "fixed",
        },
        steps: [
          { id: "push", name: "Push", run: "true" },
          { uses: "actions/checkout@0000" },
          { run: "\necho one\necho two\n" },
        ],
      },
      after: { needs: "build", steps: [{ id: "only", run: "true" }] },
    },
  }),
);

const at = (step: string, fields: Partial<ActLine> = {}): ActLine => ({
  ...{ jobID: "build", stepID: [step], stage: "Main", level: "info" },
  ...fields,
});
const printed = (step: string, msg: string, stage = "Main") => at(step, { raw_output: true, msg: `${msg}\n`, stage });
const ended = (step: string, stepResult: string) => at(step, { stepResult, executionTime: 1_500_400_000 });
const jobEnded = (jobResult: string, jobID = "build"): ActLine => ({ jobID, jobResult, level: "info" });

const read = (lines: readonly ActLine[], cancelled = false) => {
  const log = readLog(lines, workflow, cancelled);
  const [build, after] = log.jobs;
  if (!build || !after) throw new Error("the jobs are not those of the workflow");
  const [push, checkout, echo] = build.steps;
  if (!push || !checkout || !echo) throw new Error("the steps are not those of the workflow");
  return { ...log, build, after, push, checkout, echo };
};

test("a log: jobs and steps are those of the workflow, with the results that act tells", () => {
  const { build, after, push, checkout, echo } = read([
    { jobID: "build", stepID: ["--setup-job"], stepResult: "success", level: "info" },
    ended("push", "success"),
    ended("1", "failure"),
    ended("2", "skipped"),
    jobEnded("failure"),
  ]);
  expect(build).toMatchObject({ id: "build", name: "Build it", result: "failure" });
  expect(after).toMatchObject({ id: "after", name: "after", result: "skipped", steps: [{ result: "skipped" }] });
  expect([push, checkout, echo].map(({ id, name, result }) => [id, name, result])).toEqual([
    ["push", "Push", "success"],
    ["1", "actions/checkout@0000", "failure"],
    ["2", "echo one", "skipped"],
  ]);
  expect(push.milliseconds).toBe(1500);
});

test("a log: a step that never began is skipped, and says nothing", () => {
  const { push, build } = read([]);
  expect(build).toMatchObject({ result: "skipped", outputs: { digest: "", none: "" } });
  expect(push).toEqual({
    ...{ id: "push", name: "Push", result: "skipped", milliseconds: 0, outputs: {} },
    ...{ annotations: [], summary: "", log: [] },
  });
});

test("a log: outputs are those of the step itself, and of the job that hands them on", () => {
  const output = (name: string, arg: string, ...inner: readonly string[]) =>
    at("push", { command: "set-output", name, arg, stepID: ["push", ...inner] });
  const { push, build } = read([
    output("digest", "sha256:1"),
    output("digest", "sha256:2", "inside"),
    jobEnded("success"),
  ]);
  expect(push.outputs).toEqual({ digest: "sha256:1" });
  expect(build.outputs).toEqual({ digest: "sha256:1", none: "", text: "fixed" });
});

test("a log: the parts of a composite action neither end its step nor are it", () => {
  const inner = { ...ended("push", "failure"), stepID: ["push", "0"] };
  expect(read([inner, ended("push", "success")]).push.result).toBe("success");
  expect(read([ended("push", "success"), inner]).push.result).toBe("success");
});

test("a log: annotations have level, title, file and text, whatever stands in them", () => {
  const said = (command: string, raw: string) => at("push", { command, raw });
  const { push, echo } = read([
    said("error", "::error title=Broken::stage a::b is gone%0Asecond line 100%25\r\n"),
    said("warning", "::warning::plain"),
    said("notice", "::notice file=ci.yaml,line=3,title=A%3A B%2C C::placed"),
    said("debug", "::debug::nothing to show"),
  ]);
  expect(push.annotations).toEqual([
    { level: "error", title: "Broken", text: "stage a::b is gone\nsecond line 100%" },
    { level: "warning", text: "plain" },
    { level: "notice", title: "A: B, C", file: "ci.yaml", text: "placed" },
  ]);
  expect(echo.annotations).toEqual([]);
});

test("a log: a summary is what all of a step's writing adds up to", () => {
  const wrote = (content: string) => at("push", { command: "summary", content });
  expect(read([wrote("### One\n"), wrote("two\n")]).push.summary).toBe("### One\ntwo\n");
});

test("a log: what is printed has what was masked masked, also before the mask, and in every job", () => {
  const { push, checkout, masked } = read([
    printed("push", "key topsecret"),
    at("push", { command: "add-mask", arg: "topsecret" }),
    at("push", { command: "add-mask", arg: "" }),
    printed("1", "topsecret and topsecret", "Post"),
    at("1", { msg: "act says topsecret" }),
  ]);
  expect(masked).toEqual(["topsecret", ""]);
  expect(push.log).toEqual(["key ***"]);
  expect(checkout.log).toEqual(["*** and ***"]);
  expect(mask("nothing to hide", [""])).toBe("nothing to hide");
});

test("a log: what act says of a failure stands in the step's log", () => {
  expect(read([at("push", { level: "error", msg: "exitcode '1': failure" })]).push.log).toEqual([
    "exitcode '1': failure",
  ]);
});

test("a log: what stopped because the run was cancelled is cancelled, not failed", () => {
  const stopping = at("push", { msg: "keepStepRunning=false" });
  const lines = [stopping, ended("push", "failure"), ended("1", "success"), jobEnded("failure")];
  expect(read(lines, true)).toMatchObject({
    build: { result: "cancelled" },
    push: { result: "cancelled" },
    checkout: { result: "success" },
    after: { result: "skipped" },
  });
  // A failure before the cancellation stays one.
  expect(read([ended("push", "failure"), jobEnded("failure")], true).build.result).toBe("failure");
});

test("a log: what belongs to no job is kept but for warnings: why act could not begin", () => {
  expect(
    read([{ msg: " Error: workflow is not valid \n" }, { msg: "no docker", level: "warning" }, { msg: "" }]).said,
  ).toEqual(["Error: workflow is not valid"]);
});
