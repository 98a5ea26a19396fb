import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { execa } from "execa";

/** One line of act's log, as far as it is read here. https://nektosact.com */
export interface ActLine {
  readonly jobID?: string;
  readonly level?: string;
  readonly msg?: string;
  /** `Main`, or `Pre` and `Post` of an action. */
  readonly stage?: string;
  /** Id of the step, or its place in the job; a composite action's own steps follow it. */
  readonly stepID?: readonly string[];
  readonly stepResult?: string;
  readonly jobResult?: string;
  /** Nanoseconds. */
  readonly executionTime?: number;
  /** True for what the step itself printed. */
  readonly raw_output?: boolean;
  readonly command?: string;
  readonly name?: string;
  readonly arg?: string;
  readonly content?: string;
  /** A command as it was printed. */
  readonly raw?: string;
}

export interface ActOptions {
  readonly act: string;
  /** Clone of the repository. */
  readonly repository: string;
  /** The workflow's own file. */
  readonly workflow: string;
  readonly event: string;
  /** File with the event's payload. */
  readonly payload: string;
  readonly labels: readonly string[];
  /** Folder by action, `owner/name@ref`. */
  readonly actions: ReadonlyMap<string, string>;
  readonly secrets: string;
  readonly variables: string;
  /** Folder for act's own work, the jobs' workspaces among it. */
  readonly work: string;
  readonly env: Readonly<Record<string, string>>;
  /** A variable of `env` by which the processes of this run are told from all others. */
  readonly mark: string;
  /** File that keeps the raw log. */
  readonly log: string;
  /** Told of each line; a true answer cancels the run, as the button in GitHub's interface does. */
  readonly observe: (line: ActLine) => boolean;
  /** Cancels the run, too. */
  readonly cancel?: AbortSignal | undefined;
  /** Ends it at once. */
  readonly kill?: AbortSignal | undefined;
}

/** Runs a workflow with act on this machine, without containers, and gives every line of its log. */
export const runAct = async (options: ActOptions): Promise<readonly ActLine[]> => {
  const { act, repository, workflow, event, payload, labels, actions, secrets, variables, work, env, log } = options;
  const args = [
    ...[event, "--workflows", workflow, "--eventpath", payload, "--json", "--no-skip-checkout"],
    ...["--action-offline-mode", "--action-cache-path", work, "--no-cache-server"],
    // What a step prints is looked through for secrets, so it has to be seen as it was printed.
    ...["--secret-file", secrets, "--insecure-secrets", "--var-file", variables],
    ...["--env-file", "/dev/null", "--input-file", "/dev/null"],
    ...["--actor", "rehearsal", "--concurrent-jobs", "2", "--reuse"],
    ...labels.flatMap(label => ["--platform", `${label}=-self-hosted`]),
    ...[...actions].flatMap(([name, folder]) => ["--local-repository", `${name}=${folder}`]),
  ];
  // A process group of its own: an interrupt of the terminal reaches act through us alone, once.
  const child = execa(act, args, {
    cwd: repository,
    env,
    extendEnv: false,
    reject: false,
    buffer: false,
    all: true,
    stdin: "ignore",
    detached: true,
  });
  const cancel = () => child.kill("SIGINT");
  const kill = () => child.kill("SIGKILL");
  options.cancel?.addEventListener("abort", cancel);
  options.kill?.addEventListener("abort", kill);
  // Whoever interrupted before is not heard again.
  if (options.cancel?.aborted) cancel();
  if (options.kill?.aborted) kill();
  const lines: ActLine[] = [];
  try {
    for await (const text of createInterface({ input: child.all })) {
      appendFileSync(log, `${text}\n`);
      const line = parsed(text);
      lines.push(line);
      if (options.observe(line)) cancel();
    }
    await child;
  } finally {
    options.cancel?.removeEventListener("abort", cancel);
    options.kill?.removeEventListener("abort", kill);
    kill();
    endAll(`${options.mark}=${env[options.mark]}`);
  }
  return lines;
};

const parsed = (text: string): ActLine => {
  try {
    return JSON.parse(text) as ActLine;
  } catch {
    return { msg: text };
  }
};

/** Ends what the steps of a run have left running: the processes whose environment has its mark. */
const endAll = (mark: string): void => {
  for (const id of readdirSync("/proc").filter(name => /^\d+$/.test(name)))
    try {
      if (readFileSync(`/proc/${id}/environ`, "utf8").split("\0").includes(mark)) process.kill(Number(id), "SIGKILL");
    } catch {
      // It ended by itself, or is another user's.
    }
};
