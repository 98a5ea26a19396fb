import { closest } from "../../../diagnostics/closest.ts";
import { defineCheck } from "../../check.ts";
import { optionProblems } from "./option-problems.ts";

export const unknownOption = defineCheck({
  id: "repository/unknown-option",
  severity: "error",
  summary: "A command gives a program an option that the program does not have.",
  why: "The program ends with a usage error before it does anything.",
  hint: "name an option that the program has, or add this one to it",
  reference: "https://docs.python.org/3/library/argparse.html",
  examples: {
    bad: {
      "pipeline.config.yaml":
        "promote: { command: python -m demo.promote --stage Production --report log.json, evidence: log.json }\n",
    },
    good: {
      "pipeline.config.yaml":
        "promote: { command: python -m demo.promote --stage Production --log log.json, evidence: log.json }\n",
    },
    besides: ["repository/missing-option", "repository/unmade-file"],
  },
  check: ({ commands, repository }, report) => {
    for (const { kind, name, candidates, program, isAppended, of } of optionProblems(repository, commands)) {
      const { use, python } = program;
      if (kind === "ambiguous-option")
        report(use.spot, `${use.title} gives \`${python.name}\` the option \`${name}\`, which may mean several`, {
          hint: `write one of them in full: ${candidates.map(candidate => `\`${candidate}\``).join(", ")}`,
        });
      if (kind !== "unknown-option") continue;
      if (isAppended)
        report(
          use.spot,
          `the workflows append \`${name}\` to ${use.title}, and \`${python.name}\` has no such option`,
          {
            hint: `let ${of.file} take \`--max-age-hours N\` and \`--fail-on-stale\`, with which it ends with 1 when the data is older`,
          },
        );
      else {
        const near = closest(name, candidates);
        report(
          use.spot,
          `${use.title} gives \`${python.name}\` the option \`${name}\`, which ${of.file} does not have`,
          {
            hint:
              near === undefined
                ? "name an option that the program has, or add this one to it"
                : `did you mean \`${near}\`?`,
          },
        );
      }
    }
  },
});
