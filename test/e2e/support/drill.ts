import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { TestContext } from "vitest";
import { expect } from "vitest";
import { parseConfig } from "../../../src/config/parse.ts";
import type { Pipeline } from "../../../src/config/pipeline.ts";
import type { WorkflowName } from "../../../src/model/workflow-name.ts";
import { workflowNames } from "../../../src/model/workflow-name.ts";
import type { Event, Slug } from "../../../src/rehearse/event.ts";
import type { JobRun, StepRun } from "../../../src/rehearse/log.ts";
import { targetOf } from "../../../src/rehearse/perform.ts";
import type { Rehearsal } from "../../../src/rehearse/rehearsal.ts";
import { rehearsalFolder, rehearse } from "../../../src/rehearse/rehearsal.ts";
import { removeFolder } from "../../../src/rehearse/sandbox.ts";
import type { Scenario } from "../../../src/rehearse/scenario.ts";
import { calm } from "../../../src/rehearse/scenario.ts";
import { inventValues, placeNames } from "../../../src/rehearse/secrets.ts";
import type { Tools } from "../../../src/rehearse/tools.ts";
import { findTools } from "../../../src/rehearse/tools.ts";
import { referenced } from "../../../src/rehearse/workflow.ts";
import type { World } from "../../../src/rehearse/world.ts";
import { startWorld } from "../../../src/rehearse/world.ts";
import { packageFolder, runCli } from "../../support/cli.ts";
import { copyExample } from "../../support/example.ts";
import { parserFindings } from "../../support/linters.ts";

const root = join(import.meta.dirname, "../../..");
const example = join(root, "examples/creditrisk");
const tools = join(root, ".tools");

export const BUCKET = "creditrisk-dvc";
/** With capitals on purpose: an image's name must not copy them. */
export const slug: Slug = { owner: "Acme-Bank", name: "CreditRisk" };

/** Both receivers of notifications. */
export const notify = {
  slack: { secret: "SLACK_WEBHOOK_URL" },
  webhook: { url: { secret: "WEBHOOK_URL" }, hmac: { secret: "WEBHOOK_HMAC_KEY" } },
};

/** What the example is installed with where the installation is part of the drill. */
export const installed = { installer: "uv" };

/** An environment that borrows the packages of the tools: links instead of ten thousand files, for drills of something else. */
export const borrowed = {
  installer: "uv",
  install: [
    `python -c "import glob, pathlib, sysconfig; pathlib.Path(sysconfig.get_path('purelib'), 'borrowed.pth').write_text(glob.glob('${tools}/venv/lib/python*/site-packages')[0] + '\\n' + str(pathlib.Path('src').resolve()))"`,
    `ln -sf ${tools}/venv/bin/dvc .venv/bin`,
  ],
};

/** The config of every drill, unless it says otherwise: the example's, soon installed, and with a smoke test that is not patient. */
const base = {
  name: "creditrisk",
  python: borrowed,
  promote: { evidence: "reports/registry_transition.json" },
  deploy: { stabilityMinutes: 1, smoke: { attempts: 3, delaySeconds: 1 } },
};

/** A file system under one folder: what a drill changes before the repository is committed. */
export interface Working {
  readonly read: (path: string) => string;
  readonly write: (path: string, text: string) => void;
  /** Throws unless it changes something. */
  readonly edit: (path: string, change: (text: string) => string) => void;
  /** Moves the project into a folder below; the workflows and their config stay at the top. */
  readonly moveInto: (folder: string) => void;
}

export interface Drill {
  readonly workflow: WorkflowName;
  /** Fields of the config beside those that every drill has. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly event?: Event;
  readonly scenario?: Partial<Scenario>;
  /** Changes the repository before it is committed, after the workflows were generated. */
  readonly change?: (working: Working) => void;
  /** Secrets that are not as they should be; undefined: not defined. */
  readonly secrets?: Readonly<Record<string, string | undefined>>;
  /** The run is cancelled when this step has printed its first line: `job/step`. */
  readonly cancelAt?: string;
  /** What is executed in place of the generated text. */
  readonly edit?: (text: string) => string;
  /** The tracking server; default: a folder. */
  readonly mlflow?: string;
  /** Folder of caches that an earlier run filled. */
  readonly cache?: string;
  /** Brings about what an earlier run left: artifacts, images. */
  readonly before?: (places: {
    readonly artifacts: string;
    readonly state: string;
    readonly world: World;
  }) => void | Promise<void>;
  /** A world that other runs share; default: one of its own. */
  readonly world?: World;
  /** What answers for a deployed image: its own command, or a stand-in, which is faster. */
  readonly service?: "image" | "stand-in";
}

