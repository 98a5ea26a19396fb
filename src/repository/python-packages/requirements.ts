import { posix } from "node:path";
import type { RepositoryContents } from "../contents.ts";
import { remembered } from "../remembered.ts";
import type { SourceProblem, Spot } from "../source-problem.ts";
import { sourceText } from "../source-text.ts";
import type { InstallTarget } from "./install-target.ts";
import { readTarget } from "./install-target.ts";
import type { Requirement } from "./requirement.ts";

/** What `pip install -r` takes from a file and those it names. https://pip.pypa.io/en/stable/reference/requirements-file-format/ */
export interface Requirements {
  readonly requirements: readonly Requirement[];
  /** Ranges for packages that something else brings. */
  readonly constraints: readonly Requirement[];
  /** Projects of the repository: their paths are relative to where pip runs, not to the file. */
  readonly locals: readonly LocalProject[];
  /** Files that it names and that are not there. */
  readonly missing: readonly { readonly file: string; readonly spot: Spot }[];
  /** Whether nothing else is installed: every line could be understood. */
  readonly isComplete: boolean;
  readonly problems: readonly SourceProblem[];
}

export type LocalProject = Extract<InstallTarget, { readonly kind: "local" }>;

/** A requirements file; `undefined` where there is none. */
export const requirements: (repository: RepositoryContents, file: string) => Requirements | undefined = remembered(
  (repository, file) => {
    const own = ownLines(repository, file);
    if (!own) return undefined;
    const found = { ...empty(), missing: [] as { file: string; spot: Spot }[], isComplete: true };
    gather(repository, own, found, new Set([file]), false);
    return found;
  },
);

/** The lines of one file. */
interface OwnLines {
  readonly targets: readonly InstallTarget[];
  readonly included: readonly { readonly file: string; readonly spot: Spot; readonly constrains: boolean }[];
  readonly isComplete: boolean;
  readonly problems: readonly SourceProblem[];
}

interface Gathered {
  readonly requirements: Requirement[];
  readonly constraints: Requirement[];
  readonly locals: LocalProject[];
  readonly missing: { readonly file: string; readonly spot: Spot }[];
  readonly problems: SourceProblem[];
  isComplete: boolean;
}

const empty = (): Pick<Gathered, "requirements" | "constraints" | "locals" | "problems"> => ({
  requirements: [],
  constraints: [],
  locals: [],
  problems: [],
});

const gather = (
  repository: RepositoryContents,
  lines: OwnLines,
  into: Gathered,
  seen: Set<string>,
  constrains: boolean,
): void => {
  into.problems.push(...lines.problems);
  if (!constrains && !lines.isComplete) into.isComplete = false;
  for (const target of lines.targets) {
    if (target.kind === "requirement") (constrains ? into.constraints : into.requirements).push(target.requirement);
    else if (constrains) continue;
    else if (target.kind === "local") into.locals.push(target);
    else into.isComplete = false;
  }
  for (const { file, spot, constrains: only } of lines.included) {
    if (/^[a-z]+:\/\//i.test(file) || file.includes("${") || isOutside(file)) {
      if (!only && !constrains) into.isComplete = false;
      continue;
    }
    // A file that only constrains may be named as one that is installed as well.
    const key = only || constrains ? `constraints of ${file}` : file;
    if (seen.has(key)) continue;
    seen.add(key);
    const next = ownLines(repository, file);
    if (next) gather(repository, next, into, seen, only || constrains);
    else into.missing.push({ file, spot });
  }
};

const isOutside = (path: string): boolean => path === ".." || path.startsWith("../") || path.startsWith("/");

const ownLines: (repository: RepositoryContents, file: string) => OwnLines | undefined = remembered(
  (repository, file) => {
    const source = sourceText(repository, file);
    if (source.kind === "absent") return undefined;
    if (source.kind === "problem") return { targets: [], included: [], isComplete: false, problems: [source.problem] };
    const lines = logicalLines(source.text);
    if (lines.length > MOST_LINES)
      return {
        targets: [],
        included: [],
        isComplete: false,
        problems: [
          {
            spot: { file },
            kind: "too-large",
            message: `the file asks for more than ${MOST_LINES} packages, so it was not read`,
            hint: "make it smaller",
          },
        ],
      };
    return readLines(file, lines);
  },
);

