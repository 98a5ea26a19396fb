import { actionOf } from "../../actions.ts";
import { defineRule } from "../../rule.ts";

export const missingInput = defineRule({
  id: "workflow/missing-input",
  severity: "error",
  summary: "A step does not give its action an input that the action cannot do without.",
  why: "GitHub does not enforce `required`: the step starts with an empty text in its place, and the action fails or does the wrong thing.",
  hint: "add the input under `with:`",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax#inputsinput_idrequired",
  examples: {
    kind: "step",
    bad: `- name: Keep the reports
  uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
  with:
    name: reports
`,
    good: `- name: Keep the reports
  uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
  with:
    name: reports
    path: reports/
`,
  },
  check: ({ steps }, report, { repository }) => {
    for (const step of steps) {
      const action = actionOf(step.uses, repository);
      if (!action || !step.uses || (action.certainty !== "same" && action.certainty !== "near")) continue;
      for (const { name, kind } of action.inputs)
        if (kind === "required" && !step.input(name))
          report(step.uses.node.place, `\`${action.title}\` needs the input \`${name}\``);
    }
  },
});
