import type { WorkflowName } from "../model/workflow-name.ts";
import { readGenerated } from "../render/header.ts";
import type { CommittedFile } from "./committed.ts";

/** How a committed file stands to the planned one. */
export type Status =
  | "up-to-date"
  /** Planned, but not there. */
  | "missing"
  /** As this tool wrote it, but the config or the pins have moved on. */
  | "config-changed"
  /** Changed since this tool wrote it. */
  | "hand-edited"
  /** Only `uses:` lines and their comments were changed: the bump of a bot. */
  | "pins-only"
  /** Written by this tool from this config, and no longer planned. */
  | "orphaned"
  /** Not written by this tool, in the place of a file that would be. */
  | "unmanaged";

export interface Drift {
  /** Path relative to the repository root. */
  readonly file: string;
  readonly status: Status;
  /** Which workflow is planned there; absent for an orphan. */
  readonly workflow?: WorkflowName | undefined;
  /** LF, without a byte order mark; absent where there is no such file, it is no text, or it is up to date. */
  readonly committed?: string | undefined;
  readonly planned?: string | undefined;
  /** The committed bytes as text, for a patch that must fit them. */
  readonly raw?: string | undefined;
  /** The other config of this repository that the file says it is generated from. */
  readonly generatedFrom?: string | undefined;
  /** What else is odd about the file: line endings, a byte order mark, not being a file. */
  readonly remarks: readonly string[];
}

/** Compares one planned file with what stands in its place. The texts are kept only where they differ. */
export const compare = (file: string, { workflow, planned }: Planned, committed: CommittedFile): Drift => {
  if (committed.kind === "absent") return { file, workflow, status: "missing", planned, remarks: [] };
  if (committed.kind === "unreadable")
    return { file, workflow, status: "unmanaged", planned, remarks: [committed.reason] };
  const { text, raw, remarks } = committed;
  if (raw === planned) return { file, workflow, status: "up-to-date", remarks };
  const status = text === planned ? "up-to-date" : statusOf(planned, text);
  return { file, workflow, status, planned, committed: text, raw, remarks };
};

interface Planned {
  readonly workflow: WorkflowName;
  readonly planned: string;
}

/** A file with a header of ours that the config no longer plans. */
export const orphan = (file: string, { text, raw, remarks }: CommittedFile & { kind: "text" }): Drift => ({
  file,
  status: "orphaned",
  committed: text,
  raw,
  remarks,
});

const statusOf = (planned: string, committed: string): Status => {
  const theirs = readGenerated(committed);
  if (!theirs) return "unmanaged";
  if (theirs.intact) return "config-changed";
  return withoutPins(theirs.body) === withoutPins(readGenerated(planned)?.body ?? "") ? "pins-only" : "hand-edited";
};

const USES = /^(?<start>\s*(?:- )?uses: [^@\s]+@)(?<ref>\S+)(?<comment>[ \t]+#.*)?$/gm;

const withoutPins = (body: string): string => body.replace(USES, "$<start>");

/** An action whose commit differs between two texts of a workflow. */
export interface Bump {
  readonly action: string;
  readonly sha: string;
  readonly version: string;
}

/** The pins of `committed` that `planned` does not have: what a bot wants the lock file to say. */
export const bumps = (planned: string, committed: string): readonly Bump[] => {
  const lines = (text: string) => text.match(USES)?.map(line => line.trim().replace(/^- /, "")) ?? [];
  const known = new Set(lines(planned));
  const found = new Map<string, Bump>();
  for (const line of lines(committed)) {
    const match = /^uses: (?<name>[^@/\s]+\/[^@/\s]+)[^@]*@(?<sha>\S+)(?:\s+#\s*(?<version>\S+))?/.exec(line);
    if (known.has(line) || !match?.groups) continue;
    const { name, sha, version } = match.groups as { name: string; sha: string; version?: string };
    found.set(name, { action: name, sha, version: version ?? "" });
  }
  return [...found.values()];
};
