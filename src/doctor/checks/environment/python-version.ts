import { dockerfile, finalStages } from "../../../repository/docker/dockerfile.ts";
import type { Pyproject } from "../../../repository/python-packages/pyproject.ts";
import { pyproject } from "../../../repository/python-packages/pyproject.ts";
import { admitsPython } from "../../../repository/python-packages/version.ts";
import type { CheckContext } from "../../check.ts";
import { defineCheck } from "../../check.ts";
import { installedBy } from "../../installed.ts";
import { inRoot } from "../../places.ts";

export const pythonVersion = defineCheck({
  id: "repository/python-version",
  severity: "error",
  summary: "The project does not work with the Python of the workflows.",
  why: "Pip and uv refuse to install it: `requires a different Python`.",
  hint: "set `python.version` to one that the project works with, or widen `requires-python`",
  reference: "https://packaging.python.org/en/latest/specifications/pyproject-toml/#requires-python",
  examples: {
    bad: {
      "pipeline.config.yaml":
        'python: { version: "3.10", install: [pip install -r requirements.txt, pip install --no-deps -e .] }\n',
      ".python-version": null,
      Dockerfile: "FROM python:3.10-slim\nCOPY . .\n",
    },
    good: {
      "pipeline.config.yaml":
        'python: { version: "3.12", install: [pip install -r requirements.txt, pip install --no-deps -e .] }\n',
      ".python-version": null,
      Dockerfile: "FROM python:3.12-slim\nCOPY . .\n",
    },
  },
  check: (context, report) => {
    const { pipeline, repository, field } = context;
    const { version } = pipeline.python;
    for (const { requiresPython } of projectsOf(context)) {
      if (!requiresPython || admitsPython(version, requiresPython.text) !== false) continue;
      report(
        requiresPython.spot,
        `the project works with Python \`${requiresPython.text}\`, and ${field(["python", "version"])} is \`${version}\``,
      );
    }
    const series = seriesOf(version);
    for (const image of pipeline.images) {
      const found = dockerfile(repository, inRoot(pipeline, image.dockerfile));
      const base = found && finalStages(found).at(-1);
      const [, other] = /^(?:docker\.io\/(?:library\/)?)?python:(3\.\d+)(?:[.-]|$)/.exec(base?.from ?? "") ?? [];
      if (!base || other === undefined || other === series) continue;
      report(
        base.spot,
        `image \`${image.name}\` has Python ${other}, and the workflows train and test the model with ${series}`,
        {
          severity: "note",
          hint: `take \`python:${series}\` as its base, or set \`python.version\` to "${other}": a pickled model may not load with another Python`,
        },
      );
    }
  },
});

const seriesOf = (version: string): string => version.split(".").slice(0, 2).join(".");

/** The projects that the workflows install: only then does it matter what they work with. */
const projectsOf = ({ commands, repository }: CheckContext): readonly Pyproject[] => {
  const folders = new Set(installedBy(repository, commands).projects.map(({ folder }) => folder));
  return [...folders].flatMap(folder => pyproject(repository, folder) ?? []);
};
