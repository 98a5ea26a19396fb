import { closest } from "../../../diagnostics/closest.ts";
import type { RepositoryContents } from "../../../repository/contents.ts";
import { actionOf } from "../../actions.ts";
import type { Access } from "../../expression.ts";
import { jobExpressions, stepsById, writtenPart } from "../../job-expressions.ts";
import { calledWorkflow, dataAt, isRecord, keysOf } from "../../repository-workflows.ts";
import { defineRule } from "../../rule.ts";
import { outputsWritten } from "../../step-outputs.ts";
import type { Job } from "../../workflow.ts";
import { Step } from "../../workflow.ts";

export const unknownOutput = defineRule({
  id: "workflow/unknown-output",
  severity: "error",
  summary: "An expression reads an output that the job or step does not set.",
  why: "The value is empty: a condition on it is decided by that, and a command gets nothing where it expects something.",
  hint: "correct the name, or set the output: a job declares its own under `outputs:`",
  reference: "https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/pass-job-outputs",
  examples: {
    kind: "step",
    bad: `- name: Find the version
  id: version
  run: echo "version=1" >> "$GITHUB_OUTPUT"
- name: Print the version
  env:
    VERSION: \${{ steps.version.outputs.number }}
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
  check: (workflow, report, { repository }) => {
    /** Compares what is read with what there is. */
    const look = (access: Access, place: Parameters<typeof report>[0], source: Source | undefined): void => {
      const [, , property, output] = access.path;
      if (!source || property === undefined || property === "*") return;
      if (!source.properties.includes(property)) {
        const written = writtenPart(access.text, 2);
        report(place, `${source.title} has no \`${written}\`: there are ${listed(source.properties)}`);
      } else if (property === "outputs" && output !== undefined && output !== "*") {
        const { outputs, title, severity } = source;
        if (!outputs || outputs.some(name => name.toLowerCase() === output)) return;
        const written = writtenPart(access.text, 3);
        const meant = outputs.length > 300 ? undefined : closest(written, outputs);
        const also =
          meant === undefined
            ? `: it ${outputs.length > 0 ? `has ${listed(outputs)}` : "has none"}`
            : `; did you mean \`${meant}\`?`;
        report(place, `${title} has no output \`${written}\`${also}`, { severity });
      }
    };
    const sources = new Map<Job | Step, Source>();
    const sourceOf = (of: Job | Step | undefined): Source | undefined => {
      const source =
        of && (sources.get(of) ?? (of instanceof Step ? stepSource(of, repository) : jobSource(of, repository)));
      if (source) sources.set(of, source);
      return source;
    };
    for (const job of workflow.jobs) {
      const needed = new Set(job.needs.map(({ text }) => text.toLowerCase()));
      const steps = stepsById(job);
      for (const { place, reads, step } of jobExpressions(job))
        for (const access of reads) {
          const [context, id] = access.path;
          if (id === undefined) continue;
          if (context === "needs" && needed.has(id)) look(access, place, sourceOf(workflow.job(id)));
          if (context !== "steps") continue;
          const source = steps.get(id);
          // Of a step that runs only later, nothing is there.
          if (source && (!step || source.index < step.index)) look(access, place, sourceOf(source));
        }
    }
    for (const { place, reads } of workflow.trigger("workflow_call")?.node?.get("outputs")?.expressions ?? [])
      for (const access of reads) {
        const [context, id] = access.path;
        if (context === "jobs" && id !== undefined) look(access, place, sourceOf(workflow.job(id)));
      }
  },
});

/** What has outputs. */
interface Source {
  readonly title: string;
  readonly properties: readonly string[];
  /** Absent where they are not known, or not all. */
  readonly outputs: readonly string[] | undefined;
  readonly severity: "error" | "warning";
}

const jobSource = (job: Job, repository: RepositoryContents | undefined): Source => {
  const base = { title: `job \`${job.id}\``, properties: ["outputs", "result"], severity: "error" } as const;
  if (!job.uses) return { ...base, outputs: job.outputs.map(({ key }) => key) };
  const called = calledWorkflow(job.uses.literal, repository);
  const call = dataAt(called?.data, "on", "workflow_call");
  // The called file has to say that it can be called; without outputs it says nothing more.
  if (!called || !isRecord(dataAt(called.data, "on"))) return { ...base, outputs: undefined };
  return { ...base, outputs: keysOf(dataAt(call, "outputs")) };
};

const stepSource = (step: Step, repository: RepositoryContents | undefined): Source => {
  const base = { title: `step \`${step.id}\``, properties: ["outputs", "outcome", "conclusion"] };
  if (step.run) {
    const written = outputsWritten(step);
    return { ...base, outputs: written && [...written], severity: "warning" };
  }
  const action = actionOf(step.uses, repository);
  // Other versions may have more outputs, or others.
  const isSame = action?.certainty === "same";
  return {
    ...base,
    outputs: isSame || action?.certainty === "near" ? action.outputs : undefined,
    severity: isSame ? "error" : "warning",
  };
};

const listed = (names: readonly string[]): string => names.map(name => `\`${name}\``).join(", ");
