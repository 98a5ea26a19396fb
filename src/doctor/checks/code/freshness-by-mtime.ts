import { modificationTimes } from "../../../repository/python/code-facts.ts";
import { defineCheck } from "../../check.ts";
import { followed, programsIn } from "./programs.ts";

export const freshnessByMtime = defineCheck({
  id: "repository/freshness-by-mtime",
  severity: "warning",
  summary: "The age of the data is judged by the time of a file.",
  why: "A checkout, a download and a `dvc pull` give every file the time at which they ran: on a runner the data is always fresh, and the gate never closes.",
  hint: "record in the file itself when the data was taken, and judge by that",
  reference: "https://git-scm.com/docs/git-checkout",
  examples: {
    bad: {
      "src/demo/freshness.py":
        'import argparse\nimport time\nfrom pathlib import Path\n\nparser = argparse.ArgumentParser()\nparser.add_argument("--max-age-hours", type=float)\nparser.add_argument("--fail-on-stale", action="store_true")\narguments = parser.parse_args()\nage = time.time() - Path("reports/metrics.json").stat().st_mtime\nPath("reports/data_freshness.json").write_text(str(age))\n',
    },
    good: {
      "src/demo/freshness.py":
        'import argparse\nimport json\nfrom pathlib import Path\n\nparser = argparse.ArgumentParser()\nparser.add_argument("--max-age-hours", type=float)\nparser.add_argument("--fail-on-stale", action="store_true")\narguments = parser.parse_args()\nage = json.loads(Path("reports/metrics.json").read_text())["hours"]\nPath("reports/data_freshness.json").write_text(str(age))\n',
    },
  },
  check: ({ commands, repository }, report) => {
    for (const use of commands.filter(({ purpose }) => purpose === "freshness").flatMap(programsIn)) {
      const program = followed(repository, use);
      for (const { path, spot } of program ? modificationTimes(program) : [])
        report(
          spot,
          `${use.use.title} looks at the time of ${path === undefined ? "a file" : `\`${path.replace("\0/", "")}\``}, which on a runner is that of the checkout`,
        );
    }
  },
});
