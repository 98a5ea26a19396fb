import { actionOf } from "../../actions.ts";
import { defineRule } from "../../rule.ts";

export const deprecatedInput = defineRule({
  id: "workflow/deprecated-input",
  severity: "warning",
  summary: "A step gives its action an input that the action is about to drop.",
  why: "The next major version no longer knows it, and then works with its default, as if the line were not there.",
  hint: "use what the action's documentation names in its place",
  reference:
    "https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax#inputsinput_iddeprecationmessage",
  examples: {
    kind: "step",
    bad: `- name: Keep the packages
  uses: actions/cache@27d5ce7f107fe9357f9df03efb73ab90386fccae # v5.0.5
  with:
    path: .venv
    key: packages
    save-always: true
`,
    good: `- name: Keep the packages
  uses: actions/cache@27d5ce7f107fe9357f9df03efb73ab90386fccae # v5.0.5
  with:
    path: .venv
    key: packages
`,
  },
  check: ({ steps }, report, { repository }) => {
    for (const step of steps) {
      const action = actionOf(step.uses, repository);
      // A later version may no longer have it: that is another mistake.
      if (!action || (action.certainty !== "same" && action.certainty !== "near")) continue;
      for (const { key, keyPlace } of step.with) {
        const input = action.inputs.find(({ name }) => name.toLowerCase() === key.toLowerCase());
        if (input?.kind !== "deprecated") continue;
        const advice = input.advice?.trim().replace(/\s+/g, " ").replace(/\.$/, "");
        report(
          keyPlace,
          `the input \`${input.name}\` of \`${action.title}\` is deprecated${advice ? `: ${advice}` : ""}`,
        );
      }
    }
  },
});
