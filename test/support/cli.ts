import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { expect } from "vitest";

const root = join(import.meta.dirname, "../..");
const inputs = ["src", "templates", "scripts", "package.json", "README.md", "CHANGELOG.md", "LICENSE"];

const filesOf = (path: string): readonly string[] => {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap(name => filesOf(join(path, name)));
};

/** The built package as it is published, in a folder that no later build changes; made once for all tests of these sources. */
const builtPackage = (): string => {
  const files = inputs.flatMap(name => filesOf(join(root, name)));
  const hash = createHash("sha256");
  for (const file of files) hash.update(file.slice(root.length)).update("\0").update(readFileSync(file)).update("\0");
  const home = join(root, ".tools/package", hash.digest("hex").slice(0, 16));
  if (existsSync(home)) return home;

  const lock = join(root, ".tools/package.lock");
  mkdirSync(dirname(home), { recursive: true });
  return holding(lock, () => {
    if (existsSync(home)) return home;
    const built = join(root, "dist/bin.js");
    const newest = Math.max(...files.map(file => statSync(file).mtimeMs));
    if (!existsSync(built) || statSync(built).mtimeMs < newest)
      execFileSync(process.execPath, [join(root, "scripts/build.mjs")], { cwd: root });
    const copy = `${home}.${randomBytes(4).toString("hex")}`;
    for (const name of ["dist", ...inputs.slice(3)])
      if (existsSync(join(root, name))) cpSync(join(root, name), join(copy, name), { recursive: true });
    // As npm and npx make it.
    mkdirSync(join(copy, "bin"));
    symlinkSync("../dist/bin.js", join(copy, "bin/creditrisk-ci"));
    for (const old of readdirSync(dirname(home)))
      if (Date.now() - statSync(join(dirname(home), old)).mtimeMs > 3_600_000)
        rmSync(join(dirname(home), old), { recursive: true, force: true });
    renameSync(copy, home);
    return home;
  });
};

/** Runs an action while no other test process runs one under the same name. */
export const holding = <T>(lock: string, action: () => T): T => {
  mkdirSync(dirname(lock), { recursive: true });
  for (let patience = 1200; ; patience -= 1) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      const age = existsSync(lock) ? Date.now() - statSync(lock).mtimeMs : 0;
      if (patience === 0 || age > 120_000) rmSync(lock, { recursive: true, force: true });
      else if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
  try {
    return action();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
};

let home: string | undefined;
export const packageFolder = (): string => {
  home ??= builtPackage();
  return home;
};
/** The command, through a symbolic link. */
export const binary = (): string => join(packageFolder(), "bin/creditrisk-ci");

const scratch = realpathSync(mkdtempSync(join(tmpdir(), "cli-home-")));
process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));

/** An environment in which the test run's own terminal, job, user and repository cannot be seen. */
export const environment = (extra: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  PATH: process.env.PATH ?? "",
  HOME: scratch,
  XDG_CACHE_HOME: join(scratch, "cache"),
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_AUTHOR_NAME: "Ann",
  GIT_AUTHOR_EMAIL: "ann@example.com",
  GIT_COMMITTER_NAME: "Ann",
  GIT_COMMITTER_EMAIL: "ann@example.com",
  ...extra,
});

export interface Ran {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments for Node itself. */
  readonly node?: readonly string[];
  readonly executable?: string;
}

/** Runs the built tool in a process of its own; whatever happens, nobody is shown a stack trace. */
export const runCli = async (cwd: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> => {
  const { exitCode, stdout, stderr } = await execa(
    options.executable ?? process.execPath,
    [...(options.node ?? []), binary(), ...args],
    { cwd, env: environment(options.env), extendEnv: false, reject: false, stripFinalNewline: false, stdin: "ignore" },
  );
  expect(`${stdout}${stderr}`).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  return { code: exitCode, stdout, stderr };
};
