import { downstream, isTolerated } from "../../delivery.ts";
import { statusFunctions, wouldRun } from "../../moments.ts";
import { commandsIn, gatesOf, runs, usesAction } from "../../roles.ts";
import { defineRule } from "../../rule.ts";
import type { Step } from "../../workflow.ts";

const prepared = `- name: Check out the repository
  uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
  with:
    persist-credentials: false
- name: Run the tests
  run: pytest --junitxml reports/junit.xml
- name: Upload the reports
`;
const upload = `  uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
  with:
    name: reports
    path: reports/junit.xml
`;

export const uploadLostOnFailure = defineRule({
  id: "pipeline/upload-lost-on-failure",
  severity: "warning",
  summary: "Reports are not uploaded when the gate fails that wrote them.",
  why: "A step without a status function runs only while all before it succeeded. The report that says why a validation or a test failed is thus kept of every run but the ones in which somebody wants to read it.",
  hint: `add \`if: \${{ !cancelled() }}\` to the upload`,
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/expressions#status-check-functions",
  examples: {
    kind: "step",
    bad: prepared + upload,
    good: `${prepared}  if: \${{ !cancelled() }}\n${upload}`,
  },
  check: ({ steps }, report) => {
    for (const step of steps) {
      const path = step.input("path");
      const isLost = statusFunctions(step.if).length === 0 && wouldRun(step.if, { status: "failure" }) === false;
      if (!usesAction(step, "actions/upload-artifact") || !path || !isLost || isProduct(step)) continue;
      const reported = path.text.split("\n").find(line => REPORT.test(line.trim()));
      const gate = step.job.steps.slice(0, step.index).find(isGate);
      if (reported !== undefined && gate)
        report(path.place, `\`${reported.trim()}\` is not uploaded when \`${gate.label}\` fails`);
    }
  },
});

/** What people read after a run, as opposed to what the next job or a user takes. */
const REPORT =
  /(?:^|[/_.-])(?:reports?|coverage|htmlcov|junit|test[-_]?results?|logs?|evaluation|drift|metrics)(?:[/_.-]|$)|\.lcov$/i;

/** Steps whose failure is what a gate or a test is for. */
const isGate = (step: Step): boolean =>
  !isTolerated(step) &&
  (gatesOf(step).length > 0 ||
    commandsIn(step).some(
      command =>
        !command.tolerated &&
        (["pytest", "tox", "nox", "jest", "vitest"].includes(command.name ?? "") ||
          [
            ["dvc", "repro"],
            ["npm", "test"],
            ["go", "test"],
            ["cargo", "test"],
            ["make", "test"],
          ].some(([program = "", ...words]) => runs(command, program, ...words))),
    ));

/** Whether a later job takes it. */
const isProduct = (step: Step): boolean => {
  const name = step.input("name")?.text ?? "artifact";
  return downstream(step.job)
    .flatMap(({ steps }) => steps)
    .filter(other => usesAction(other, "actions/download-artifact"))
    .some(other => (other.input("name")?.text ?? name) === name);
};