export interface Drilled extends Rehearsal {
  readonly secrets: Readonly<Record<string, string>>;
  readonly job: (id: string) => JobRun;
  /** `job/step` */
  readonly step: (place: string) => StepRun;
  /** Result of each job, by id. */
  readonly results: Readonly<Record<string, string>>;
  /** A JSON file of an artifact. */
  readonly read: (artifact: string, path: string) => Record<string, unknown>;
  /** Everything the job summaries of a job say. */
  readonly summary: (job: string) => string;
  /** Journals of the programs. */
  readonly state: string;
}

/** Runs a generated workflow for the example, and holds every run to what holds for all: no secret leaks, and GitHub would have let it pass. */
export const drill = async (
  { onTestFinished }: Pick<TestContext, "onTestFinished">,
  options: Drill,
): Promise<Drilled> => {
  const folder = rehearsalFolder();
  const keep = process.env.KEEP_DRILLS !== undefined;
  if (keep) process.stderr.write(`${folder}\n`);
  else onTestFinished(() => removeFolder(folder));
  const { pipeline, files } = await generated(options.config);
  const world = options.world ?? (await worldFor(folder, pipeline, options));
  if (!options.world) onTestFinished(() => world.stop());

  // A test that gives up waiting must not leave the run behind.
  const kill = new AbortController();
  onTestFinished(() => kill.abort());

  const artifacts = join(folder, "artifacts");
  mkdirSync(artifacts);
  await options.before?.({ artifacts, state: world.state, world });
  const path = `.github/workflows/${options.workflow}.yaml`;
  const text = files.get(path) ?? "";
  expect(await parserFindings(text)).toEqual([]);
  const event = options.event ?? usual(options.workflow);
  const fork = event.kind === "pull_request" && event.fork;
  const invented = inventValues(
    pipeline,
    { secrets: fork ? [] : referenced("secrets", text), variables: referenced("vars", text) },
    {
      world,
      target: targetOf(pipeline),
      dvcRemote: `s3://${BUCKET}/store`,
      mlflow: options.mlflow ?? `file://${join(folder, "mlruns")}`,
    },
  );
  const secrets = defined({ ...invented.secrets, ...options.secrets });
  const rehearsal = await rehearse({
    ...{
      workflow: { file: basename(path), text: options.edit ? options.edit(text) : text },
      event,
      tools: await findOurTools(),
      world,
      folder,
      artifacts,
      placeNames: placeNames(pipeline),
    },
    values: { ...invented, secrets },
    cache: options.cache,
    kill: kill.signal,
    source: {
      root: await template(),
      files,
      slug,
      defaultBranch: "main",
      prepare: copy => options.change?.(workingIn(copy)),
    },
    observe: ({ jobID, stepID, raw_output }) => raw_output === true && `${jobID}/${stepID?.[0]}` === options.cancelAt,
  });
  expect(rehearsal.leaks).toEqual([]);
  expect(rehearsal.leniences).toEqual([]);
  expect(rehearsal.idle).toEqual([]);
  return { ...rehearsal, ...readers(rehearsal), secrets, state: world.state };
};

const readers = ({ jobs, artifacts, said }: Rehearsal) => {
  const job = (id: string): JobRun => {
    const found = jobs.find(one => one.id === id);
    if (!found) throw new Error(`no job ${id}: ${said.join("\n")}`);
    return found;
  };
  return {
    job,
    step: (place: string): StepRun => {
      const [id = "", step] = place.split("/");
      const found = job(id).steps.find(one => one.id === step);
      if (!found) throw new Error(`no step ${place}`);
      return found;
    },
    results: Object.fromEntries(jobs.map(({ id, result }) => [id, result])),
    read: (artifact: string, path: string): Record<string, unknown> =>
      JSON.parse(readFileSync(join(artifacts[artifact]?.folder ?? "", path), "utf8")),
    summary: (id: string): string =>
      job(id)
        .steps.map(({ summary }) => summary)
        .join(""),
  };
};

