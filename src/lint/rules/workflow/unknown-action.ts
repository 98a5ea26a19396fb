import { actionFile } from "../../actions.ts";
import { defineRule } from "../../rule.ts";
import type { Step } from "../../workflow.ts";

export const unknownAction = defineRule({
  id: "workflow/unknown-action",
  severity: "error",
  summary: "A step uses an action of this repository that is not there.",
  why: "The step fails: there is no `action.yml` or `action.yaml` in the folder.",
  hint: "correct the folder, or add its `action.yml`",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsuses",
  examples: {
    kind: "step",
    bad: `- name: Check out the repository
  uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
  with:
    persist-credentials: false
- name: Set up Python
  uses: ./.github/actions/set-up
  with:
    python-version: "3.11"
`,
    good: `- name: Check out the repository
  uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
  with:
    persist-credentials: false
- name: Set up Python
  uses: ./.github/actions/setup
  with:
    python-version: "3.11"
`,
  },
  // The language service says so of `$/…`, also where it cannot know.
  messages: ({ message }) => (message.startsWith("Unable to resolve action `$/") ? null : undefined),
  check: ({ steps }, report, { repository }) => {
    if (!repository) return;
    for (const step of steps) {
      const { uses } = step;
      if (uses?.folder === undefined || uses.node.literal === undefined || actionFile(uses.folder, repository))
        continue;
      // `$/` is this repository at the commit of the run; `./` whatever the steps before have put there.
      if (
        uses.node.text.startsWith("./") &&
        step.job.steps.slice(0, step.index).some(before => mayBring(before, uses.folder ?? ""))
      )
        continue;
      report(uses.node.place, `\`${uses.folder}\` has no \`action.yml\``);
    }
  },
});

/** Whether a step may put an action into the workspace that the repository does not hold. */
const mayBring = (step: Step, folder: string): boolean => {
  if (step.run) return /\bgit\b/.test(step.run.text) || step.run.text.includes(folder.split("/")[0] as string);
  if (step.uses?.action !== "actions/checkout") return !isSetup(step);
  return ["repository", "ref", "path"].some(name => step.input(name));
};

const isSetup = ({ uses }: Step): boolean =>
  uses?.kind === "local" || /^actions\/(?:cache|setup-\w+)|\/setup-\w+$/.test(uses?.action ?? "");
