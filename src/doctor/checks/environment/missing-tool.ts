import { packageLock } from "../../../repository/python-packages/lock.ts";
import { defineCheck } from "../../check.ts";
import type { CommandUse } from "../../commands.ts";
import { installedBy } from "../../installed.ts";
import type { Tool } from "./tools.ts";
import { mayBring, toolNamed, toolOf } from "./tools.ts";

export const missingTool = defineCheck({
  id: "repository/missing-tool",
  severity: "error",
  summary: "A workflow calls a program that no install command brings.",
  why: "The step ends with `command not found`, or with `No module named …`.",
  hint: "add its package to what the install commands install",
  examples: {
    bad: { "pipeline.config.yaml": "checks: { types: mypy src }\n" },
    good: {
      "pipeline.config.yaml":
        "checks: { types: mypy src }\npython: { install: [pip install -r requirements.txt mypy==1.19.1, pip install --no-deps -e .] }\n",
    },
  },
  check: ({ repository, commands, pipeline, at, field }, report) => {
    const installed = installedBy(repository, commands);
    const wrong = wrongInstaller(commands, pipeline.python.installer);
    if (wrong)
      report(wrong.spot, `${wrong.title} calls \`pip\`, which the environment that uv makes does not have`, {
        hint: "write `uv pip install …`, or set `python.installer` to `pip`",
      });
    if (!installed.isKnown || wrong) return;
    const locked = installed.isLocked ? packageLock(repository, pipeline.root) : undefined;
    const isMissing = (tool: Tool): boolean =>
      locked && locked.problems.length === 0
        ? !locked.versions.has(tool.package) && !installed.requirements.some(({ name }) => name === tool.package)
        : !installed.requirements.some(requirement => mayBring(requirement, tool));
    // Without a lock file, nobody knows what a package brings of its own.
    const severity = locked ? "error" : "warning";
    const told = new Set<string>();
    for (const use of commands) {
      if (use.purpose === "install" || RUNNERS.test(use.text)) continue;
      for (const command of use.commands) {
        const tool = toolOf(command);
        if (!tool || told.has(tool.program) || command.conditional || command.tolerated || !isMissing(tool)) continue;
        told.add(tool.program);
        report(use.spot, `${use.title} calls \`${tool.program}\`, which no install command brings`, {
          severity,
          hint: `add \`${tool.package}\` to what ${field(["python", "install"])} installs`,
        });
      }
    }
    const dvc = toolNamed("dvc");
    if (dvc && !told.has("dvc") && isMissing(dvc))
      report(
        at(["python", "install"]),
        `${field(["python", "install"])} does not bring DVC, and the workflows run its pipeline with \`dvc\``,
        { severity, hint: "add `dvc` to what it installs, with the extra of its remote: `dvc[s3]`" },
      );
  },
});

/** `uv run …` and their like bring an environment of their own. */
const RUNNERS = /\b(?:uvx|pipx|(?:uv|poetry|pdm|hatch|rye|pixi|pipenv|conda|mamba|tox|nox)\b[^\n;&|]*\brun)\b/;

/** The environment that `uv venv` makes has no pip, so that another one would answer to the name. */
const wrongInstaller = (commands: readonly CommandUse[], installer: "pip" | "uv"): CommandUse | undefined =>
  installer === "uv"
    ? commands.find(
        ({ purpose, text, commands: called }) =>
          purpose === "install" &&
          !/\bensurepip\b|--seed\b/.test(text) &&
          called.some(({ name, args }) => (name === "pip" || name === "pip3") && args[0]?.value === "install"),
      )
    : undefined;
