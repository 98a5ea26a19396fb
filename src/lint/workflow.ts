import type { Entry, Node } from "./node.ts";
import type { Place } from "./place.ts";
import type { Script } from "./script.ts";
import { readScript } from "./script.ts";

/** A workflow as rules read it: every part with its place in the file. What is missing or malformed is absent; the parser reports it. */
export class Workflow {
  readonly node: Node;
  readonly triggers: readonly Trigger[];
  readonly jobs: readonly Job[];
  #jobs: ReadonlyMap<string, Job> | undefined;

  #steps: readonly Step[] | undefined;
  #scripts: readonly { readonly step: Step; readonly script: Script }[] | undefined;

  constructor(node: Node) {
    this.node = node;
    this.triggers = triggersOf(node.get("on"));
    this.jobs = (node.get("jobs")?.entries ?? []).map(entry => new Job(entry, this));
  }

  get name(): Node | undefined {
    return this.node.get("name");
  }

  get permissions(): Permissions | undefined {
    return permissionsOf(this.node.entry("permissions"));
  }

  get env(): readonly Entry[] {
    return this.node.get("env")?.entries ?? [];
  }

  get concurrency(): Node | undefined {
    return this.node.get("concurrency");
  }

  trigger(event: string): Trigger | undefined {
    return this.triggers.find(trigger => trigger.event === event);
  }

  job(id: string): Job | undefined {
    // Of two that differ only in case, which GitHub refuses, the first.
    this.#jobs ??= new Map([...this.jobs].reverse().map(job => [job.id.toLowerCase(), job]));
    return this.#jobs.get(id.toLowerCase());
  }

  get steps(): readonly Step[] {
    this.#steps ??= this.jobs.flatMap(({ steps }) => steps);
    return this.#steps;
  }

  /** Every action, image and workflow that is called. */
  get calls(): readonly ActionUse[] {
    return this.jobs
      .flatMap(job => [job.calls, ...job.steps.map(({ uses }) => uses)])
      .filter(call => call !== undefined);
  }

  get scripts(): readonly { readonly step: Step; readonly script: Script }[] {
    this.#scripts ??= this.steps.flatMap(step => (step.script ? [{ step, script: step.script }] : []));
    return this.#scripts;
  }
}

/** One event of `on:`. */
export interface Trigger {
  readonly event: string;
  readonly place: Place;
  /** Its filters, types, inputs; absent where the event stands alone. */
  readonly node: Node | undefined;
}

const triggersOf = (on: Node | undefined): readonly Trigger[] => {
  if (on?.isMapping)
    return on.entries.map(({ key, keyPlace, value }) => ({ event: key, place: keyPlace, node: value }));
  return (on?.items ?? []).map(item => ({ event: item.text, place: item.place, node: undefined }));
};

/** `permissions:`, as one word or scope by scope. */
export interface Permissions {
  readonly place: Place;
  readonly keyPlace: Place;
  /** `read-all` or `write-all`. */
  readonly all: string | undefined;
  readonly scopes: readonly Entry[];
}

const permissionsOf = (entry: Entry | undefined): Permissions | undefined =>
  entry && {
    place: entry.value.place,
    keyPlace: entry.keyPlace,
    all: entry.value.literal || undefined,
    scopes: entry.value.entries,
  };

/** A job, whether of steps or a call of another workflow. */
export class Job {
  readonly id: string;
  /** Of its id. */
  readonly place: Place;
  readonly node: Node;
  readonly workflow: Workflow;
  #needs: readonly Node[] | undefined;
  #needed: readonly Job[] | undefined;
  #steps: readonly Step[] | undefined;
  #upstream: ReadonlySet<Job> | undefined;

  constructor({ key, keyPlace, value }: Entry, workflow: Workflow) {
    this.id = key;
    this.place = keyPlace;
    this.node = value;
    this.workflow = workflow;
  }

  get name(): Node | undefined {
    return this.node.get("name");
  }

  get needs(): readonly Node[] {
    this.#needs ??= this.node.get("needs")?.items ?? [];
    return this.#needs;
  }

  /** The jobs that `needs` names, as far as they exist. */
  get needed(): readonly Job[] {
    this.#needed ??= this.needs.flatMap(({ text }) => this.workflow.job(text) ?? []);
    return this.#needed;
  }

  /** The jobs this one waits for, directly or through others. */
  get upstream(): ReadonlySet<Job> {
    if (!this.#upstream) {
      const found = new Set(this.needed);
      // A set that grows is gone through to its new end.
      for (const job of found) for (const needed of job.needed) found.add(needed);
      this.#upstream = found;
    }
    return this.#upstream;
  }

  get if(): Node | undefined {
    return this.node.get("if");
  }

  get permissions(): Permissions | undefined {
    return permissionsOf(this.node.entry("permissions"));
  }

  get env(): readonly Entry[] {
    return this.node.get("env")?.entries ?? [];
  }

  get environment(): Node | undefined {
    return this.node.get("environment");
  }

  get concurrency(): Node | undefined {
    return this.node.get("concurrency");
  }

  get outputs(): readonly Entry[] {
    return this.node.get("outputs")?.entries ?? [];
  }

  /** The labels of its runner; empty where they are not written out. */
  get runsOn(): readonly Node[] {
    const node = this.node.get("runs-on");
    return (node?.isMapping ? node.get("labels")?.items : node?.items) ?? [];
  }

  /** The workflow it calls, in place of steps. */
  get uses(): Node | undefined {
    return this.node.get("uses");
  }

