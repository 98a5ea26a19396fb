import { cycleAmong, pipelineAround } from "../../../repository/dvc/stages.ts";
import { defineCheck } from "../../check.ts";
import { mainFile } from "./stages-run.ts";

export const stageCycle = defineCheck({
  id: "repository/stage-cycle",
  severity: "error",
  summary: "Stages wait for one another's outputs.",
  why: "DVC refuses with `Same item(s) are defined as both a dependency and an output`: every `dvc repro` and `dvc pull --with-deps` fails, also of other stages of the repository.",
  hint: "let one of them do without the other's output",
  reference: "https://doc.dvc.org/user-guide/pipelines/defining-pipelines#directed-acyclic-graph-dag",
  examples: {
    bad: {
      "etl/dvc.yaml":
        "stages:\n  first:\n    cmd: touch one\n    deps: [two]\n    outs: [one]\n  second:\n    cmd: touch two\n    deps: [one]\n    outs: [two]\n",
    },
    good: { "etl/dvc.yaml": "stages:\n  first:\n    cmd: touch one\n    outs: [one]\n" },
  },
  check: ({ pipeline, repository }, report) => {
    // DVC looks at the whole of its repository, whichever stage is asked for.
    const { stages } = pipelineAround(repository, mainFile({ pipeline, repository }));
    const cycle = cycleAmong(repository, stages);
    const [first] = cycle ?? [];
    if (!cycle || !first) return;
    const shown =
      cycle.length > 6 ? [...cycle.slice(0, 5).map(({ name }) => name), "…"] : cycle.map(({ name }) => name);
    report(
      first.spot,
      cycle.length === 1
        ? `stage \`${first.name}\` depends on what it writes itself`
        : `these stages wait for one another: ${[...shown, first.name].map(name => (name === "…" ? name : `\`${name}\``)).join(" → ")}`,
    );
  },
});
