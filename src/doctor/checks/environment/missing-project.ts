import { posix } from "node:path";
import { defineCheck } from "../../check.ts";
import { installedBy } from "../../installed.ts";
import { isBehindLink } from "../../places.ts";

export const missingProject = defineCheck({
  id: "repository/missing-project",
  severity: "error",
  summary: "A command installs a project from a folder that holds none.",
  why: "Pip ends with `neither 'setup.py' nor 'pyproject.toml' found`: every job fails before it begins its work.",
  hint: "add a `pyproject.toml` with a `[project]` table there, or install what the project needs with `pip install -r requirements.txt`",
  reference: "https://packaging.python.org/en/latest/guides/writing-pyproject-toml/",
  examples: {
    bad: {
      "pyproject.toml": null,
      Dockerfile: "FROM python:3.11-slim\nCOPY . .\n",
      "pipeline.config.yaml": "python: { install: [pip install -r requirements.txt, pip install --no-deps -e .] }\n",
    },
    good: {
      "pyproject.toml": null,
      Dockerfile: "FROM python:3.11-slim\nCOPY . .\n",
      "pipeline.config.yaml": "python: { install: [pip install -r requirements.txt], lockFiles: [requirements.txt] }\n",
    },
  },
  check: ({ repository, commands }, report) => {
    for (const { use, folder } of installedBy(repository, commands).projects) {
      if (MANIFESTS.some(name => repository.has(posix.join(folder, name)))) continue;
      if (isBehindLink(repository, folder) || repository.files.includes(folder)) continue;
      const where = folder === "." ? "the repository's own folder" : `\`${folder}\``;
      const what = repository.has(folder) ? "has neither `pyproject.toml` nor `setup.py`" : "is not in the repository";
      report(use.spot, `${use.title} installs the project in ${where}, which ${what}`, {
        ...(repository.has(posix.join(folder, "setup.cfg")) && {
          hint: 'add a `pyproject.toml` beside `setup.cfg`: `[build-system]` with `requires = ["setuptools"]` is enough',
        }),
      });
    }
  },
});

/** `setup.cfg` alone is no project to pip. */
const MANIFESTS: readonly string[] = ["pyproject.toml", "setup.py"];
