import type { ActLine } from "./act.ts";
import type { Declared, DeclaredStep } from "./workflow.ts";
import { stepKey } from "./workflow.ts";

export type RunResult = "success" | "failure" | "cancelled" | "skipped";

export interface Annotation {
  readonly level: "error" | "warning" | "notice";
  readonly title?: string;
  /** The file it stands beside. */
  readonly file?: string;
  readonly text: string;
}

export interface StepRun {
  /** The id, or the place in the job. */
  readonly id: string;
  readonly name: string;
  readonly result: RunResult;
  readonly milliseconds: number;
  readonly outputs: Readonly<Record<string, string>>;
  readonly annotations: readonly Annotation[];
  /** What it added to the job summary, in Markdown. */
  readonly summary: string;
  /** What it printed, line by line, with what was said to be masked masked. */
  readonly log: readonly string[];
}

export interface JobRun {
  readonly id: string;
  readonly name: string;
  readonly result: RunResult;
  readonly outputs: Readonly<Record<string, string>>;
  readonly steps: readonly StepRun[];
}

/** A run as its log tells it, job by job in the order of the file. */
export interface RunLog {
  readonly jobs: readonly JobRun[];
  /** Values that the run asked to be masked. */
  readonly masked: readonly string[];
  /** What act said that belongs to no job: why it could not begin. */
  readonly said: readonly string[];
}

interface StepTrace {
  result?: RunResult;
  /** The run was cancelled while it ran. */
  stopped?: boolean;
  milliseconds: number;
  readonly outputs: Record<string, string>;
  readonly annotations: Annotation[];
  summary: string;
  readonly log: string[];
}

const MAIN = "Main";

/** Reads the log of a run. `cancelled`: the run was; what it stopped, act calls a failure. */
export const readLog = (lines: readonly ActLine[], workflow: Declared, cancelled: boolean): RunLog => {
  const traces = new Map<string, StepTrace>();
  const results = new Map<string, RunResult>();
  const masked: string[] = [];
  const said: string[] = [];
  const trace = (job: string, step: string, stage: string): StepTrace => {
    const key = `${job}\0${step}\0${stage}`;
    const known = traces.get(key) ?? { milliseconds: 0, outputs: {}, annotations: [], summary: "", log: [] };
    traces.set(key, known);
    return known;
  };
  for (const line of lines) {
    const { jobID, stepID, command, msg = "", arg = "" } = line;
    if (command === "add-mask") masked.push(arg);
    if (jobID === undefined) {
      if (line.level !== "warning" && msg.trim() !== "") said.push(msg.trim());
      continue;
    }
    if (line.jobResult !== undefined) results.set(jobID, line.jobResult as RunResult);
    const [step, ...inner] = stepID ?? [];
    if (step === undefined) continue;
    const at = trace(jobID, step, line.stage ?? MAIN);
    if (line.raw_output || (line.level === "error" && command === undefined)) at.log.push(msg.trimEnd());
    else if (command === "set-output" && inner.length === 0) at.outputs[line.name ?? ""] = arg;
    else if (command === "error" || command === "warning" || command === "notice")
      at.annotations.push(annotation(command, line.raw ?? ""));
    else if (command === "summary") at.summary += line.content ?? "";
    if (msg.includes("keepStepRunning=false")) at.stopped = true;
    if (line.stepResult !== undefined && inner.length === 0) {
      at.result = line.stepResult as RunResult;
      at.milliseconds = Math.round((line.executionTime ?? 0) / 1e6);
    }
  }
  const jobs = Object.entries(workflow.jobs).map(([id, job]): JobRun => {
    const steps = (job.steps ?? []).map((step, index) => stepRun(step, index, id));
    const outputs = jobOutputs(job.outputs ?? {}, steps);
    return { id, name: job.name ?? id, result: jobResult(id, steps), outputs, steps };
  });
  return { jobs, masked, said };

  function stepRun(step: DeclaredStep, index: number, job: string): StepRun {
    const id = stepKey(step, index);
    const main = traces.get(`${job}\0${id}\0${MAIN}`);
    const post = traces.get(`${job}\0${id}\0Post`);
    return {
      id,
      name: step.name ?? step.uses ?? step.run?.trim().split("\n")[0] ?? id,
      result: main?.stopped ? "cancelled" : (main?.result ?? "skipped"),
      milliseconds: main?.milliseconds ?? 0,
      outputs: main?.outputs ?? {},
      annotations: main?.annotations ?? [],
      summary: main?.summary ?? "",
      log: [...(main?.log ?? []), ...(post?.log ?? [])].map(text => mask(text, masked)),
    };
  }

  function jobResult(id: string, steps: readonly StepRun[]): RunResult {
    const result = results.get(id) ?? "skipped";
    return cancelled && result === "failure" && steps.some(step => step.result === "cancelled") ? "cancelled" : result;
  }
};

/** act ends the properties at the last `::` of the line, the runner at the first. */
const annotation = (level: Annotation["level"], raw: string): Annotation => {
  const [, properties = "", text = ""] = /^::\w+ ?(.*?)::(.*)/s.exec(raw) ?? [];
  const property = (name: "title" | "file") => {
    const value = new RegExp(`(?:^|,)${name}=([^,]*)`).exec(properties)?.[1];
    return value === undefined ? {} : { [name]: unescaped(value) };
  };
  return { level, ...property("title"), ...property("file"), text: unescaped(text.trimEnd()) };
};

/** https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts */
const unescaped = (text: string): string =>
  text
    .replaceAll("%0D", "\r")
    .replaceAll("%0A", "\n")
    .replaceAll("%3A", ":")
    .replaceAll("%2C", ",")
    .replaceAll("%25", "%");

/** A text with each of the values replaced, as the runner does in its logs. */
export const mask = (text: string, values: readonly string[]): string =>
  values.filter(value => value !== "").reduce((shown, value) => shown.replaceAll(value, "***"), text);

/** act does not tell a job's outputs: they are those of its steps, which is all that is ever rendered for them. */
const jobOutputs = (outputs: Readonly<Record<string, string>>, steps: readonly StepRun[]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, expression]) => [
      name,
      expression.replaceAll(
        /\$\{\{\s*steps\.([\w-]+)\.outputs\.([\w-]+)\s*\}\}/g,
        (_, step: string, output: string) => steps.find(({ id }) => id === step)?.outputs[output] ?? "",
      ),
    ]),
  );
