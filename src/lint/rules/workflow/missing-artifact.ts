import { uploadOf } from "../../artifacts.ts";
import { defineRule } from "../../rule.ts";
import type { Job, Step } from "../../workflow.ts";

export const missingArtifact = defineRule({
  id: "workflow/missing-artifact",
  severity: "warning",
  summary: "A step downloads an artifact that nothing before it uploads.",
  why: "The step fails when there is no such artifact in the run yet: a job sees only what the jobs it waits for have uploaded. Actions that upload on their own account are not seen here.",
  hint: "correct the name, add the job that uploads it to `needs`, or give `run-id` for an artifact of another run",
  reference: "https://github.com/actions/download-artifact#usage",
  examples: {
    kind: "job",
    bad: `train:
  name: Train
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Keep the model
      uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
      with:
        name: model
        path: models/
evaluate:
  name: Evaluate
  needs: train
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Fetch the model
      uses: actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1
      with:
        name: models
`,
    good: `train:
  name: Train
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Keep the model
      uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
      with:
        name: model
        path: models/
evaluate:
  name: Evaluate
  needs: train
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Fetch the model
      uses: actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1
      with:
        name: model
`,
  },
  check: (workflow, report) => {
    // A caller's jobs may have uploaded it.
    if (workflow.trigger("workflow_call")) return;
    const uploads = new Map(workflow.jobs.map(job => [job, uploadsOf(job.steps)]));
    for (const step of workflow.steps) {
      const name = downloadOf(step);
      if (name?.literal === undefined) continue;
      const { job } = step;
      const { upstream } = job;
      const isUploaded = (names: Names | undefined) => !names || names === "any" || names.has(name.text);
      // What a called workflow uploads is not seen.
      const isTold = (other: Job): boolean => other.uses !== undefined || isUploaded(uploads.get(other));
      if ([...upstream].some(isTold) || isUploaded(uploadsOf(job.steps.slice(0, step.index)))) continue;
      const elsewhere = workflow.steps.find(other => uploadOf(other)?.name === name.literal);
      report(
        name.place,
        elsewhere === undefined
          ? `nothing in this workflow uploads an artifact named \`${name.literal}\``
          : elsewhere.job === job
            ? `the artifact \`${name.literal}\` is uploaded only later in this job`
            : `job \`${job.id}\` does not wait for job \`${elsewhere.job.id}\`, which uploads the artifact \`${name.literal}\``,
      );
    }
  },
});

/** The name a step downloads out of this run. */
const downloadOf = (step: Step) => {
  if (step.uses?.action !== "actions/download-artifact") return undefined;
  const others = ["run-id", "github-token", "artifact-ids", "pattern", "repository"].some(input => step.input(input));
  return others ? undefined : step.input("name");
};

/** The artifacts that steps upload; any, where that is not told. */
type Names = ReadonlySet<string> | "any";

const uploadsOf = (steps: readonly Step[]): Names => {
  const names = new Set<string>();
  for (const step of steps) {
    const upload = uploadOf(step);
    if (mayUpload(step) || (upload && upload.name === undefined)) return "any";
    if (upload?.name !== undefined) names.add(upload.name);
  }
  return names;
};

/** Whether an action may upload artifacts on its own account. */
const mayUpload = ({ uses }: Step): boolean =>
  uses !== undefined && (uses.kind === "local" || !/^(?:actions|docker|aws-actions)\//.test(uses.action ?? ""));
