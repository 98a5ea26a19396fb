import { defineRule } from "../../rule.ts";
import type { Job, Workflow } from "../../workflow.ts";
import { quoted } from "./words.ts";

export const needsCycle = defineRule({
  id: "workflow/needs-cycle",
  severity: "error",
  summary: "Jobs wait for each other in a circle, so that none of them can begin.",
  why: "GitHub refuses the whole file: none of its jobs runs, and a required check that it reports waits for ever.",
  hint: "take one of the jobs out of the circle",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idneeds",
  examples: {
    kind: "workflow",
    bad: `name: Example
on:
  push:
    branches: [main]
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
  cancel-in-progress: false
jobs:
  lint:
    name: Lint
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {}
    steps:
      - name: Say hello
        run: echo hello
  test:
    name: Tests
    needs: [lint, report]
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {}
    steps:
      - name: Say hello
        run: echo hello
  report:
    name: Report
    needs: [test]
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {}
    steps:
      - name: Say hello
        run: echo hello
`,
    good: `name: Example
on:
  push:
    branches: [main]
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
  cancel-in-progress: false
jobs:
  lint:
    name: Lint
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {}
    steps:
      - name: Say hello
        run: echo hello
  test:
    name: Tests
    needs: [lint]
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {}
    steps:
      - name: Say hello
        run: echo hello
  report:
    name: Report
    needs: [test]
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {}
    steps:
      - name: Say hello
        run: echo hello
`,
  },
  messages: ({ message }, { file: { workflow } }) => {
    if (message === "The workflow must contain at least one job with no dependencies.") {
      const [cycle] = workflow ? cyclesOf(workflow).values() : [];
      // Without any, they wait for one that does not exist, which is said there.
      return cycle ? told(cycle) : workflow?.jobs.length === 0 ? "the workflow has no job" : null;
    }
    const [, id, need] =
      /^Job '(.*)' depends on job '(.*)' which creates a cycle in the dependency graph\.$/s.exec(message) ?? [];
    if (id === undefined || need === undefined || !workflow) return undefined;
    // A circle is told once, of its first job; one that waits for a job of it is not what is wrong.
    const cycle = cyclesOf(workflow).get(`${id} ${need}`);
    return cycle ? told(cycle) : null;
  },
});

const told = (cycle: readonly Job[]): string => {
  const [first] = cycle;
  if (!first || cycle.length === 2) return `the job ${quoted(first?.id ?? "")} waits for itself`;
  const shown =
    cycle.length <= MOST
      ? cycle.map(({ id }) => quoted(id))
      : [...cycle.slice(0, MOST).map(({ id }) => quoted(id)), "…", quoted(first.id)];
  return `jobs wait for each other: ${shown.join(" → ")}`;
};

/** Longer ways are told in part. */
const MOST = 8;

type Cycles = ReadonlyMap<string, readonly Job[]>;

const known = new WeakMap<Workflow, Cycles>();

/** The ways from a job back to itself, each from the job that stands first in the file, by their first two jobs. */
const cyclesOf = (workflow: Workflow): Cycles => {
  const cycles = known.get(workflow) ?? findCycles(workflow.jobs);
  known.set(workflow, cycles);
  return cycles;
};

const findCycles = (jobs: readonly Job[]): Cycles => {
  const cycles = new Map<string, readonly Job[]>();
  const done = new Set<Job>();
  const order = new Map(jobs.map((job, index) => [job, index]));
  for (const start of jobs) {
    // The way to where the search is, each job with those that it has yet to look at.
    const way = done.has(start) ? [] : [{ job: start, rest: start.needed.values() }];
    const onWay = new Set([start]);
    for (let at = way.at(-1); at; at = way.at(-1)) {
      const { value: next } = at.rest.next();
      if (!next) {
        done.add(at.job);
        onWay.delete(at.job);
        way.pop();
      } else if (onWay.has(next)) {
        const path = way.map(({ job }) => job);
        const cycle = fromFirst(path.slice(path.indexOf(next)), order);
        cycles.set(`${cycle[0]?.id} ${cycle[1]?.id}`, cycle);
      } else if (!done.has(next)) {
        way.push({ job: next, rest: next.needed.values() });
        onWay.add(next);
      }
    }
  }
  return cycles;
};

const fromFirst = (cycle: readonly Job[], order: ReadonlyMap<Job, number>): Job[] => {
  const first = cycle.reduce((one, other) => ((order.get(other) ?? 0) < (order.get(one) ?? 0) ? other : one));
  const from = cycle.indexOf(first);
  return [...cycle.slice(from), ...cycle.slice(0, from), first];
};
