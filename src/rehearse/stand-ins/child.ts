import { spawnSync } from "node:child_process";
import { Refusal } from "./toolkit.ts";

interface Options {
  readonly cwd?: string;
  /** Beside the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How a program ended. */
interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end, whatever that is. */
export const attempt = (program: string, args: readonly string[], options: Options = {}): Ended => {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    ...options,
    env: { ...process.env, ...options.env },
  });
  if (error) return { code: 127, out: "", err: error.message };
  return { code: status ?? 1, out: stdout, err: stderr };
};

/** What a program printed; its failure is the failure of the step. */
export const run = (program: string, args: readonly string[], options: Options = {}): string => {
  const { code, out, err } = attempt(program, args, options);
  if (code !== 0) throw new Refusal(`${program} ${args.slice(0, 2).join(" ")}: ${(err || out).trim()}`);
  return out;
};
