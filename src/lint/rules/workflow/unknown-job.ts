import { closest } from "../../../diagnostics/closest.ts";
import { writtenPart } from "../../job-expressions.ts";
import { defineRule } from "../../rule.ts";

export const unknownJob = defineRule({
  id: "workflow/unknown-job",
  severity: "error",
  summary: "An expression reads `needs.…` of a job that is not in `needs`, or `jobs.…` of a job that does not exist.",
  why: "`needs` holds only the jobs that `needs:` names, not those these wait for in turn: anything else is empty, and a condition on it is decided by that.",
  hint: "add the job to `needs:`, or correct its id",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/contexts#needs-context",
  examples: {
    kind: "job",
    bad: `build:
  name: Build
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
report:
  name: Report
  if: needs.build.result == 'success'
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
`,
    good: `build:
  name: Build
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
report:
  name: Report
  needs: build
  if: needs.build.result == 'success'
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
`,
  },
  check: (workflow, report) => {
    const ids = workflow.jobs.map(({ id }) => id);
    const meant = (id: string): string => {
      const found = ids.length > 300 ? undefined : closest(id, ids);
      return found === undefined ? "" : `; did you mean \`${found}\`?`;
    };
    for (const job of workflow.jobs) {
      const needed = new Set(job.needs.map(({ text }) => text.toLowerCase()));
      for (const { place, reads } of job.node.expressions)
        for (const { path, text } of reads) {
          const [context, id] = path;
          if (context !== "needs" || id === undefined || id === "*" || needed.has(id)) continue;
          const written = writtenPart(text, 1);
          const exists = workflow.job(id);
          report(
            place,
            exists === job
              ? `\`needs.${written}\` is empty: it is this job itself`
              : exists
                ? `\`needs.${written}\` is empty: job \`${job.id}\` does not have it among its \`needs\``
                : `\`needs.${written}\` is empty: there is no job \`${written}\`${meant(written)}`,
          );
        }
    }
    const outputs = workflow.trigger("workflow_call")?.node?.get("outputs");
    for (const { place, reads } of outputs?.expressions ?? [])
      for (const { path, text } of reads) {
        const [context, id] = path;
        if (context !== "jobs" || id === undefined || id === "*" || workflow.job(id)) continue;
        const written = writtenPart(text, 1);
        report(place, `\`jobs.${written}\` is empty: there is no job \`${written}\`${meant(written)}`);
      }
  },
});
