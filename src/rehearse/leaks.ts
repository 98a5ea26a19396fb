import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { ActLine } from "./act.ts";
import type { JobRun } from "./log.ts";

/** A secret that stands where others can read it. */
export interface Leak {
  readonly secret: string;
  /** `log of deploy`, `summary of deploy`, `output x of train`, `artifact …`. */
  readonly where: string;
}

export interface Places {
  readonly lines: readonly ActLine[];
  readonly jobs: readonly JobRun[];
  /** Folder of the artifacts. */
  readonly artifacts: string;
}

/** Shorter texts are found everywhere by chance. */
const SHORTEST = 8;

/**
 * Looks for secrets, and for what is inside them, in everything a run leaves for others to read. The log is taken as it was
 * printed, before anything is masked. `names`: secrets that name a place, such as a region. They may be printed, because
 * GitHub masks them; an artifact or an output must not hold them either.
 */
export const findLeaks = (
  secrets: Readonly<Record<string, string>>,
  names: readonly string[],
  { lines, jobs, artifacts }: Places,
): readonly Leak[] => {
  const places = new Set(names.map(name => secrets[name]));
  const wanted = Object.entries(secrets).flatMap(([secret, value]) =>
    partsOf(value).map(text => ({ secret, text, isName: names.includes(secret) || places.has(text) })),
  );
  const leaks = new Map<string, Leak>();
  const look = (text: string, where: string, masked: boolean) => {
    for (const { secret, text: part, isName } of wanted)
      if (!(masked && isName) && text.includes(part)) leaks.set(`${secret}\0${where}`, { secret, where });
  };
  for (const { jobID, raw_output, command, msg = "", arg = "" } of lines)
    if (raw_output || (command !== undefined && command !== "add-mask" && command !== "set-output"))
      look(`${msg}${arg}`, `log of ${jobID}`, true);
  for (const { id, outputs, steps } of jobs) {
    for (const step of steps) look(step.summary, `summary of ${id}`, true);
    for (const [name, value] of Object.entries(outputs)) look(value, `output ${name} of ${id}`, false);
  }
  for (const file of filesIn(artifacts))
    look(readFileSync(file, "latin1"), `artifact ${relative(artifacts, file)}`, false);
  return [...leaks.values()];
};

/** A secret, each of its lines, and what it holds when it is base64, JSON or lines of `NAME=value`. */
export const partsOf = (secret: string): readonly string[] => {
  const decoded = Buffer.from(secret, "base64").toString("utf8");
  const isText = /^[\t\n\r -~]+$/.test(decoded);
  const texts = isText && secret.length >= SHORTEST ? [secret, decoded] : [secret];
  const parts = texts.flatMap(text => [
    text,
    ...text.split(/\r?\n/),
    ...text.split(/\r?\n/).flatMap(line => /^[^=]+=(.*)$/.exec(line)?.[1]?.replace(/^(["'])(.*)\1$/, "$2") ?? []),
    ...leavesOf(text),
  ]);
  return [...new Set(parts)].filter(part => part.trim().length >= SHORTEST);
};

const leavesOf = (text: string): readonly string[] => {
  try {
    const leaves: string[] = [];
    JSON.parse(text, (_key, value) => {
      if (typeof value === "string") leaves.push(value);
      return value;
    });
    return leaves;
  } catch {
    return [];
  }
};

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name));
