import { closest } from "../../../diagnostics/closest.ts";
import { jobExpressions, stepsById, writtenPart } from "../../job-expressions.ts";
import { defineRule } from "../../rule.ts";
import type { Job } from "../../workflow.ts";

export const unknownStep = defineRule({
  id: "workflow/unknown-step",
  severity: "error",
  summary: "An expression reads `steps.…` of a step that the job does not have, or that runs only later.",
  why: "The value is empty: a condition on it is decided by that, and a command gets nothing where it expects something.",
  hint: "give the step this `id`, or move what reads it behind the step; results of other jobs come through `needs`",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/contexts#steps-context",
  examples: {
    kind: "step",
    bad: `- name: Find the version
  run: echo "version=1" >> "$GITHUB_OUTPUT"
- name: Print the version
  env:
    VERSION: \${{ steps.version.outputs.version }}
  run: echo "$VERSION"
`,
    good: `- name: Find the version
  id: version
  run: echo "version=1" >> "$GITHUB_OUTPUT"
- name: Print the version
  env:
    VERSION: \${{ steps.version.outputs.version }}
  run: echo "$VERSION"
`,
  },
  check: ({ jobs }, report) => {
    const owners = new Map<string, Job>();
    for (const job of jobs) for (const { id } of job.steps) if (id) owners.set(id.toLowerCase(), job);
    for (const job of jobs) {
      const steps = stepsById(job);
      const ids = [...steps.values()].map(({ id }) => id ?? "");
      for (const { place, reads, step } of jobExpressions(job))
        for (const { path, text } of reads) {
          const [context, id] = path;
          if (context !== "steps" || id === undefined || id === "*") continue;
          const written = writtenPart(text, 1);
          const known = steps.get(id);
          if (!known) {
            const other = owners.get(id);
            const meant = other || ids.length > 300 ? undefined : closest(written, ids);
            const also = meant === undefined ? "" : `; did you mean \`${meant}\`?`;
            const elsewhere = other ? `; job \`${other.id}\` has one` : also;
            report(place, `\`steps.${written}\` is empty: job \`${job.id}\` has no step with this id${elsewhere}`);
          } else if (step && known.index > step.index)
            report(place, `\`steps.${written}\` is empty here: the step runs later`);
          else if (step && known.index === step.index)
            report(place, `\`steps.${written}\` is empty here: it is this step itself`);
        }
    }
  },
});
