import type { Pipeline } from "../../src/config/pipeline.ts";
import { all, cancelled, equal, hashFiles, not, runner, text, unequal } from "../../src/model/expression.ts";
import type { Step } from "../../src/model/step.ts";
import { run, uses } from "../../src/model/step.ts";
import createVenv from "../scripts/create-venv.sh";
import { inRoot } from "./values.ts";

/**
 * Python, a virtual environment, and the project in it. The cached form is for jobs that publish nothing: what a cache holds
 * could have been put there by another run.
 */
export const python = (pipeline: Pipeline, { cached }: { readonly cached: boolean }) => {
  const { version, installer, install: commands, lockFiles } = pipeline.python;
  const interpreter =
    installer === "uv"
      ? uses("astral-sh/setup-uv", {
          id: "python",
          name: "Set up uv and Python",
          with: { "python-version": version, "enable-cache": false },
        })
      : uses("actions/setup-python", { id: "python", name: "Set up Python", with: { "python-version": version } });
  const path = inRoot(pipeline, ".venv");
  const key = text`venv-${pipeline.name}-${runner("os")}-${runner("arch")}-py${interpreter.outputs["python-version"]}-${hashFiles(
    ...lockFiles.map(file => inRoot(pipeline, file)),
  )}`;
  const restore = uses("actions/cache/restore", {
    id: "restore-venv",
    name: "Restore the virtual environment",
    comment: "Only an exact match: a half-fitting environment is a broken one.",
    with: { path, key },
  });
  const venv = run({
    id: "venv",
    name: "Create the virtual environment",
    env: { INSTALLER: installer, PYTHON_VERSION: version },
    run: createVenv,
  });
  const install = run({ id: "install", name: "Install the project", run: commands.map(line => `${line}\n`).join("") });
  const save = uses("actions/cache/save", {
    id: "save-venv",
    name: "Save the virtual environment",
    if: all(not(cancelled), equal(install.outcome, "success"), unequal(restore.outputs["cache-hit"], "true")),
    with: { path, key },
  });
  const steps: readonly Step[] = cached ? [interpreter, restore, venv, install] : [interpreter, venv, install];
  return { steps, install, save };
};
