import { execFileSync } from "node:child_process";
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Ran, RunOptions } from "./cli.ts";
import { environment, runCli } from "./cli.ts";
import { emptyFolder } from "./folders.ts";

export { emptyFolder };

export const CONFIG = "pipeline.config.ts";
export const LOCK = "pipeline.lock.json";
export const CI = ".github/workflows/ci.yaml";
export const CD = ".github/workflows/cd.yaml";
export const NIGHTLY = ".github/workflows/nightly.yaml";

/** A config in TypeScript whose fields are these, beside the name. */
export const config = (fields = "", name = "creditrisk"): string =>
  `import { defineConfig, output, secret, variable } from "creditrisk-ci";\nvoid [output, secret, variable];\nexport default defineConfig({ name: ${JSON.stringify(name)}${fields && `, ${fields}`} });\n`;

export interface Repository {
  readonly root: string;
  readonly at: (path: string) => string;
  readonly write: (path: string, text: string | Uint8Array) => void;
  readonly read: (path: string) => string;
  readonly edit: (path: string, change: (text: string) => string) => void;
  readonly remove: (path: string) => void;
  readonly has: (path: string) => boolean;
  readonly git: (...args: readonly string[]) => string;
  readonly commit: () => void;
  readonly cli: (...args: readonly string[]) => Promise<Ran>;
  readonly cliWith: (options: RunOptions, ...args: readonly string[]) => Promise<Ran>;
  /** Every file but git's own, with its text: to see that nothing was written. */
  readonly snapshot: () => Readonly<Record<string, string>>;
}

/** A real git repository, in a temporary folder unless a new one is named. */
export const repository = (
  files: Readonly<Record<string, string | Uint8Array>> = {},
  folder = emptyFolder(),
): Repository => {
  mkdirSync(folder, { recursive: true });
  const repo = inFolder(folder);
  repo.git("init", "--quiet", "--initial-branch=main");
  for (const [path, text] of Object.entries(files)) repo.write(path, text);
  return repo;
};

const inFolder = (root: string): Repository => {
  const at = (path: string) => join(root, path);
  const write = (path: string, text: string | Uint8Array) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };
  const read = (path: string) => readFileSync(at(path), "utf8");
  const git = (...args: readonly string[]) =>
    execFileSync("git", args, { cwd: root, env: environment(), encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const cliWith = (options: RunOptions, ...args: readonly string[]) => runCli(root, args, options);
  return {
    root,
    at,
    write,
    read,
    edit: (path, change) => {
      const before = read(path);
      const after = change(before);
      if (after === before) throw new Error(`the edit of ${path} changes nothing`);
      write(path, after);
    },
    remove: path => rmSync(at(path), { recursive: true }),
    has: path => existsSync(at(path)),
    git,
    commit: () => {
      git("add", "--all");
      git("commit", "--quiet", "--message", "state");
    },
    cli: (...args) => cliWith({}, ...args),
    cliWith,
    snapshot: () => snapshot(root),
  };
};

const made = new Map<string, Promise<Repository>>();

/** A repository whose workflows are generated from its config, and committed; made once for each config, then copied. */
export const generated = async (text = config(), name = CONFIG): Promise<Repository> => {
  const key = `${name}\n${text}`;
  const original = made.get(key) ?? generate(text, name);
  made.set(key, original);
  const root = emptyFolder();
  cpSync((await original).root, root, { recursive: true });
  return inFolder(root);
};

const generate = async (text: string, name: string): Promise<Repository> => {
  const repo = repository({ [name]: text });
  const { code, stderr } = await repo.cli("generate");
  if (code !== 0) throw new Error(stderr);
  repo.commit();
  return repo;
};

export const snapshot = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter(path => !/^\.git(\/|$)/.test(path))
      .sort()
      .flatMap(path => {
        const stats = lstatSync(join(folder, path));
        if (stats.isSymbolicLink()) return [[path, "a link"]];
        return stats.isFile() ? [[path, readFileSync(join(folder, path), "latin1")]] : [];
      }),
  );
