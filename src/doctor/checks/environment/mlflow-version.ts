import { posix } from "node:path";
import type { RepositoryContents } from "../../../repository/contents.ts";
import { programOf } from "../../../repository/python/program.ts";
import { lockedVersion } from "../../../repository/python-packages/lock.ts";
import type { Requirement } from "../../../repository/python-packages/requirement.ts";
import { isInRange } from "../../../repository/python-packages/version.ts";
import { remembered } from "../../../repository/remembered.ts";
import type { Spot } from "../../../repository/source-problem.ts";
import type { CheckContext } from "../../check.ts";
import { defineCheck } from "../../check.ts";
import { pythonOf } from "../../commands.ts";
import type { Fix } from "../../fix.ts";
import { installedBy } from "../../installed.ts";

export const mlflowVersion = defineCheck({
  id: "repository/mlflow-version",
  severity: "error",
  summary: "The MLflow that is installed refuses the folder in which the project keeps its runs.",
  why: "From 3.13 on MLflow ends with `The filesystem tracking backend is in maintenance mode` as soon as a run begins, unless MLFLOW_ALLOW_FILE_STORE says that it may go on.",
  hint: "ask for `mlflow<3.13`, or keep the runs on a server or in a database: `sqlite:///mlflow.db`",
  reference: "https://mlflow.org/docs/latest/self-hosting/migrate-from-file-store",
  examples: {
    bad: {
      "pipeline.config.yaml": "mlflow: { trackingUri: mlruns, token: false }\n",
      "requirements.txt":
        "bandit==1.8.6\ndvc[s3]==3.67.1\nfastapi==0.128.0\njoblib==1.5.3\nmlflow>=3\npytest==9.0.2\nruff==0.14.6\nuvicorn==0.38.0\n",
    },
    good: { "pipeline.config.yaml": "mlflow: { trackingUri: mlruns, token: false }\n" },
  },
  check: (context, report) => {
    const { repository, commands, pipeline } = context;
    const installed = installedBy(repository, commands);
    const asked = installed.requirements.filter(({ name }) => name === "mlflow" || name === "mlflow-skinny");
    const [first] = asked;
    if (!first || asked.some(({ url, marker }) => url !== undefined || marker !== undefined)) return;
    const locked = installed.isLocked ? lockedVersion(repository, pipeline.root, first.name) : undefined;
    const ranges = [...asked, ...installed.constraints.filter(({ name }) => name === first.name)].flatMap(
      ({ specifier }) => specifier ?? [],
    );
    const isRefusing = (version: string) => isInRange(version, ">=3.13") === true;
    const taken =
      locked === undefined
        ? RELEASES.find(version => ranges.every(range => isInRange(version, range) === true))
        : isRefusing(locked)
          ? locked
          : undefined;
    if (taken === undefined) return;
    const store = fileStore(context);
    if (!store || isAllowed(repository, pipeline.root)) return;
    const isFixed = locked !== undefined || ranges.some(range => /^===?[^,]*$/.test(range));
    const fix = isFixed || asked.length > 1 ? undefined : below(first);
    const range = first.specifier === undefined ? `\`${first.name}\` without a range` : `\`${first.specifier}\``;
    report(
      first.spot,
      isFixed
        ? `MLflow ${locked ?? first.specifier?.replace(/^=+/, "")} refuses to keep runs in a folder, which ${store.title} asks for`
        : `${range} lets in MLflow 3.13 and later, which refuse to keep runs in a folder, as ${store.title} asks for`,
      { ...(isFixed ? {} : { severity: "warning" as const }), ...(fix && { fix }) },
    );
  },
});

/** From the newest on, as pip looks: one of each series that refuses, and one that is far ahead. */
const RELEASES: readonly string[] = ["99", "4.0.0", ...[18, 17, 16, 15, 14, 13].map(minor => `3.${minor}.0`)];

interface Store {
  readonly title: string;
}

/** What says that runs are kept in a folder: the config, or a program that the workflows run. */
const fileStore = ({ repository, commands, pipeline, field }: CheckContext): Store | undefined => {
  for (const use of commands) {
    if (use.purpose === "install" || use.purpose === "check") continue;
    for (const command of use.commands) {
      const python = pythonOf(command);
      const program =
        python &&
        programOf(
          repository,
          use.folder,
          python,
          python.args.map(({ value }) => value),
        );
      for (const fact of program?.facts ?? []) {
        if (fact.kind !== "tracking-uri" || fact.isUpToEnvironment) continue;
        const { value } = fact;
        const text = value.kind === "path" ? value.text : value.kind === "constant" ? value.value : undefined;
        if (typeof text === "string" && isFolder(text)) return { title: placed(fact.spot) };
      }
    }
  }
  const { mlflow } = pipeline;
  return mlflow && typeof mlflow.trackingUri === "string" && isFolder(mlflow.trackingUri)
    ? { title: field(["mlflow", "trackingUri"]) }
    : undefined;
};

const placed = ({ file, line }: Spot): string => `${file}${line === undefined ? "" : `:${line}`}`;

/** A path, or the address of one. https://mlflow.org/docs/latest/self-hosting/architecture/backend-store/ */
const isFolder = (uri: string): boolean =>
  uri !== "" && (/^file:/i.test(uri) || (!/^[a-z][\w+.-]*:/i.test(uri) && uri !== "databricks" && uri !== "uc"));

/** Whether anything in the repository speaks of the variable that lets MLflow go on. */
const isAllowed = remembered((repository: RepositoryContents, root: string): boolean =>
  repository.files.some(
    file =>
      (root === "." || file.startsWith(`${root}/`) || !file.includes("/")) &&
      (/\.(?:py|ya?ml|sh|ts|mts|js|mjs|env|toml|cfg)$/.test(file) ||
        /^(?:Dockerfile|Makefile|\.env)/.test(posix.basename(file))) &&
      (repository.text(file)?.includes("MLFLOW_ALLOW_FILE_STORE") ?? false),
  ),
);

const below = ({ parts, spot }: Requirement): Fix | undefined => {
  if (!parts) return undefined;
  const at = parts.specifier?.end ?? (parts.extrasEnd === undefined ? parts.nameEnd : parts.extrasEnd + 1);
  return {
    title: `ask for a release of MLflow before 3.13 in ${spot.file}`,
    edits: [{ file: spot.file, start: at, end: at, text: parts.specifier ? ",<3.13" : "<3.13" }],
  };
};
