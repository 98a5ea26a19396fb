import { refusals, writtenPaths } from "../../../repository/python/code-facts.ts";
import { defineCheck } from "../../check.ts";
import { followed, programsIn } from "./programs.ts";

const promotion = (refusal: string): string =>
  `import json\nimport sys\nfrom pathlib import Path\n\nimport mlflow\n\nreport = Path("reports/registry_promotion.json")\nif not report.exists():\n    print("nothing to promote")\n    sys.exit(${refusal})\nversion = json.loads(report.read_text())["model_version"]\nmlflow.MlflowClient().set_registered_model_alias("demo", "production", version)\n`;

export const silentRefusal = defineCheck({
  id: "repository/silent-refusal",
  severity: "warning",
  summary: "The promotion command ends with 0 when it does not promote.",
  why: "The job is green and the release counts as promoted, while the registry still has the model from before.",
  hint: "end with 1 instead, or have the command write a file when it promoted and name it in `promote.evidence`",
  examples: {
    bad: {
      "pipeline.config.yaml": "promote: { command: python -m demo.promote }\n",
      "src/demo/promote.py": promotion("0"),
    },
    good: {
      "pipeline.config.yaml": "promote: { command: python -m demo.promote }\n",
      "src/demo/promote.py": promotion("1"),
    },
  },
  check: ({ commands, repository, pipeline: { promote } }, report) => {
    if (!promote || promote.evidence !== undefined) return;
    for (const use of commands.filter(({ purpose }) => purpose === "promote").flatMap(programsIn)) {
      const program = followed(repository, use);
      const [first, ...others] = program ? refusals(program) : [];
      if (!program || !first) continue;
      const evidence = writtenPaths(program).findLast(({ path }) => path.endsWith(".json"))?.path;
      const more = others.map(({ spot }) => spot.line).filter(line => line !== undefined);
      report(
        first.spot,
        `${use.use.title} ends with 0 here without having promoted${more.length > 0 ? `, as in line ${more.join(", ")}` : ""}`,
        evidence === undefined
          ? {}
          : { hint: `set \`promote.evidence: ${evidence}\`, or end with 1 where nothing is promoted` },
      );
    }
  },
});
