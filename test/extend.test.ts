// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub, as somebody might write them
import { expect, test } from "vitest";
import { parse } from "yaml";
import { output, secret } from "../src/index.ts";
import { planned, workflowsOf } from "./support/plan.ts";

type Extend = Readonly<Record<string, unknown>>;
interface Step {
  readonly id: string;
  readonly name: string;
  readonly run?: string;
  readonly uses?: string;
}
type Jobs = Readonly<
  Record<string, { readonly needs?: string | readonly string[]; readonly steps: readonly Step[] } & Extend>
>;

const config = (extend: Extend, more: Extend = {}) => ({ name: "credit", extend, ...more });
const jobsOf = (file: string, extend: Extend, more?: Extend): Jobs =>
  parse(workflowsOf(config(extend, more)).get(file) ?? "").jobs;
const idsOf = (jobs: Jobs, job: string) => jobs[job]?.steps.map(({ id }) => id) ?? [];
const problems = (extend: Extend, more?: Extend) => {
  const result = planned(config(extend, more));
  return result.ok ? [] : result.diagnostics.map(({ code, message, hint }) => `${code} ${message} → ${hint}`);
};

const say = (name = "Say hello", more: Extend = {}) => ({ name, run: "echo hello", ...more });
const job = (more: Extend = {}) => ({ name: "Mine", steps: [say()], ...more });

test("steps are added before, after and in place of a named step", () => {
  const plain = idsOf(jobsOf("ci.yaml", {}), "quality");
  const at = plain.indexOf("lint");
  const jobs = jobsOf("ci.yaml", {
    ci: { quality: { before: { lint: [say("One"), say("Two")] }, after: { lint: [say("Three")] } } },
  });
  expect(idsOf(jobs, "quality")).toEqual([
    ...plain.slice(0, at),
    "one",
    "two",
    "lint",
    "three",
    ...plain.slice(at + 1),
  ]);

  const replaced = jobsOf("ci.yaml", { ci: { quality: { replace: { lint: [say("Prepare"), say("Lint all")] } } } });
  expect(idsOf(replaced, "quality")).toEqual([...plain.slice(0, at), "prepare", "lint", ...plain.slice(at + 1)]);
  expect(replaced.quality?.steps.find(({ id }) => id === "lint")).toMatchObject({ name: "Lint all" });
});

test("an added step gets a shell that stops at the first failure", () => {
  const jobs = jobsOf("ci.yaml", { ci: { quality: { after: { lint: [say()] } } } });
  expect(jobs.quality?.steps.find(({ id }) => id === "say-hello")?.run).toMatch(/^set -euo pipefail\n/);
});

test("an added job is needed by the job that reports: the required check of ci, the notification of cd", () => {
  const ci = jobsOf("ci.yaml", { ci: { jobs: { mine: job(), other: job({ needs: ["mine", "quality"] }) } } });
  expect(ci.ci?.needs).toEqual(expect.arrayContaining(["quality", "workflows", "mine", "other"]));
  expect(ci.other?.needs).toEqual(["mine", "quality"]);
  expect(Object.keys(ci).at(-1)).toBe("ci");
  const cd = jobsOf(
    "cd.yaml",
    { cd: { jobs: { mine: job({ needs: ["deploy"] }) } } },
    { notify: { slack: secret("S") } },
  );
  expect(cd.notify?.needs).toContain("mine");
});

test("an added job has a timeout, no permission it does not name, and the workflow's runner", () => {
  const jobs = jobsOf("nightly.yaml", { nightly: { jobs: { mine: job() } } }, { runners: { nightly: "ubuntu-22.04" } });
  expect(jobs.mine).toMatchObject({ "timeout-minutes": 30, permissions: {}, "runs-on": "ubuntu-22.04" });
  const asked = jobsOf("nightly.yaml", {
    nightly: { jobs: { mine: job({ permissions: { issues: { access: "write", reason: "to report" } } }) } },
  });
  expect(asked.mine?.permissions).toEqual({ issues: "write" });
});

const after = (step: Extend, workflow = "ci", place = "quality", id = "lint") => ({
  [workflow]: { [place]: { after: { [id]: [step] } } },
});

