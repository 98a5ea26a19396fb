import { defineCheck } from "../../check.ts";
import { optionProblems } from "./option-problems.ts";

const program = (setting: string): string =>
  `import argparse
import json
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--config", ${setting})
parser.parse_args()
Path("reports/drift_report.json").write_text(json.dumps({}))
`;

export const missingOption = defineCheck({
  id: "repository/missing-option",
  severity: "error",
  summary: "A command leaves out an option that the program requires.",
  why: "The program ends with a usage error before it does anything.",
  hint: "add the option to the command, or give it a default in the program",
  reference: "https://docs.python.org/3/library/argparse.html#required",
  examples: {
    bad: { "src/demo/drift.py": program("required=True") },
    good: { "src/demo/drift.py": program('default="configs/demo.yaml"') },
  },
  check: ({ commands, repository }, report) => {
    for (const { kind, name, program, of } of optionProblems(repository, commands)) {
      const { use, python } = program;
      if (kind === "missing-option")
        report(
          use.spot,
          `${use.title} does not give \`${python.name}\` the option \`${name}\`, which ${of.file} requires`,
          {
            hint: `add \`${name}\` to the command, or give it a default in ${of.file}`,
          },
        );
    }
  },
});
