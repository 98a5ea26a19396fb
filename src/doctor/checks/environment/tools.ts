import type { ShellCommand } from "../../../lint/script.ts";
import type { Requirement } from "../../../repository/python-packages/requirement.ts";
import { pythonOf } from "../../commands.ts";

/** Programs that a Python package brings: program → package, and what else is known to bring it. */
const TOOLS: Readonly<Record<string, { readonly package: string; readonly also?: readonly string[] }>> = {
  ruff: { package: "ruff", also: ["gradio", "prospector"] },
  bandit: { package: "bandit", also: ["prospector"] },
  pytest: { package: "pytest", also: ["nbval", "tavern", "schemathesis"] },
  dvc: { package: "dvc" },
  mlflow: { package: "mlflow" },
  uvicorn: {
    package: "uvicorn",
    also: ["fastapi", "mlflow", "bentoml", "ray", "gradio", "evidently", "litestar", "prefect", "starlette", "sanic"],
  },
  gunicorn: { package: "gunicorn", also: ["mlflow", "uvicorn", "apache-airflow"] },
  flake8: { package: "flake8", also: ["prospector", "wemake-python-styleguide"] },
  black: { package: "black" },
  isort: { package: "isort", also: ["pylint", "prospector"] },
  mypy: { package: "mypy", also: ["prospector"] },
  pylint: { package: "pylint", also: ["prospector"] },
  coverage: { package: "coverage" },
  safety: { package: "safety" },
  "pip-audit": { package: "pip-audit" },
  "pre-commit": { package: "pre-commit" },
  papermill: { package: "papermill" },
};

export interface Tool {
  readonly program: string;
  readonly package: string;
}

export const toolNamed = (program: string): Tool | undefined =>
  Object.hasOwn(TOOLS, program) ? { program, package: (TOOLS[program] as { package: string }).package } : undefined;

/** The tool that a command calls, by its name or as a module of Python. */
export const toolOf = (command: ShellCommand): Tool | undefined => {
  const python = pythonOf(command);
  return toolNamed((python?.kind === "module" ? python.name.split(".")[0] : command.name) ?? "");
};

/**
 * Whether a package may bring a tool: it is the tool's own, or built around it (`pytest-cov`, `dvc-s3`), or known to need it; or
 * nobody can tell from outside what it brings, as with a team's own collection of tools.
 */
export const mayBring = ({ name, url }: Requirement, { program, package: own }: Tool): boolean =>
  name.includes(own) ||
  (own === "coverage" && name.includes("cov")) ||
  (TOOLS[program]?.also?.includes(name) ?? false) ||
  (url !== undefined && name !== own) ||
  /\b(?:dev|tools?|toolkit|toolbox|lint|linters?|qa|tests?|testing|commons?|utils|platform|stack|all|bundle)\b/.test(
    name,
  );
