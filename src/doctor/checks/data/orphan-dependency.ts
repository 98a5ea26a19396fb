import { posix } from "node:path";
import { closest } from "../../../diagnostics/closest.ts";
import { dvcFileOf } from "../../../repository/dvc/outputs.ts";
import { isWithin, pathIn } from "../../../repository/dvc/paths.ts";
import type { DvcStage } from "../../../repository/dvc/project.ts";
import { pipelineAround } from "../../../repository/dvc/stages.ts";
import { pathText } from "../../../repository/python/values.ts";
import type { Spot } from "../../../repository/source-problem.ts";
import type { CheckContext } from "../../check.ts";
import { defineCheck } from "../../check.ts";
import { isBehindLink } from "../../places.ts";
import { listed, mainFile, stagesRun } from "./stages-run.ts";
import { touched } from "./touched.ts";

export const orphanDependency = defineCheck({
  id: "repository/orphan-dependency",
  severity: "error",
  summary: "A stage depends on something that neither git, nor DVC, nor a stage brings.",
  why: "On a clean runner it is not there: `dvc repro` ends with `No such file or directory` at the stage, also where nothing has changed. The dry run of ci does not find it, because it goes without data.",
  hint: "run `dvc add` on it and commit the `.dvc` file, or let a stage write it and declare it among its `outs`",
  reference: "https://doc.dvc.org/command-reference/add",
  examples: { bad: { "loans.csv.dvc": null }, good: {} },
  check: (context, report) => {
    const orphans = new Map<string, Orphan>();
    for (const stage of stagesRun(context))
      for (const { path, spot } of needsOf(stage)) {
        const known = orphans.get(path);
        if (known) known.stages.push(stage.name);
        else if (isOrphan(context, path)) orphans.set(path, { path, stages: [stage.name], spot });
      }
    if (orphans.size === 0) return;
    const writers = writersOf(context);
    const isSure = context.commands.every(isPlainInstall);
    for (const { path, stages, spot, others } of together([...orphans.values()], writers)) {
      const writer = writerOf(path, writers);
      const things = others === 0 ? path : `${path} and ${others} more of its folder`;
      const title = `${stages.length === 1 ? "stage" : "the stages"} ${listed(stages)} ${stages.length === 1 ? "depends" : "depend"} on ${things}`;
      if (writer) {
        report(
          spot,
          `${title}, which no stage has among its outputs: ${writer.title} writes ${others === 0 ? "it" : "them"} (${shown(writer.spot)}), so that a clean runner has ${others === 0 ? "it" : "them"} only when that runs`,
          {
            severity: "warning",
            hint: `add ${things} to the \`outs\` of ${writer.title}${writer.isKept ? " with `persist: true`" : ""}, or take ${others === 0 ? "it" : "them"} out of the \`deps\``,
          },
        );
        continue;
      }
      const near = closest(posix.basename(path), siblings(context, path));
      report(
        spot,
        `${title}, which neither git, nor DVC, nor a stage brings: a clean runner does not have ${others === 0 ? "it" : "them"}`,
        {
          ...(isSure ? {} : { severity: "warning" }),
          hint:
            near === undefined
              ? `run \`dvc add ${path}\` and commit ${path}.dvc, or let a stage write it and declare it among its \`outs\``
              : `did you mean ${posix.join(posix.dirname(path), near)}?`,
        },
      );
    }
  },
});

interface Orphan {
  readonly path: string;
  readonly stages: string[];
  readonly spot: Spot;
}

interface Writer {
  readonly path: string;
  readonly isFolder: boolean;
  /** Whether it adds to what is there. */
  readonly isKept: boolean;
  readonly title: string;
  readonly spot: Spot;
}

/** Of what runs before or with the stages. */
const writersOf = (context: CheckContext): readonly Writer[] => {
  const { repository } = context;
  const commands = context.commands.filter(({ purpose }) => purpose === "install" || purpose === "stage");
  return [
    ...touched(commands, repository, "write").map(({ path, isFolder, use, cause }) => ({
      ...{ path, isFolder, isKept: false, title: use.title, spot: cause },
    })),
    // Without a server, MLflow keeps its runs in a folder.
    ...touched(commands, repository, "tracking-uri").flatMap(({ value, use, spot }) => {
      const uri = pathText(value)?.replace(/^file:(?:\/\/)?(?!\/)/, "");
      const path = uri === undefined ? undefined : pathIn(use.folder, uri);
      return path === undefined ? [] : [{ path, isFolder: true, isKept: true, title: use.title, spot }];
    }),
  ];
};

const writerOf = (path: string, writers: readonly Writer[]): Writer | undefined =>
  writers.find(write => isWithin(write.path, path) || (write.isFolder && isWithin(path, write.path)));

/** What one command or no one makes, for the same stages in the same folder, has one cause. */
const together = (
  orphans: readonly Orphan[],
  writers: readonly Writer[],
): readonly (Orphan & { readonly others: number })[] => {
  const causes = new Map<string, Orphan & { others: number }>();
  for (const orphan of orphans) {
    const { path, stages } = orphan;
    const key = JSON.stringify([posix.dirname(path), stages, writerOf(path, writers)?.title]);
    const known = causes.get(key);
    if (known) known.others += 1;
    else causes.set(key, { ...orphan, others: 0 });
  }
  return [...causes.values()];
};

const needsOf = ({ deps, params, spot }: DvcStage): readonly { readonly path: string; readonly spot: Spot }[] => [
  ...deps.filter(({ isTemplated }) => !isTemplated),
  ...params.map(({ file }) => ({ path: file, spot })),
];

const isOrphan = ({ pipeline, repository }: CheckContext, path: string): boolean => {
  if (repository.has(path) || isBehindLink(repository, path)) return false;
  if (repository.unread.some(folder => isWithin(path, folder.path))) return false;
  const { producersOf, isComplete } = pipelineAround(repository, mainFile({ pipeline, repository }));
  if (!isComplete || producersOf(path).length > 0) return false;
  return dvcFileOf(repository, path) === undefined;
};

/** Whether a command is none that may bring data, a script or a download. */
const isPlainInstall = ({ purpose, commands }: CheckContext["commands"][number]): boolean =>
  purpose !== "install" ||
  (commands.length > 0 && commands.every(({ name }) => name !== undefined && INSTALLERS.has(name)));

const INSTALLERS: ReadonlySet<string> = new Set([
  ...["pip", "pip3", "uv", "poetry", "pdm", "pipenv", "pipx", "conda", "mamba", "npm", "apt-get", "sudo"],
  ...["python", "python3", "echo", "set", "cd"],
]);

/** Files of the same folder that no stage depends on: one that is used already is not what was meant. */
const siblings = (context: CheckContext, path: string): readonly string[] => {
  const used = new Set(stagesRun(context).flatMap(({ deps }) => deps.map(dep => dep.path)));
  return context.repository.files
    .filter(file => posix.dirname(file) === posix.dirname(path) && !file.endsWith(".dvc") && !used.has(file))
    .map(file => posix.basename(file));
};

const shown = ({ file, line }: Spot): string => (line === undefined ? file : `${file}:${line}`);