  /** The same, taken apart. */
  get calls(): ActionUse | undefined {
    return this.uses && actionUse(this.uses);
  }

  get steps(): readonly Step[] {
    this.#steps ??= stepNodes(this.node.get("steps")).map((node, index) => new Step(node, this, index));
    return this.#steps;
  }
}

/** Steps side by side run as one: those of a `parallel:` block count one by one. */
const stepNodes = (steps: Node | undefined): readonly Node[] =>
  (steps?.isSequence ? steps.items : []).flatMap(node => {
    const parallel = node.get("parallel");
    return parallel ? stepNodes(parallel) : [node];
  });

/** The action of a step, taken apart. */
export interface ActionUse {
  readonly node: Node;
  /** `owner/name` with the path of a sub-action, in lower case, as GitHub compares; absent of a local one or an image. */
  readonly action: string | undefined;
  /** Tag, branch or commit. */
  readonly ref: string | undefined;
  readonly kind: "repository" | "local" | "docker";
  /** The folder of a local action, relative to the repository. */
  readonly folder: string | undefined;
  /** The comment at the end of the line, without `#`. */
  readonly comment: string | undefined;
}

export class Step {
  readonly node: Node;
  readonly job: Job;
  /** Its position in the job, from zero. */
  readonly index: number;
  #script: Script | undefined;
  /** Null once it is known that there is none. */
  #uses: ActionUse | null | undefined;

  constructor(node: Node, job: Job, index: number) {
    this.node = node;
    this.job = job;
    this.index = index;
  }

  /** Its name, action or script: where a finding about all of it is shown. */
  get place(): Place {
    const first = this.node.entries[0];
    return first ? first.keyPlace : this.node.place;
  }

  get id(): string | undefined {
    return this.node.get("id")?.literal;
  }

  get name(): Node | undefined {
    return this.node.get("name");
  }

  get if(): Node | undefined {
    return this.node.get("if");
  }

  get env(): readonly Entry[] {
    return this.node.get("env")?.entries ?? [];
  }

  get with(): readonly Entry[] {
    return this.node.get("with")?.entries ?? [];
  }

  /** An input of its action; names are compared as GitHub does, without regard to case. */
  input(name: string): Node | undefined {
    return this.with.find(({ key }) => key.toLowerCase() === name.toLowerCase())?.value;
  }

  get run(): Node | undefined {
    return this.node.get("run");
  }

  get uses(): ActionUse | undefined {
    if (this.#uses === undefined) {
      const node = this.node.get("uses");
      this.#uses = node ? actionUse(node) : null;
    }
    return this.#uses ?? undefined;
  }

  /** How it is called in messages. */
  get label(): string {
    const label = this.name?.text ?? this.id ?? this.uses?.node.text ?? this.run?.text.trim().split("\n")[0] ?? "";
    return label.length > 60 ? `${label.slice(0, 57)}…` : label;
  }

  /** The shell its script runs in, as the file says; absent for the runner's default. */
  get shell(): string | undefined {
    return this.#setting("shell")?.text;
  }

  /** The folder its script runs in, relative to the repository: `.` by default; absent where an expression decides. */
  get workingDirectory(): string | undefined {
    const node = this.#setting("working-directory");
    return node === undefined ? "." : node.literal;
  }

  /** Where the folder its script runs in is named. */
  get workingDirectoryNode(): Node | undefined {
    return this.#setting("working-directory");
  }

  /** Its script, where bash or sh runs it. */
  get script(): Script | undefined {
    if (!this.run || !this.#isShell) return undefined;
    this.#script ??= readScript(this.run, name => this.variable(name), this.shell);
    return this.#script;
  }

  /** The value of an environment variable, where the file states it. */
  variable(name: string): string | undefined {
    for (const env of [this.env, this.job.env, this.job.workflow.env]) {
      const entry = env.find(({ key }) => key === name);
      if (entry) return entry.value.literal;
    }
    return undefined;
  }

  /** Whether the environment has the variable, whatever its value. */
  hasVariable(name: string): boolean {
    return [this.env, this.job.env, this.job.workflow.env].some(env => env.some(({ key }) => key === name));
  }

  get #isShell(): boolean {
    const { shell } = this;
    if (shell !== undefined) return /^(?:bash|sh)\b/.test(shell);
    return !this.job.runsOn.some(label => /windows/i.test(label.text));
  }

  #setting(key: "shell" | "working-directory"): Node | undefined {
    const run = (node: Node) => node.get("defaults")?.get("run")?.get(key);
    return this.node.get(key) ?? run(this.job.node) ?? run(this.job.workflow.node);
  }
}

const actionUse = (node: Node): ActionUse => {
  const { text } = node;
  const [, comment] = /^\s*#\s*(.*)$/.exec(node.source.line(node.place.endLine).slice(node.place.endColumn - 1)) ?? [];
  const base = { node, comment: comment?.trim() };
  if (text.startsWith("docker://"))
    return { ...base, kind: "docker", action: undefined, ref: undefined, folder: undefined };
  if (/^(?:\.|\$)\//.test(text))
    return {
      ...base,
      kind: "local",
      action: undefined,
      ref: undefined,
      folder: text.slice(2).replace(/\/$/, "") || ".",
    };
  const at = text.lastIndexOf("@");
  const action = (at < 0 ? text : text.slice(0, at)).toLowerCase();
  return { ...base, kind: "repository", action, ref: at < 0 ? undefined : text.slice(at + 1), folder: undefined };
};