/** Far more than a lock file of pip-tools has. */
const MOST_LINES = 10_000;

const readLines = (file: string, lines: readonly LogicalLine[]): OwnLines => {
  const targets: InstallTarget[] = [];
  const included: { file: string; spot: Spot; constrains: boolean }[] = [];
  let isComplete = true;
  for (const { text, start, line, column } of lines) {
    const spot: Spot = { file, line, column, endLine: line, endColumn: column + text.length };
    const option = /^(-{1,2}[A-Za-z-]+)(?:\s*=\s*|\s+|$)?(.*)$/s.exec(text);
    if (!option) {
      // What follows the first option of a line is about how it is installed.
      const end = text.search(/\s-/);
      targets.push(readTarget(end < 0 ? text : text.slice(0, end), spot, start));
      continue;
    }
    const [name = "", value = ""] = shortOption(option);
    const path = posix.normalize(posix.join(posix.dirname(file), unquoted(value)));
    if (name === "-r" || name === "--requirement")
      included.push({ file: isAbsolute(value) ? unquoted(value) : path, spot, constrains: false });
    else if (name === "-c" || name === "--constraint")
      included.push({ file: isAbsolute(value) ? unquoted(value) : path, spot, constrains: true });
    else if (name === "-e" || name === "--editable") targets.push(editable(unquoted(value), spot));
    else if (!SETTINGS.has(name)) isComplete = false;
  }
  return { targets, included, isComplete, problems: [] };
};

const isAbsolute = (path: string): boolean => /^["']?(?:\/|[a-z]+:\/\/|\$\{)/i.test(path);

/** `-rother.txt`: a short option and its value in one word. */
const shortOption = ([text = "", name = "", value = ""]: readonly string[]): readonly [string, string] =>
  /^-[a-z][^-\s=]/i.test(text) ? [text.slice(0, 2), text.slice(2).trim()] : [name, value.trim()];

const unquoted = (text: string): string => /^(["'])(.*)\1$/s.exec(text)?.[2] ?? text;

/** What is installed so is a project of this machine, even where it is a mere word. */
const editable = (text: string, spot: Spot): InstallTarget =>
  readTarget(/^[\w-]+(?:\[[^\]]*\])?$/.test(text) ? `./${text}` : text, spot);

/** Options that only say where packages come from, and which releases may be taken. */
const SETTINGS: ReadonlySet<string> = new Set([
  ...["-i", "--index-url", "--pypi-url", "--extra-index-url", "--no-index", "-f", "--find-links", "--no-binary"],
  ...["--only-binary", "--prefer-binary", "--require-hashes", "--pre", "--trusted-host", "--use-feature"],
]);

interface LogicalLine {
  readonly text: string;
  /** Offset, line and column of its first character. */
  readonly start: number;
  readonly line: number;
  readonly column: number;
}

/** Without comments, and with continued lines in one. */
const logicalLines = (text: string): readonly LogicalLine[] => {
  const found: LogicalLine[] = [];
  let open: LogicalLine | undefined;
  let offset = 0;
  for (const [index, raw] of text.split("\n").entries()) {
    const isComment = /^\s*#/.test(raw);
    const continues = /\\\r?$/.test(raw) && !isComment;
    const bare = (continues ? raw.replace(/\\\r?$/, "") : raw).replace(/(?:^|\s)#.*$/s, "").trimEnd();
    const indent = /^\s*/.exec(bare)?.[0].length ?? 0;
    const first = { text: bare.slice(indent), start: offset + indent, line: index + 1, column: indent + 1 };
    open = open ? { ...open, text: `${open.text} ${bare.trim()}` } : first;
    offset += raw.length + 1;
    if (continues) continue;
    if (open.text.trim() !== "") found.push({ ...open, text: open.text.trim() });
    open = undefined;
  }
  if (open && open.text.trim() !== "") found.push({ ...open, text: open.text.trim() });
  return found;
};
