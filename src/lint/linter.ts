import { dirname, relative, sep } from "node:path";
import type { Files } from "../host/host.ts";
import { kindBehindLinks } from "../host/links.ts";
import type { RepositoryContents } from "../repository/contents.ts";
import { readContents } from "../repository/contents.ts";
import { findRepository } from "../repository/root.ts";
import type { ForeignFinding } from "./foreign/linter.ts";
import { lintFile } from "./lint.ts";
import { rules } from "./rules/index.ts";
import { isUnread } from "./selection.ts";
import type { Waived } from "./waivers.ts";
import { applyWaivers, readWaivers } from "./waivers.ts";

/** Looks at workflow files, each with what its own repository holds. */
export interface Linter {
  /** What is wrong with a file, absolute: with what the disk has, or with a text in its place. */
  readonly lint: (
    path: string,
    more?: { readonly theirs?: readonly ForeignFinding[]; readonly text?: string },
  ) => Promise<Waived>;
}

/** `cwd`: files of no repository are named relative to it. `today`: `YYYY-MM-DD` in UTC, for waivers that end. */
export const createLinter = ({ cwd, files, today }: LinterOptions): Linter => {
  const repositories = new Map<string, Promise<RepositoryContents>>();
  const roots = new Map<string, string | undefined>();
  const rootOf = (folder: string): string | undefined => {
    if (!roots.has(folder)) {
      const found = findRepository(files, folder);
      roots.set(folder, found.ok ? found.value : undefined);
    }
    return roots.get(folder);
  };
  const contents = (root: string): Promise<RepositoryContents> => {
    const known = repositories.get(root) ?? readContents(root, files);
    repositories.set(root, known);
    return known;
  };
  const home = rootOf(cwd);
  return {
    lint: async (path, { theirs = [], text } = {}) => {
      const root = rootOf(dirname(path));
      const inRepository = slashes(relative(root ?? cwd, path));
      // In another repository than the one this run is about, its path there would name another file here.
      const shown = root === home ? inRepository : slashes(relative(home ?? cwd, path));
      const bytes = text === undefined ? read(path, files) : new TextEncoder().encode(text);
      const repository = root === undefined ? undefined : await contents(root);
      const found = await lintFile({ path: inRepository, bytes }, rules, repository);
      const named = shown === inRepository ? found : found.map(finding => ({ ...finding, file: shown }));
      const written = decoded(bytes);
      const { waivers, problems } = readWaivers(written, shown, known);
      // The other linters, and what starts them, are loaded only by those who ask for them.
      const all =
        theirs.length === 0 ? named : (await import("./foreign/merge.ts")).merge(named, theirs, shown, written);
      const { remaining, ...rest } = applyWaivers(
        all.filter(finding => !isUnread(finding)),
        waivers,
        today,
      );
      // No comment makes a file that was not read pass for clean; and what was not looked for there may well be there.
      const blind = all.filter(isUnread);
      const idle = rest.problems.filter(({ code }) => blind.length === 0 || code !== "lint/unused-waiver");
      return { remaining: [...blind, ...remaining], waived: rest.waived, problems: [...problems, ...idle] };
    },
  };
};

interface LinterOptions {
  readonly cwd: string;
  readonly files: Files;
  readonly today: string;
}

const known: ReadonlySet<string> = new Set(rules.map(({ id }) => id));

/** What is no file any more, or a link that leads nowhere, is as good as empty. */
const read = (path: string, files: Files): Uint8Array =>
  kindBehindLinks(files, path) === "file" ? files.read(path) : new Uint8Array();

/** Good enough to look for comments in: what is no UTF-8 has a finding that no comment hides. */
const decoded = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const slashes = (path: string): string => path.split(sep).join("/");
