import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join, posix, relative } from "node:path";
import dockerignore from "@balena/dockerignore";

/** What a path of the build context is. */
export type EntryKind = "file" | "folder" | "link";

/** The files that a build may copy: those of a folder, without the ignored ones. */
export interface Context {
  readonly root: string;
  /** Paths that a source means: itself, or what its pattern matches. */
  readonly find: (source: string) => readonly string[];
  readonly kind: (path: string) => EntryKind | undefined;
  /** Everything below a folder. */
  readonly below: (folder: string) => readonly string[];
}

interface Rules {
  readonly ignored: (path: string) => boolean;
  /** Whether an exception may bring back something inside an ignored folder. */
  readonly excepted: (folder: string) => boolean;
}

const literalStart = (pattern: string): string => pattern.replace(/[*?[\\].*$/s, "");

const readRules = (root: string, dockerfile: string): Rules => {
  const file = [`${dockerfile}.dockerignore`, join(root, ".dockerignore")].find(path => existsSync(path));
  if (file === undefined) return { ignored: () => false, excepted: () => false };
  const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  const rules = dockerignore({ ignorecase: false }).add(text);
  const exceptions = text
    .split(/\r?\n/)
    .filter(line => line.trim().startsWith("!"))
    .map(line => posix.normalize(line.trim().slice(1).trim()).replace(/^\//, ""));
  return {
    ignored: path => rules.ignores(path),
    excepted: folder =>
      exceptions.some(pattern => {
        const start = literalStart(pattern);
        return start.startsWith(`${folder}/`) || (start !== pattern && `${folder}/`.startsWith(start));
      }),
  };
};

const kindOf = (path: string): EntryKind | undefined => {
  const status = lstatSync(path);
  if (status.isDirectory()) return "folder";
  if (status.isSymbolicLink()) return "link";
  return status.isFile() ? "file" : undefined;
};

/** A folder that is ignored itself is still there if something in it is not. */
const collect = (root: string, folder: string, rules: Rules, entries: Map<string, EntryKind>): boolean => {
  let kept = false;
  for (const name of readdirSync(join(root, folder)).sort()) {
    const path = posix.join(folder, name);
    const kind = kindOf(join(root, path));
    if (kind === undefined) continue;
    const ignored = rules.ignored(path);
    if (ignored && (kind !== "folder" || !rules.excepted(path))) continue;
    const filled = kind === "folder" && collect(root, path, rules, entries);
    if (ignored && !filled) continue;
    entries.set(path, kind);
    kept = true;
  }
  return kept;
};

/** A source cannot leave the context: `..` and `/` at its front mean the context itself. */
const clean = (source: string): string => posix.join("/", source).replace(/^\/|\/$/g, "") || ".";

/** Go's patterns: nothing in them crosses a slash. */
export const patternOf = (source: string): RegExp | undefined => {
  if (!/[*?[]/.test(source)) return undefined;
  const text = source.replace(
    /\\(.)|(\*+)|(\?)|(\[\^?[^\]]*\])|([.+^${}()|\]\\])/g,
    (all, escaped, stars, one, set) => {
      if (escaped) return `\\${escaped}`;
      if (stars) return "[^/]*";
      if (one) return "[^/]";
      return set ?? `\\${all}`;
    },
  );
  return new RegExp(`^${text}$`);
};

/** Opens a build context with the ignore file of a Dockerfile, or else its own. */
export const openContext = (root: string, dockerfile: string): Context => {
  const entries = new Map<string, EntryKind>([[".", "folder"]]);
  collect(root, "", readRules(root, dockerfile), entries);
  /** The path that a link of the context stands for; a link out of it stands for nothing. */
  const follow = (path: string): readonly string[] => {
    if (entries.get(path) !== "link") return entries.has(path) ? [path] : [];
    if (!existsSync(join(root, path))) return [];
    const target = relative(realpathSync(root), realpathSync(join(root, path)));
    return entries.has(target) ? [target] : [];
  };
  return {
    root,
    find: source => {
      const path = clean(source);
      const pattern = patternOf(path);
      return (pattern ? [...entries.keys()].filter(one => pattern.test(one)) : [path]).flatMap(follow);
    },
    kind: path => entries.get(path),
    below: folder =>
      [...entries.keys()].filter(path => path !== "." && (folder === "." || path.startsWith(`${folder}/`))),
  };
};
