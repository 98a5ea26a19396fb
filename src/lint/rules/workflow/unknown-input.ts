import { closest } from "../../../diagnostics/closest.ts";
import { actionOf } from "../../actions.ts";
import { defineRule } from "../../rule.ts";

export const unknownInput = defineRule({
  id: "workflow/unknown-input",
  severity: "error",
  summary: "A step gives its action an input that the action does not have.",
  why: "The runner warns of it and goes on: the action works with its default, as if the line were not there.",
  hint: "correct the name, or remove the input",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepswith",
  examples: {
    kind: "step",
    bad: `- name: Check out the repository
  uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
  with:
    fetch_depth: 0
    persist-credentials: false
`,
    good: `- name: Check out the repository
  uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
  with:
    fetch-depth: 0
    persist-credentials: false
`,
  },
  check: ({ steps }, report, { repository }) => {
    for (const step of steps) {
      const action = actionOf(step.uses, repository);
      if (!action) continue;
      const names = action.inputs.map(({ name }) => name);
      const known = new Set(
        [...names, ...(action.isImage ? ["args", "entrypoint"] : [])].map(name => name.toLowerCase()),
      );
      for (const { key, keyPlace } of step.with) {
        if (known.has(key.toLowerCase()) || /\$\{\{/.test(key)) continue;
        const meant = closest(key, names);
        const also = meant === undefined ? "" : `; did you mean \`${meant}\`?`;
        const message = `\`${action.title}\` has no input \`${key}\`${also}`;
        // A later release of the same major version may have more inputs, but none whose name is so near to another.
        if (action.certainty === "same" || (action.certainty === "near" && meant !== undefined))
          report(keyPlace, message);
        // Other major versions may have had it; what is left are `_` and `-` taken for one another.
        else if (action.certainty === "near" || (meant !== undefined && letters(meant) === letters(key)))
          report(keyPlace, `${message} (this step may use another version)`, { severity: "warning" });
      }
    }
  },
});

const letters = (name: string): string => name.toLowerCase().replace(/[-_]/g, "");
