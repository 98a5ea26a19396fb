import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** What a path names, without following a symbolic link; absent when it names nothing. */
export type PathKind = "file" | "directory" | "symlink" | "other" | undefined;

/** The file system as this tool needs it. Paths are absolute. Every method throws a {@link MachineFault} when the machine refuses. */
export interface Files {
  kind(path: string): PathKind;
  read(path: string): Uint8Array;
  /** Bytes of a file, through symbolic links; absent when there is none. */
  size(path: string): number | undefined;
  /** Names in a folder, sorted; empty when there is no such folder. */
  list(path: string): readonly string[];
  /** Writes every file or none: temporary files beside the targets, flushed to disk, then renamed. */
  writeAll(files: ReadonlyMap<string, string>): void;
  append(path: string, text: string): void;
  remove(path: string): void;
}

export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
}

/** The world a command runs in; tests hand in one of their own. */
export interface Host {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Whether there is somebody to ask: input and output are a terminal. */
  readonly isInteractive: boolean;
  readonly files: Files;
}

/** The machine's fault, not the user's and not ours: permissions, a full disk, a missing tool. Ends the run with exit code 4. */
export class MachineFault extends Error {
  override readonly name = "MachineFault";
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Omit<Diagnostic, "severity">) {
    super(diagnostic.message);
    this.diagnostic = { severity: "error", ...diagnostic };
  }
}
