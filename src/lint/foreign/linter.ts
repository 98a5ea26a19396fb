import { execa } from "execa";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { MachineFault } from "../../host/host.ts";

/** What another linter found, by absolute path of the file. */
export type ForeignFindings = ReadonlyMap<string, readonly ForeignFinding[]>;

export interface ForeignFinding extends Pick<Diagnostic, "severity" | "message" | "hint"> {
  readonly code: `${"actionlint" | "zizmor"}/${string}`;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A linter that may be installed on this machine. */
export interface ForeignLinter {
  readonly name: "actionlint" | "zizmor";
  /** Its version, without `v`; `undefined` where it is not installed. */
  readonly version: (cwd: string) => Promise<string | undefined>;
  /** What it finds in files, absolute, that are workflows; a false alarm that this version is known for is left out. */
  readonly findings: (paths: readonly string[], cwd: string, version: string) => Promise<ForeignFindings>;
  /** The rules of ours that say the same as one of its findings. */
  readonly sameAs: (finding: ForeignFinding) => (code: string) => boolean;
}

/** As many files as fit on a command line anywhere. */
const BATCH = 200;

/** Runs a linter on all files; `accepts` says which of its exit codes mean that it did its work. Its outputs, one a batch. */
export const runLinter = async (
  [program, ...args]: readonly [string, ...string[]],
  paths: readonly string[],
  { cwd, accepts }: { readonly cwd: string; readonly accepts: (exitCode: number) => boolean },
): Promise<readonly string[]> => {
  const outputs: string[] = [];
  for (let from = 0; from < paths.length; from += BATCH) {
    const { stdout, stderr, exitCode } = await execa(program, [...args, ...paths.slice(from, from + BATCH)], {
      cwd,
      reject: false,
      stdin: "ignore",
      maxBuffer: 2 ** 28,
    });
    if (exitCode === undefined || !accepts(exitCode))
      throw new MachineFault({
        code: `machine/${program}`,
        message: `${program} did not do its work: ${stderr.trim().split("\n").pop() || `it ended with ${exitCode}`}`,
        hint: `run \`${program}\` by itself to see more, or leave it out of \`--with\``,
      });
    outputs.push(stdout);
  }
  return outputs;
};

/** The first number with dots that `program --version` prints. */
export const versionOf = async (program: string, option: string, cwd: string): Promise<string | undefined> => {
  const { stdout, failed } = await execa(program, [option], { cwd, reject: false, stdin: "ignore" });
  return failed ? undefined : (/\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? "unknown");
};

export const grouped = (
  findings: readonly { readonly path: string; readonly finding: ForeignFinding }[],
): ForeignFindings => {
  const groups = new Map<string, ForeignFinding[]>();
  for (const { path, finding } of findings) groups.set(path, [...(groups.get(path) ?? []), finding]);
  return groups;
};
