import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { execa } from "execa";
import type { Pipeline, Value } from "../config/pipeline.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Project } from "../project.ts";
import { account, verdict } from "./account.ts";
import type { ActLine } from "./act.ts";
import type { Event, Slug } from "./event.ts";
import type { Fault } from "./faults.ts";
import { broughtToLight } from "./faults.ts";
import type { Rehearsal } from "./rehearsal.ts";
import { rehearsalFolder, rehearse } from "./rehearsal.ts";
import { lendFolder, removeFolder } from "./sandbox.ts";
import { calm } from "./scenario.ts";
import type { Places } from "./secrets.ts";
import { confined, inventValues, placeNames } from "./secrets.ts";
import type { Tools } from "./tools.ts";
import { referenced } from "./workflow.ts";
import type { Target } from "./world.ts";
import { startWorld } from "./world.ts";

export interface Performance {
  readonly project: Project;
  readonly pipeline: Pipeline;
  /** Path of the workflow in the repository. */
  readonly path: string;
  readonly event: Event;
  readonly tools: Tools;
  /** Python interpreters that may have what the deployed image needs. */
  readonly servicePythons: readonly string[];
  /** Values of secrets; the others are made up. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly fault: Fault | undefined;
  /** Cancels the run, as the button in GitHub's interface does. */
  readonly cancel: AbortSignal;
  /** Ends it at once. */
  readonly kill: AbortSignal;
  readonly observe: (line: ActLine) => void;
  readonly colour: boolean;
  /** An absolute path: the folder of the rehearsal, which then stays. */
  readonly keep: string | undefined;
}

export interface Outcome {
  readonly diagnostics: readonly Diagnostic[];
  /** For people. */
  readonly conclusion: string;
  /** For programs. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Runs a workflow in a folder and a world of its own, tells what came of it, and leaves nothing behind. */
export const perform = async (performance: Performance): Promise<Outcome> => {
  const { project, pipeline, path, event, tools, secrets, fault, cancel, kill, observe, colour, keep, servicePythons } =
    performance;
  const folder = keep ?? rehearsalFolder();
  const slug = await slugOf(project.root, pipeline);
  const target = targetOf(pipeline);
  try {
    const world = await startWorld({
      ...{ python: tools.python, assets: tools.assets, state: join(folder, "state"), target, bucket: "rehearsal" },
      owner: slug.owner.toLowerCase(),
      scenario: { ...calm, ...fault?.scenario },
      servicePythons,
    });
    try {
      const places: Places = {
        world,
        target,
        dvcRemote: join(folder, "dvc-remote"),
        mlflow: `file://${folder}/mlruns`,
      };
      lendData(join(project.root, pipeline.root), places.dvcRemote);
      const text = executed(project, pipeline, path, places);
      const names = { secrets: referenced("secrets", text), variables: referenced("vars", text) };
      const invented = inventValues(pipeline, names, places);
      const values = { ...invented, secrets: { ...invented.secrets, ...secrets } };
      const rehearsal = await rehearse({
        workflow: { file: basename(path), text: fault ? fault.edit(text) : text },
        ...{ event, values, tools, world, folder, cancel, kill, placeNames: placeNames(pipeline) },
        source: { root: project.root, files: generated(project), slug, defaultBranch: pipeline.defaultBranch },
        observe: line => {
          observe(line);
          return false;
        },
      });
      const diagnostics = broughtToLight(rehearsal, fault, tools);
      const told = account(rehearsal, { colour, secrets: Object.values(secrets) });
      return {
        diagnostics,
        conclusion: `${told}\n\n${verdict(rehearsal, fault, diagnostics.length)}`,
        details: detailsOf(rehearsal),
      };
    } finally {
      await world.stop();
    }
  } finally {
    if (keep === undefined) removeFolder(folder);
  }
};

/** The workflow as it is executed: it talks to this machine only. */
const executed = (project: Project, pipeline: Pipeline, path: string, places: Places): string => {
  const planned = project.planOf(project.pipelines.map(one => (one === pipeline ? confined(one, places) : one)));
  if (!planned.ok) throw new Error(planned.diagnostics.map(({ message }) => message).join("; "));
  return planned.value.get(path)?.render() ?? "";
};

/** What `generate` would leave in the repository. */
const generated = ({ plan, lockFile, newLock }: Project): ReadonlyMap<string, string> =>
  new Map([
    ...[...plan].map(([file, { render }]) => [file, render()] as const),
    ...(newLock === undefined ? [] : [[lockFile, newLock] as const]),
  ]);

/** What the project's DVC cache holds is in the remote; what has to be made first is not. */
const lendData = (project: string, remote: string): void => {
  const cached = join(project, ".dvc/cache/files");
  if (existsSync(cached)) lendFolder(cached, join(remote, "files"));
};

/** Who the repository is on GitHub: what its remote says, else a name of its own. */
const slugOf = async (root: string, { name }: Pipeline): Promise<Slug> => {
  const { stdout } = await execa("git", ["remote", "get-url", "origin"], { cwd: root, reject: false });
  const [, owner, repository] = /[/:]([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(stdout ?? "") ?? [];
  return owner && repository ? { owner, name: repository } : { owner: "rehearsal", name };
};

/** Where in the fake AWS a pipeline deploys to: what the config says in plain text, and made-up names for the rest. */
export const targetOf = ({ name, deploy }: Pipeline): Target | undefined => {
  if (!deploy) return undefined;
  const text = (value: Value, otherwise: string) => (typeof value === "string" ? value : otherwise);
  const { region, cluster, service } = deploy.aws;
  return {
    region: text(region, "eu-west-1"),
    cluster: text(cluster, `${name}-cluster`),
    service: text(service, `${name}-${deploy.image}`),
    container: deploy.container,
    family: `${name}-${deploy.image}`,
  };
};

const detailsOf = ({ result, jobs, artifacts, registry, world, leaks, idle, seconds }: Rehearsal) => ({
  result,
  jobs: jobs.map(({ id, result: ended, steps }) => ({
    id,
    result: ended,
    steps: steps.map(({ id: step, name, result: outcome, milliseconds, annotations }) => ({
      ...{ id: step, name, result: outcome, milliseconds, annotations },
    })),
  })),
  artifacts: Object.fromEntries(Object.entries(artifacts).map(([name, { files }]) => [name, files])),
  images: Object.fromEntries(Object.entries(registry).map(([reference, { digest }]) => [reference, digest])),
  ecs: world.ecs,
  cloudwatch: world.cloudwatch,
  told: world.http
    .filter(({ path }) => path.startsWith("/_hooks/"))
    .map(({ path, status }) => ({ to: path.slice("/_hooks/".length), status })),
  ...{ leaks, idle, seconds },
});
