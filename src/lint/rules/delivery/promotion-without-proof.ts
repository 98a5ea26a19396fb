import { textOf } from "../../delivery.ts";
import { hasFlag, pythonCalls } from "../../roles.ts";
import { defineRule } from "../../rule.ts";
import type { Step } from "../../workflow.ts";

export const promotionWithoutProof = defineRule({
  id: "pipeline/promotion-without-proof",
  severity: "warning",
  summary: "A promotion is run that may refuse and still succeed, and nothing looks whether it took place.",
  why: "`auto_promote` ends with 0 when the registry is disabled, when it finds no report and when the validation did not pass. Only the transition log, which it writes where it is told to, says that a version was moved.",
  hint: "pass `--transition-log reports/registry_transition.json`, and fail the job when the file is not there afterwards",
  examples: {
    kind: "step",
    bad: `- name: Check out the repository
  uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
  with:
    persist-credentials: false
- name: Promote the model
  run: python -m creditrisk.pipelines.auto_promote --stage Production
`,
    good: `- name: Check out the repository
  uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
  with:
    persist-credentials: false
- name: Promote the model
  run: |
    python -m creditrisk.pipelines.auto_promote --stage Production --transition-log reports/registry_transition.json
    jq --exit-status .version reports/registry_transition.json
`,
  },
  check: ({ steps }, report) => {
    for (const step of steps)
      for (const { command, args, word } of pythonCalls(step, "auto_promote")) {
        if (hasFlag(command, "--transition-log", "--help", "-h") || args.some(({ splits }) => splits)) continue;
        if (!isAllowedBefore(step) && !step.job.steps.slice(step.index).some(looksForProof))
          report(word.place, `nothing shows whether \`${word.value ?? word.text}\` promoted a model or refused to`);
      }
  },
});

/** Whether an earlier step or job has looked at the reasons to refuse, and said that there are none. */
const isAllowedBefore = (step: Step): boolean =>
  [step.if, step.job.if].some(condition =>
    condition?.expressions.some(({ reads }) => reads.some(({ path }) => path[2] === "outputs")),
  );

/** The log by its usual name, or the registry itself. */
const looksForProof = (step: Step): boolean =>
  /registry_transition|transition[-_]log|get_model_version|get_latest_versions|model-versions|registered-models/.test(
    textOf(step),
  );
