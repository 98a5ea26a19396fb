import { closest } from "../../../diagnostics/closest.ts";
import { defineCheck } from "../../check.ts";
import { optionProblems } from "./option-problems.ts";

export const invalidValue = defineCheck({
  id: "repository/invalid-value",
  severity: "error",
  summary: "A command gives an option a value that the program refuses, or none where it needs one.",
  why: "The program ends with a usage error before it does anything.",
  hint: "give the option a value that the program takes",
  reference: "https://docs.python.org/3/library/argparse.html#choices",
  examples: {
    bad: {
      "pipeline.config.yaml": "promote: { command: python -m demo.promote --log, evidence: reports/promotion.json }\n",
    },
    good: {
      "pipeline.config.yaml":
        "promote: { command: python -m demo.promote --log reports/promotion.json, evidence: reports/promotion.json }\n",
    },
    besides: ["repository/unmade-file"],
  },
  check: ({ commands, repository }, report) => {
    for (const { kind, name, index, candidates, program } of optionProblems(repository, commands)) {
      const { use, python, words } = program;
      if (kind === "missing-value")
        report(use.spot, `${use.title} gives \`${python.name}\` the option \`${name}\` without a value`, {
          hint: `write the value behind \`${name}\``,
        });
      if (kind !== "invalid-choice") continue;
      const written = index === undefined ? "" : (words[index + 1] ?? words[index] ?? "");
      const near = closest(written, candidates);
      report(use.spot, `${use.title} gives \`${python.name}\` a value for \`${name}\` that it does not take`, {
        hint:
          near === undefined
            ? `take one of ${candidates.map(candidate => `\`${candidate}\``).join(", ")}`
            : `did you mean \`${near}\`?`,
      });
    }
  },
});