/** What starts each workflow in a drill that does not say. */
const usual = (workflow: WorkflowName): Event => {
  switch (workflow) {
    case "ci":
      return { kind: "pull_request", head: "change", base: "main", fork: false };
    case "cd":
      return { kind: "push", branch: "main" };
    case "nightly":
      return { kind: "schedule", cron: "0 6 * * *", branch: "main" };
  }
};

/** A world for the runs of a pipeline. */
export const worldFor = (
  folder: string,
  pipeline: Pipeline,
  { scenario = {}, service = "stand-in" }: Pick<Drill, "scenario" | "service"> = {},
): Promise<World> =>
  startWorld({
    python: join(tools, "rehearsal/venv/bin/python"),
    assets: join(packageFolder(), "dist/rehearsal"),
    state: join(folder, "state"),
    owner: slug.owner.toLowerCase(),
    target: targetOf(pipeline),
    bucket: BUCKET,
    scenario: { ...calm, ...scenario },
    servicePythons: service === "image" ? [join(tools, "venv/bin/python")] : [],
  });

let found: Promise<Tools> | undefined;

const findOurTools = (): Promise<Tools> => {
  found ??= (async () => {
    const search = await findTools({
      home: join(tools, "rehearsal"),
      path: process.env.PATH ?? "",
      assets: join(packageFolder(), "dist/rehearsal"),
      project: example,
      python: { version: "3.11", installer: "uv", install: [], lockFiles: [] },
    });
    if (!search.ok) throw new Error(search.diagnostics.map(({ message }) => message).join("\n"));
    return search.value;
  })();
  return found;
};

interface Generated {
  readonly pipeline: Pipeline;
  /** The config, the lock file and the workflows. */
  readonly files: ReadonlyMap<string, string>;
}

const CONFIG = "pipeline.config.json";
const generations = new Map<string, Promise<Generated>>();

/** What the tool itself writes for the config of drills with other fields, once for each. */
export const generated = (fields: Readonly<Record<string, unknown>> = {}): Promise<Generated> => {
  const key = JSON.stringify({ ...base, ...fields });
  const known = generations.get(key) ?? generate(key);
  generations.set(key, known);
  return known;
};

const generate = async (config: string): Promise<Generated> => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "drill-config-")));
  try {
    execFileSync("git", ["init", "--quiet", folder]);
    writeFileSync(join(folder, CONFIG), config);
    const { code, stderr } = await runCli(folder, ["generate"]);
    if (code !== 0) throw new Error(stderr);
    const parsed = parseConfig(JSON.parse(config), {
      configFile: CONFIG,
      lockFile: "pipeline.lock.json",
      position: () => undefined,
    });
    const [pipeline] = parsed.ok ? parsed.value : [];
    if (!pipeline) throw new Error("the config is not valid");
    const paths = [CONFIG, "pipeline.lock.json", ...workflowNames.map(name => `.github/workflows/${name}.yaml`)];
    const files = new Map(
      paths
        .filter(path => existsSync(join(folder, path)))
        .map(path => [path, readFileSync(join(folder, path), "utf8")]),
    );
    return { pipeline, files };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

let copied: Promise<string> | undefined;

/** The example as a repository of its own: the files that git knows of it. */
const template = (): Promise<string> => {
  copied ??= (async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "drill-example-")));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    copyExample(folder);
    execFileSync("git", ["init", "--quiet", folder]);
    return folder;
  })();
  return copied;
};

const workingIn = (folder: string): Working => {
  const read = (path: string) => readFileSync(join(folder, path), "utf8");
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  return {
    read,
    write,
    edit: (path, change) => {
      const before = read(path);
      const after = change(before);
      if (after === before) throw new Error(`the edit of ${path} changes nothing`);
      write(path, after);
    },
    moveInto: target => {
      mkdirSync(join(folder, target), { recursive: true });
      const stays = [".github", CONFIG, "pipeline.lock.json", target.split("/")[0]];
      for (const name of readdirSync(folder).filter(entry => !stays.includes(entry)))
        renameSync(join(folder, name), join(folder, target, name));
    },
  };
};

const defined = (values: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined));
