import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import type { Lock } from "./actions/lock.ts";
import { initialLock, LOCK_FILE, lockText, parseLock } from "./actions/lock.ts";
import { findConfig } from "./config/find.ts";
import type { Locate } from "./config/load.ts";
import { loadConfig } from "./config/load.ts";
import { parseConfig } from "./config/parse.ts";
import type { Pipeline } from "./config/pipeline.ts";
import type { Diagnostic, Result } from "./diagnostics/diagnostic.ts";
import { failure, success } from "./diagnostics/diagnostic.ts";
import { readCommitted } from "./drift/committed.ts";
import type { Drift } from "./drift/drift.ts";
import { compare, orphan } from "./drift/drift.ts";
import type { Host } from "./host/host.ts";
import type { Plan } from "./plan.ts";
import { plan, WORKFLOWS } from "./plan.ts";
import { readGenerated } from "./render/header.ts";
import { findRepository, requireFolders, shown } from "./repository/root.ts";
import type { Template } from "./template.ts";
import { version } from "./version.ts";

/** A repository, its config, and what that means. */
export interface Project {
  /** Absolute path of the repository. */
  readonly root: string;
  /** Relative to it. */
  readonly configFile: string;
  /** Absolute paths of the config and every file it imports. */
  readonly sources: readonly string[];
  /** The config as it was written, before defaults. */
  readonly value: unknown;
  /** Finds the places of values in the config file. */
  readonly locate: () => Promise<Locate>;
  readonly lockFile: string;
  /** The lock file's text, if it has still to be written. */
  readonly newLock: string | undefined;
  readonly pipelines: readonly Pipeline[];
  readonly plan: Plan;
  /** What these pipelines would mean in place of the project's own, with the same action pins. */
  readonly planOf: (pipelines: readonly Pipeline[]) => Result<Plan>;
  /** How every planned file, and every file of ours that is no longer planned, stands to the plan. */
  readonly survey: () => Result<readonly Drift[]>;
}

export interface ProjectOptions {
  readonly host: Host;
  readonly templates: () => Promise<readonly Template[]>;
  /** Folder to start from. */
  readonly cwd: string;
  /** The config file, relative to `cwd`, if it is not to be searched for. */
  readonly config?: string | undefined;
  /** The repository, if it is not to be searched for. */
  readonly root?: string | undefined;
}

/** Finds, loads and plans everything, in memory. */
export const openProject = async (options: ProjectOptions): Promise<Result<Project>> => {
  const { host, templates, cwd } = options;
  const repository = options.root === undefined ? findRepository(host.files, cwd) : success(options.root);
  if (!repository.ok) return repository;
  const root = repository.value;
  const folders = requireFolders(host.files, root, WORKFLOWS);
  if (!folders.ok) return folders;
  const found = findConfig(host.files, cwd, root, options.config);
  if (!found.ok) return found;
  const loaded = await loadConfig(found.value, { files: host.files, root, cacheFolder: cacheFolder(host) });
  if (!loaded.ok) return loaded;

  const configFile = shown(root, found.value);
  const lockPath = join(dirname(found.value), LOCK_FILE);
  const lockFile = shown(root, lockPath);
  const { value, sources, locate } = loaded.value;
  const lock = readLock(host, lockPath, lockFile);
  // Where a value stands matters only for what is said of it, and takes a parser to find out.
  const parse = (position: Locate) => parseConfig(value, { configFile, lockFile, position });
  const first = parse(nowhere);
  const parsed = first.ok ? first : parse(await locate());
  if (!parsed.ok || !lock.ok) return both(parsed, lock);
  const list = await templates();
  const planWith = (pipelines: readonly Pipeline[], position: Locate) =>
    plan(pipelines, list, { lock: lock.value.lock, position });
  const quick = planWith(parsed.value, nowhere);
  const planned = quick.ok ? quick : planWith(parsed.value, await locate());
  if (!planned.ok) return planned;
  return success({
    root,
    configFile,
    lockFile,
    sources,
    value,
    locate,
    newLock: lock.value.written ? undefined : lockText(lock.value.lock),
    pipelines: parsed.value,
    plan: planned.value,
    planOf: pipelines => planWith(pipelines, nowhere),
    survey: () => survey({ root, configFile, plan: planned.value }, host),
  });
};

const nowhere: Locate = () => undefined;

/** GitHub refuses a larger workflow file. https://docs.github.com/actions/reference/limits */
const FILE_BYTES = 500_000;

const survey = (
  { root, configFile, plan: planned }: Pick<Project, "root" | "configFile" | "plan">,
  { files }: Host,
): Result<readonly Drift[]> => {
  const folder = join(root, WORKFLOWS);
  const exists = (config: string) => files.kind(join(root, config)) !== undefined;
  const tooLarge: Diagnostic[] = [];
  const drifts = [...planned].map(([file, { workflow, render }]): Drift => {
    const text = render();
    if (Buffer.byteLength(text) > FILE_BYTES)
      tooLarge.push({
        code: "config/too-large",
        severity: "error",
        file: configFile,
        message: `${file} would have ${Math.ceil(Buffer.byteLength(text) / 1000)} KB; GitHub refuses workflows over ${FILE_BYTES / 1000} KB`,
        hint: "split the pipeline in two, with fewer images or steps each",
      });
    const drift = compare(file, { workflow, planned: text }, readCommitted(files, join(root, file)));
    const from = drift.committed === undefined ? undefined : readGenerated(drift.committed)?.configFile;
    return from !== undefined && from !== configFile && exists(from)
      ? { ...drift, status: "unmanaged", generatedFrom: from }
      : drift;
  });
  const others = files
    .list(folder)
    .filter(name => /\.ya?ml$/.test(name) && !planned.has(`${WORKFLOWS}/${name}`))
    .flatMap(name => {
      const committed = readCommitted(files, join(folder, name));
      const from = committed.kind === "text" ? readGenerated(committed.text)?.configFile : undefined;
      return committed.kind === "text" && from !== undefined && (from === configFile || !exists(from))
        ? [orphan(`${WORKFLOWS}/${name}`, committed)]
        : [];
    });
  return tooLarge.length > 0 ? failure(...tooLarge) : success([...drifts, ...others]);
};

const readLock = (
  host: Host,
  path: string,
  file: string,
): Result<{ readonly lock: Lock; readonly written: boolean }> => {
  const committed = readCommitted(host.files, path);
  if (committed.kind === "absent") return success({ lock: initialLock(version), written: false });
  if (committed.kind === "unreadable")
    return failure({
      code: "pins/invalid-lock",
      severity: "error",
      file,
      message: `the lock file cannot be read: ${committed.reason}`,
      hint: "restore it from version control",
    });
  const lock = parseLock(committed.text, file);
  return lock.ok ? success({ lock: lock.value, written: true }) : lock;
};

/** Where transformed configs are kept between runs. https://specifications.freedesktop.org/basedir/latest/ */
const cacheFolder = ({ env }: Host): string | undefined => {
  if (env.CREDITRISK_CI_CACHE === "off") return undefined;
  const base = env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME) ? env.XDG_CACHE_HOME : join(homedir(), ".cache");
  return join(base, "creditrisk-ci", version);
};

const both = (...results: readonly Result<unknown>[]): Result<never> =>
  failure(...results.flatMap((result): readonly Diagnostic[] => (result.ok ? [] : result.diagnostics)));