const refused: readonly (readonly [string, Extend, string, ...string[]])[] = [
  ["an unknown workflow", { cI: {} }, "config/unknown-key", "did you mean `ci`?"],
  [
    "an unknown job",
    { ci: { qualty: { after: { lint: [say()] } } } },
    "config/unknown-id",
    "`extend.ci.qualty`",
    "did you mean `quality`?",
  ],
  [
    "an unknown step",
    after(say(), "ci", "quality", "lnt"),
    "config/unknown-id",
    "`extend.ci.quality.after.lnt`",
    "did you mean `lint`?",
  ],
  ["an unknown place", { ci: { quality: { afer: { lint: [say()] } } } }, "config/unknown-key", "did you mean `after`?"],
  [
    "a need that is no job",
    { ci: { jobs: { mine: job({ needs: ["qualty"] }) } } },
    "config/unknown-id",
    "did you mean `quality`?",
  ],
  ["a need of the job that reports", { ci: { jobs: { mine: job({ needs: ["ci"] }) } } }, "config/unknown-id", "`ci`"],
  ["a need of itself", { ci: { jobs: { mine: job({ needs: ["mine"] }) } } }, "config/unknown-id", "`mine`"],
  [
    "a secret in ci",
    after(say("Leak", { env: { A: secret("A") } })),
    "config/invalid-extension",
    "ci must not use a secret",
    "move the step to cd or nightly",
  ],
  [
    "a secret in a job of ci",
    { ci: { jobs: { mine: job({ environment: "x", steps: [say("Leak", { env: { A: secret("A") } })] }) } } },
    "config/invalid-extension",
    "ci must not use a secret",
  ],
  [
    "a secret without an environment",
    { cd: { jobs: { mine: job({ steps: [say("Use", { env: { A: secret("A") } })] }) } } },
    "config/invalid-extension",
    "needs an `environment`",
  ],
  [
    "an input that the action has not",
    after({ name: "Up", uses: "actions/upload-artifact", with: { pth: "x", path: "y" } }),
    "config/invalid-extension",
    "has no input `pth`",
  ],
  [
    "an input that the action needs",
    after({ name: "Up", uses: "actions/upload-artifact" }),
    "config/invalid-extension",
    "needs the input `path`",
  ],
  [
    "an action that the lock file does not pin",
    after({ name: "Up", uses: "some/thing" }),
    "pins/missing",
    "some/thing",
  ],
  [
    "an action with a version",
    after({ name: "Up", uses: "actions/checkout@v4" }),
    "config/invalid-value",
    "without a version",
  ],
  [
    "an output of a later step",
    after(say("Early", { env: { A: output("summary", "x") } })),
    "config/invalid-extension",
    "reads step `summary`, which comes later",
  ],
  [
    "an output of no step",
    after(say("Early", { env: { A: output("nothing", "x") } })),
    "config/invalid-extension",
    "which is no step of this job",
  ],
  [
    "an expression in a script",
    after(say("Bad", { run: "echo ${{ github.head_ref }}" })),
    "config/invalid-value",
    "must not hold an expression",
  ],
  [
    "an expression in a name",
    after(say("Bad ${{ github.actor }}")),
    "config/invalid-value",
    "must not hold an expression",
  ],
  [
    "an expression in an input",
    after({ name: "Up", uses: "actions/upload-artifact", with: { path: "${{ x }}" } }),
    "config/invalid-value",
    "must not hold an expression",
  ],
  [
    "an expression in the environment",
    after(say("Bad", { env: { A: "${{ secrets.A }}" } })),
    "config/invalid-value",
    "must not hold an expression",
  ],
  [
    "the id of another step",
    after(say("Twice", { id: "LINT" })),
    "config/invalid-extension",
    "the id is used twice in this job",
  ],
  [
    "two steps with one name",
    { ci: { quality: { after: { lint: [say(), say()] } } } },
    "config/invalid-extension",
    "the id is used twice",
  ],
  [
    "a job with the id of ours",
    { ci: { jobs: { quality: job() } } },
    "config/invalid-extension",
    "the id is used twice",
  ],
  [
    "a step that is both script and action",
    after(say("Both", { uses: "actions/checkout" })),
    "config/unknown-key",
    "uses",
  ],
  [
    "a job without steps",
    { ci: { jobs: { mine: job({ steps: [] }) } } },
    "config/out-of-range",
    "`extend.ci.jobs.mine.steps`",
  ],
  [
    "a permission without a reason",
    { ci: { jobs: { mine: job({ permissions: { issues: { access: "write" } } }) } } },
    "config/missing",
    "reason",
  ],
];

test.for(refused)("what extend adds obeys the invariants: %s is refused", ([, extend, code, ...texts]) => {
  const found = problems(extend);
  expect(found.filter(problem => problem.startsWith(code))).not.toEqual([]);
  for (const text of texts) expect(found.join("\n")).toContain(text);
  expect(found.join("\n")).not.toContain("→ undefined");
});

test("a permission for a job that is not there is refused", () => {
  const permissions = { ci: { qualty: { issues: { access: "read", reason: "r" } } } };
  expect(problems({}, { permissions }).join("\n")).toContain("did you mean `quality`?");
});

test("an output of an earlier step, a variable and a secret in an environment are taken", () => {
  const steps = [say("Make", { id: "make" }), say("Use", { env: { A: output("make", "x"), B: { variable: "B" } } })];
  expect(problems({ ci: { jobs: { mine: job({ steps }) } } })).toEqual([]);
  const env = { A: secret("A") };
  expect(problems({ cd: { jobs: { mine: job({ environment: "staging", steps: [say("Use", { env })] }) } } })).toEqual(
    [],
  );
});

test("a job added to ci runs on a self-hosted runner only where that is allowed", () => {
  const jobs = {
    gpu: { name: "GPU tests", runsOn: ["gpu-linux"], steps: [{ name: "Test", run: "pytest tests/gpu" }] },
  };
  const refused = planned({ name: "demo", extend: { ci: { jobs } } });
  expect(refused.ok ? [] : refused.diagnostics).toEqual([
    expect.objectContaining({
      code: "config/inconsistent",
      message: expect.stringContaining("`extend.ci.jobs.gpu.runsOn` is a self-hosted runner"),
    }),
  ]);
  expect(planned({ name: "demo", runners: { allowSelfHostedPullRequests: true }, extend: { ci: { jobs } } }).ok).toBe(
    true,
  );
});
