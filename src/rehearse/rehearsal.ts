import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { version } from "../version.ts";
import type { ActLine } from "./act.ts";
import { runAct } from "./act.ts";
import type { Event } from "./event.ts";
import { branchOf, payloadOf } from "./event.ts";
import type { Leak } from "./leaks.ts";
import { findLeaks } from "./leaks.ts";
import { leniences } from "./lenient.ts";
import type { JobRun, RunResult } from "./log.ts";
import { readLog } from "./log.ts";
import type { Source } from "./sandbox.ts";
import { cloneRepository, environmentOf, makePrograms, writeVariables } from "./sandbox.ts";
import type { Values } from "./secrets.ts";
import { stageActions } from "./stage.ts";
import type { ActionRecord, GhRecord, Registry } from "./stand-ins/journal.ts";
import type { Tools } from "./tools.ts";
import { declared, labelsOf } from "./workflow.ts";
import type { World, WorldState } from "./world.ts";

export interface RehearsalOptions {
  readonly source: Source;
  /** What is executed; the repository may hold another text under this name. */
  readonly workflow: { readonly file: string; readonly text: string };
  readonly event: Event;
  readonly values: Values;
  /** Secrets that name a place: GitHub masks them where they are printed. */
  readonly placeNames: readonly string[];
  readonly tools: Tools;
  readonly world: World;
  /** Folder of the rehearsal; what it leaves there is the caller's to remove. */
  readonly folder: string;
  /** Folder of the caches of earlier runs; default: a new one. */
  readonly cache?: string | undefined;
  /** Folder of artifacts that exist already; default: a new one. */
  readonly artifacts?: string | undefined;
  /** Real seconds to a minute of an action's waiting; default: 10. */
  readonly minute?: number | undefined;
  /** Told of each line of the log; a true answer cancels the run. */
  readonly observe?: ((line: ActLine) => boolean) | undefined;
  /** Cancels the run, as the button in GitHub's interface does. */
  readonly cancel?: AbortSignal | undefined;
  /** Ends it at once. */
  readonly kill?: AbortSignal | undefined;
}

export interface ArtifactListing {
  readonly folder: string;
  readonly files: readonly string[];
  /** Days; null: the repository's own setting. */
  readonly retentionDays: number | null;
}

/** What a run did, on its own machine and outside it. */
export interface Rehearsal {
  readonly result: RunResult;
  readonly sha: string;
  readonly jobs: readonly JobRun[];
  /** By name. */
  readonly artifacts: Readonly<Record<string, ArtifactListing>>;
  /** Digest and job by pushed reference. */
  readonly registry: Registry;
  readonly actions: readonly ActionRecord[];
  /** Calls of GitHub's command line, without the program's name. */
  readonly gh: readonly GhRecord[];
  readonly world: WorldState;
  readonly leaks: readonly Leak[];
  /** What GitHub would not have let pass. */
  readonly leniences: readonly string[];
  /** Actions whose steps did nothing here. */
  readonly idle: readonly string[];
  /** Values that the run asked to be masked. */
  readonly masked: readonly string[];
  /** Why act could not begin, or what it said at the end. */
  readonly said: readonly string[];
  readonly seconds: number;
}

/** A new folder for a rehearsal. */
export const rehearsalFolder = (): string => realpathSync(mkdtempSync(join(tmpdir(), "creditrisk-ci-rehearsal-")));

/** Runs one workflow in a copy of a repository, in a world of its own. */
export const rehearse = async (options: RehearsalOptions): Promise<Rehearsal> => {
  const { source, workflow, event, values, tools, world, folder, minute = 10, observe, cancel, kill } = options;
  const began = Date.now();
  const artifacts = options.artifacts ?? join(folder, "artifacts");
  const cache = options.cache ?? join(folder, "cache");
  const work = join(folder, "act");
  for (const path of [artifacts, cache, work]) mkdirSync(path, { recursive: true });

  const read = declared(workflow.text);
  const executed = join(folder, "workflow", workflow.file);
  mkdirSync(dirname(executed));
  writeFileSync(executed, workflow.text);
  const clone = await cloneRepository(source, folder, branchOf(event));
  const staged = stageActions(read, join(folder, "actions"), join(tools.assets, "stand-ins.cjs"));
  const env = environmentOf({
    ...{ folder, artifacts, cache, origin: clone.origin, slug: source.slug, tools, version, minute },
    ...{ state: world.state, aws: world.aws, web: world.web },
    programs: makePrograms(join(folder, "programs"), tools),
    idToken: Object.values(read.jobs).some(({ permissions }) => permissions?.["id-token"] === "write"),
  });
  const files = { secrets: join(folder, "secrets.env"), variables: join(folder, "variables.env") };
  writeVariables(files.secrets, values.secrets);
  writeVariables(files.variables, values.variables);
  const payload = join(folder, "event.json");
  writeFileSync(payload, JSON.stringify(payloadOf(event, clone.sha, source.slug, source.defaultBranch)));

  let cancelled = false;
  const lines = await runAct({
    ...{
      act: tools.act,
      repository: clone.work,
      workflow: executed,
      event: event.kind,
      payload,
      ...files,
      work,
      env,
      cancel,
      kill,
    },
    labels: labelsOf(read),
    actions: staged.folders,
    mark: "REHEARSAL_ORIGIN",
    log: join(folder, "act.jsonl"),
    observe: line => {
      const cancels = !cancelled && observe?.(line) === true;
      cancelled ||= cancels;
      return cancels;
    },
  });
  const wasCancelled = cancelled || cancel?.aborted === true;
  const log = readLog(lines, read, wasCancelled);
  const actions = readLines<ActionRecord>(join(world.state, "actions.jsonl"));
  return {
    result: overall(log.jobs),
    sha: clone.sha,
    jobs: log.jobs,
    artifacts: listArtifacts(artifacts, actions),
    registry: readRegistry(join(world.state, "registry.json")),
    actions,
    gh: readLines<GhRecord>(join(world.state, "gh.jsonl")),
    world: await world.look(),
    leaks: findLeaks(values.secrets, options.placeNames, { lines, jobs: log.jobs, artifacts }),
    leniences: leniences(read, log.jobs, values.secrets, log.masked),
    idle: staged.idle,
    masked: log.masked,
    said: log.said,
    seconds: (Date.now() - began) / 1000,
  };
};

/** A run in which nothing ran is a failure: act then refused the workflow. */
const overall = (jobs: readonly JobRun[]): RunResult => {
  const has = (result: RunResult) => jobs.some(job => job.result === result);
  if (has("cancelled")) return "cancelled";
  return has("failure") || !has("success") ? "failure" : "success";
};

const listArtifacts = (folder: string, actions: readonly ActionRecord[]): Readonly<Record<string, ArtifactListing>> =>
  Object.fromEntries(
    readdirSync(folder).map(name => {
      const upload = actions.findLast(record => record.kind === "artifact-upload" && record.name === name);
      const retentionDays = upload?.kind === "artifact-upload" ? upload.retentionDays : null;
      const files = readdirSync(join(folder, name), { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath, entry.name).slice(join(folder, name).length + 1))
        .sort();
      return [name, { folder: join(folder, name), files, retentionDays }];
    }),
  );

const readLines = <T>(file: string): readonly T[] =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter(line => line !== "")
        .map(line => JSON.parse(line) as T)
    : [];

const readRegistry = (file: string): Registry =>
  existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Registry) : {};
