import { equal, jobOutput, secrets, stepOutput, text } from "../../src/model/expression.ts";
import { run, uses } from "../../src/model/step.ts";
import type { Workflow } from "../../src/model/workflow.ts";
import { job } from "../../src/model/workflow.ts";

const fields = { name: "A", runsOn: { labels: ["x"] }, timeoutMinutes: 1, permissions: {} } as const;
const first = run({ id: "first", name: "First", outputs: ["digest"], run: "true" });
const checkout = uses("actions/checkout", { id: "checkout", name: "Check out", with: {} });
const build = job({ ...fields, id: "build", outputs: { digest: first.outputs.digest }, steps: [first] });

// These do compile.
run({ id: "b", name: "B", env: { DIGEST: first.outputs.digest, REF: checkout.outputs.ref }, run: "true" });
job({ ...fields, id: "b", needs: [build], if: equal(build.output.digest, "x"), steps: [] });

// @ts-expect-error the script says it writes no such output
run({ id: "b", name: "B", env: { TAG: first.outputs.tag }, run: "true" });
// @ts-expect-error a script that names no outputs has none
run({ id: "b", name: "B", env: { TAG: run({ id: "a", name: "A", run: "true" }).outputs.tag }, run: "true" });
// @ts-expect-error the action has no such output
run({ id: "b", name: "B", env: { TAG: checkout.outputs.tag }, run: "true" });
// @ts-expect-error the job has no such output
job({ ...fields, id: "b", needs: [build], if: equal(build.output.tag, "x"), steps: [] });
// @ts-expect-error jobs are needed, not names of jobs: none can be misspelt, and none can need itself
job({ ...fields, id: "b", needs: ["biuld"], steps: [] });
// @ts-expect-error a job that does not exist
job({ ...fields, id: "b", needs: [biuld], steps: [] });
// @ts-expect-error a job that comes later: so there is no cycle
job({ ...fields, id: "b", needs: [later], steps: [] });
const later = job({ ...fields, id: "later", steps: [] });
// @ts-expect-error a step that comes later has no output yet
run({ id: "b", name: "B", env: { TAG: second.outputs.tag }, run: "true" });
const second = run({ id: "second", name: "Second", outputs: ["tag"], run: "true" });
run({ id: "c", name: "C", env: { TAG: second.outputs.tag, AFTER: later.result }, run: "true" });

// @ts-expect-error an expression is no part of a script: data reaches it through `env`
run({ id: "b", name: "B", run: text`echo ${first.outputs.digest}` });

const workflow = { name: "W", comment: "", on: {}, jobs: [] } as const;
export const group: Workflow = { ...workflow, concurrency: { group: "w", cancelInProgress: true } };
// @ts-expect-error no job has run when the concurrency of the workflow is decided
export const needs: Workflow = { ...workflow, concurrency: { group: jobOutput("a", "b"), cancelInProgress: true } };
// @ts-expect-error and no secret is there
export const secret: Workflow = { ...workflow, concurrency: { group: secrets("A"), cancelInProgress: true } };
// @ts-expect-error whether runs are cancelled is said, never left to the default
export const silent: Workflow = { ...workflow, concurrency: { group: "w" } };

// @ts-expect-error an environment is chosen before the first step runs
job({ ...fields, id: "b", environment: stepOutput("a", "b"), steps: [] });
// @ts-expect-error no job without a timeout
job({ id: "b", name: "B", runsOn: { labels: ["x"] }, permissions: {}, steps: [] });
// @ts-expect-error no job without a word on its permissions
job({ id: "b", name: "B", runsOn: { labels: ["x"] }, timeoutMinutes: 1, steps: [] });
// @ts-expect-error no permission without its reason
job({ ...fields, id: "b", permissions: { contents: { access: "read" } }, steps: [] });
// @ts-expect-error no such scope
job({ ...fields, id: "b", permissions: { content: { access: "read", reason: "x" } }, steps: [] });
