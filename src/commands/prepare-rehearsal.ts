import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { parseEnv } from "node:util";
import type { Pipeline } from "../config/pipeline.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { failure, success } from "../diagnostics/diagnostic.ts";
import type { ExitCode } from "../diagnostics/exit-code.ts";
import type { Host } from "../host/host.ts";
import { kindBehindLinks } from "../host/links.ts";
import type { WorkflowName } from "../model/workflow-name.ts";
import { workflowNames } from "../model/workflow-name.ts";
import { WORKFLOWS } from "../plan.ts";
import type { Project } from "../project.ts";
import { faultList } from "../rehearse/account.ts";
import type { Event } from "../rehearse/event.ts";
import { faultsOf, findFault } from "../rehearse/faults.ts";
import { perform } from "../rehearse/perform.ts";
import { progressOn } from "../rehearse/progress.ts";
import { requireHarmless } from "../rehearse/secrets.ts";
import { findTools } from "../rehearse/tools.ts";
import { declared } from "../rehearse/workflow.ts";
import type { App } from "./app.ts";
import type { RehearseOptions } from "./rehearse.ts";

const wrongUse = (code: Diagnostic["code"], message: string, hint: string): Result<never> =>
  failure({ code, severity: "error", message, hint });

/** Everything that can be wrong before anything is run. */
export const prepare = async (
  app: App,
  options: RehearseOptions,
  name: string,
): Promise<Result<() => Promise<ExitCode>>> => {
  if (!isWorkflow(name))
    return wrongUse(
      "usage/unknown-workflow",
      `${JSON.stringify(name)} is no workflow`,
      `the workflows are ${workflowNames.join(", ")}`,
    );
  const opened = await app.project(options);
  if (!opened.ok) return opened;
  const project = opened.value;
  const chosen = choose(project, options.pipeline);
  if (!chosen.ok) return chosen;
  const pipeline = chosen.value;
  const file = pipeline.files[name];
  if (file === false)
    return wrongUse(
      "usage/unknown-workflow",
      `the config switches ${name} off`,
      `give \`files.${name}\` the name of a file`,
    );
  if (options.keep !== undefined && app.host.files.list(resolve(app.folder(options), options.keep)).length > 0)
    return wrongUse(
      "usage/keep",
      `\`--keep\` names ${JSON.stringify(options.keep)}, which is not empty`,
      "name a folder that does not exist yet",
    );
  const given = readSecrets(app, options);
  if (!given.ok) return given;

  const path = `${WORKFLOWS}/${file}`;
  const planned = project.plan.get(path);
  if (!planned) throw new Error(`${path} is not planned`);
  const workflow = declared(planned.render());
  if (options.list) {
    const faults = faultsOf(workflow);
    return success(async () =>
      app.report(options, {
        ...{ command: "rehearse", files: [], diagnostics: [], conclusion: faultList(faults) },
        details: { steps: faults.map(({ job, step, name, because }) => ({ job, step, name, because })) },
      }),
    );
  }
  const fault = options.fail === undefined ? success(undefined) : findFault(workflow, options.fail);
  if (!fault.ok) return fault;

  const tools = await findTools({
    home: homeFolder(app.host),
    path: app.host.env.PATH ?? "",
    assets: join(import.meta.dirname, "rehearsal"),
    project: join(project.root, pipeline.root),
    python: pipeline.python,
  });
  if (!tools.ok) return tools;
  return success(async () => {
    const progress = progressOn(app.host.stderr, workflow);
    // The first interrupt cancels the run, the second ends it at once; either way nothing is left behind.
    const [cancel, kill] = [new AbortController(), new AbortController()];
    const interrupt = () => (cancel.signal.aborted ? kill : cancel).abort();
    for (const name of signals) process.on(name, interrupt);
    try {
      const { diagnostics, conclusion, details } = await perform({
        ...{ project, pipeline, path, event: eventOf(name, pipeline), tools: tools.value, secrets: given.value },
        ...{
          fault: fault.value,
          cancel: cancel.signal,
          kill: kill.signal,
          observe: progress.tell,
          colour: app.colour(options),
        },
        servicePythons: [join(project.root, pipeline.root, ".venv"), app.host.env.VIRTUAL_ENV ?? []]
          .flat()
          .map(folder => join(folder, "bin/python")),
        keep: options.keep === undefined ? undefined : resolve(app.folder(options), options.keep),
      });
      progress.end();
      return await app.report(options, { command: "rehearse", files: [], diagnostics, conclusion, details });
    } finally {
      progress.end();
      for (const name of signals) process.off(name, interrupt);
    }
  });
};

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const isWorkflow = (name: string): name is WorkflowName => (workflowNames as readonly string[]).includes(name);

const choose = ({ pipelines }: Project, wanted: string | undefined): Result<Pipeline> => {
  const names = pipelines.map(({ name }) => name);
  const found =
    wanted === undefined
      ? pipelines.length === 1
        ? pipelines[0]
        : undefined
      : pipelines.find(({ name }) => name === wanted);
  if (found) return success(found);
  return wrongUse(
    "usage/unknown-pipeline",
    wanted === undefined
      ? "the config holds several pipelines"
      : `the config holds no pipeline ${JSON.stringify(wanted)}`,
    `name one of them with \`--pipeline\`: ${names.join(", ")}`,
  );
};

/** What starts a workflow most often. */
const eventOf = (name: WorkflowName, { defaultBranch, nightly }: Pipeline): Event => {
  switch (name) {
    case "ci":
      return { kind: "pull_request", head: "rehearsal", base: defaultBranch, fork: false };
    case "cd":
      return { kind: "push", branch: defaultBranch };
    case "nightly":
      return { kind: "schedule", cron: nightly.cron, branch: defaultBranch };
  }
};

/** The values in the file of `--secret-file`: none that belongs to the real world. */
const readSecrets = (app: App, options: RehearseOptions): Result<Readonly<Record<string, string>>> => {
  const file = options.secretFile;
  if (file === undefined) return success({});
  const path = resolve(app.folder(options), file);
  if (kindBehindLinks(app.host.files, path) !== "file")
    return wrongUse(
      "usage/secret-file",
      `\`--secret-file\` names ${JSON.stringify(file)}, which is no file`,
      "name a file with a line NAME=value for each secret",
    );
  const values = parseEnv(Buffer.from(app.host.files.read(path)).toString("utf8")) as Record<string, string>;
  const harmless = requireHarmless(values, file);
  return harmless.ok ? success(values) : harmless;
};

/** Where act, the Python tools and the packages of projects are kept. https://specifications.freedesktop.org/basedir/latest/ */
const homeFolder = ({ env }: Host): string => {
  if (env.CREDITRISK_CI_REHEARSAL_HOME) return resolve(env.CREDITRISK_CI_REHEARSAL_HOME);
  const base = env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME) ? env.XDG_CACHE_HOME : join(homedir(), ".cache");
  return join(base, "creditrisk-ci/rehearsal");
};
