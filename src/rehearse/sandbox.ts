import { cpSync, existsSync, linkSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { MachineFault } from "../host/host.ts";
import type { Slug } from "./event.ts";
import type { Tools } from "./tools.ts";

/** A repository to rehearse in: what it is copied from, and what is written over the copy. */
export interface Source {
  readonly root: string;
  /** Text by path, relative to the root. */
  readonly files: ReadonlyMap<string, string>;
  readonly slug: Slug;
  readonly defaultBranch: string;
  /** Changes the copy before it is committed. */
  readonly prepare?: ((folder: string) => void | Promise<void>) | undefined;
}

/** The copy, committed, and the bare repository it has as its origin. */
export interface Clone {
  readonly work: string;
  readonly origin: string;
  readonly sha: string;
}

/** Copies what git knows of the repository, or would, and commits it on a branch; the original is only read. */
export const cloneRepository = async (source: Source, folder: string, branch: string): Promise<Clone> => {
  const { root, files, slug, defaultBranch, prepare } = source;
  const work = join(folder, "work");
  const listed = await git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard");
  for (const path of new Set(listed.split("\0")))
    if (path !== "" && existsSync(join(root, path)))
      cpSync(join(root, path), join(work, path), { recursive: true, verbatimSymlinks: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), text);
  }
  await prepare?.(work);
  await git(work, "init", "--quiet", `--initial-branch=${defaultBranch}`);
  await git(work, "add", "--all");
  await git(work, "commit", "--quiet", "--message", "The state that is rehearsed");
  if (branch !== defaultBranch) await git(work, "checkout", "--quiet", "-b", branch);
  await git(work, "remote", "add", "origin", address(slug));
  const origin = join(folder, "origin.git");
  await git(folder, "clone", "--quiet", "--bare", "--no-local", work, origin);
  await git(origin, "config", "uploadpack.allowAnySHA1InWant", "true");
  return { work, origin, sha: (await git(work, "rev-parse", "HEAD")).trim() };
};

const address = ({ owner, name }: Slug): string => `https://github.com/${owner}/${name}`;

const git = async (cwd: string, ...args: readonly string[]): Promise<string> => {
  const who = Object.fromEntries(
    ["AUTHOR", "COMMITTER"].flatMap(role => [
      [`GIT_${role}_NAME`, "rehearsal"],
      [`GIT_${role}_EMAIL`, "rehearsal@localhost"],
    ]),
  );
  const result = await execa("git", ["-c", "core.hooksPath=/dev/null", "-c", "commit.gpgSign=false", ...args], {
    cwd,
    env: who,
    reject: false,
    stripFinalNewline: false,
  });
  if (!result.failed) return result.stdout;
  throw new MachineFault({
    code: "machine/git",
    message: `\`git ${args[0]}\` failed: ${result.stderr.trim().split("\n")[0] || result.shortMessage?.split("\n")[0]}`,
    hint: "a rehearsal needs the git command and a repository it can read",
  });
};

/** The programs that steps find before all others. */
export const makePrograms = (folder: string, tools: Tools): string => {
  mkdirSync(folder, { recursive: true });
  const script = (name: string, text: string) =>
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  for (const name of ["docker", "gh", "npm", "npx"])
    script(name, `exec ${quoted(tools.node)} ${quoted(join(tools.assets, "stand-ins.cjs"))} ${name} "$@"`);
  // The published CLI package is version 1, which does not know these options of version 2.
  script(
    "aws",
    `for arg do shift; case $arg in --no-cli-pager|--no-cli-auto-prompt) ;; *) set -- "$@" "$arg" ;; esac; done
exec ${quoted(tools.python)} -I -m awscli "$@"`,
  );
  // Jobs are machines of their own: each has a home beside its temporary folder. And act gives a step a terminal, GitHub does
  // not: on one, programs colour what they print, and a workflow command behind a colour is none.
  // Nor does it listen on once a step has failed: without a pause its last lines, where the reason stands, are lost now and then.
  const bash = quoted(tools.programs.bash);
  script(
    "bash",
    `if [ -n "$RUNNER_TEMP" ]; then HOME=\${RUNNER_TEMP%/*}/home; export HOME; mkdir -p "$HOME"; fi
[ -t 1 ] || exec ${bash} "$@"
exec ${bash} -o pipefail -c '"$0" "$@" </dev/null 2>&1 | cat || { code=$?; sleep 0.3; exit $code; }' ${bash} "$@"`,
  );
  symlinkSync(tools.node, join(folder, "node"));
  for (const [name, path] of Object.entries(tools.programs))
    if (!SYSTEM.includes(dirname(path)) && name !== "bash") symlinkSync(path, join(folder, name));
  return folder;
};

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Where the system's own programs are; nothing else of the user's PATH reaches a step. */
const SYSTEM = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

export interface Surroundings {
  /** Folder of the whole rehearsal. */
  readonly folder: string;
  readonly programs: string;
  readonly state: string;
  readonly artifacts: string;
  readonly cache: string;
  readonly origin: string;
  readonly slug: Slug;
  readonly aws: string;
  readonly web: string;
  readonly tools: Tools;
  readonly version: string;
  /** Real seconds to a minute of an action's waiting. */
  readonly minute: number;
  readonly idToken: boolean;
}

/** Answers nothing: programs that respect proxies reach no other machine, and fail at once if they try. */
const NOWHERE = "http://127.0.0.1:9";

/** The environment of act and of every step: nothing of the user's own is passed on. */
export const environmentOf = (surroundings: Surroundings): Readonly<Record<string, string>> => {
  const { folder, programs, state, artifacts, cache, origin, slug, aws, web, tools, version, minute, idToken } =
    surroundings;
  const configuration = join(folder, "gitconfig");
  writeFileSync(
    configuration,
    `[safe]\n\tdirectory = *\n[init]\n\tdefaultBranch = main\n[protocol "file"]\n\tallow = always\n[url "file://${origin}"]\n\tinsteadOf = ${address(slug)}.git\n\tinsteadOf = ${address(slug)}\n`,
  );
  for (const name of ["home", "tmp"]) mkdirSync(join(folder, name), { recursive: true });
  return {
    PATH: [programs, ...SYSTEM].join(":"),
    HOME: join(folder, "home"),
    TMPDIR: join(folder, "tmp"),
    LANG: "C.UTF-8",
    USER: "runner",
    NO_COLOR: "1",
    GIT_CONFIG_SYSTEM: configuration,
    ...Object.fromEntries(["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"].map(name => [name, NOWHERE])),
    ...Object.fromEntries(["no_proxy", "NO_PROXY"].map(name => [name, "127.0.0.1,localhost"])),
    PYTHONUNBUFFERED: "1",
    PIP_NO_INDEX: "1",
    PIP_FIND_LINKS: tools.wheelhouse,
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PIP_NO_COMPILE: "1",
    UV_OFFLINE: "1",
    UV_NO_INDEX: "1",
    UV_FIND_LINKS: tools.wheelhouse,
    UV_CACHE_DIR: tools.uvCache,
    UV_PYTHON_DOWNLOADS: "never",
    AWS_ENDPOINT_URL: aws,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_MAX_ATTEMPTS: "2",
    AWS_PAGER: "",
    DVC_NO_ANALYTICS: "true",
    MLFLOW_ALLOW_FILE_STORE: "true",
    MLFLOW_DISABLE_TELEMETRY: "true",
    POLL_SECONDS: "1",
    REHEARSAL_STATE: state,
    REHEARSAL_ORIGIN: origin,
    REHEARSAL_ARTIFACTS: artifacts,
    REHEARSAL_CACHE: cache,
    REHEARSAL_PYTHONS: tools.pythons.join(":"),
    REHEARSAL_UV: tools.uv,
    REHEARSAL_VERSION: version,
    REHEARSAL_CLI: join(tools.assets, "../bin.js"),
    REHEARSAL_MINUTE: String(minute),
    ...(idToken && {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${web}/_oidc?v=1`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "rehearsal-id-token",
    }),
  };
};

/** A file of variables in the form act reads. */
export const writeVariables = (file: string, values: Readonly<Record<string, string>>): void => {
  const lines = Object.entries(values).map(
    ([name, value]) => `${name}="${value.replace(/[\\"$]/g, "\\$&").replaceAll("\n", "\\n")}"\n`,
  );
  writeFileSync(file, lines.join(""), { mode: 0o600 });
};

/** A folder that holds the same files as another without a copy of their content, where the disk allows. */
export const lendFolder = (from: string, to: string): void => {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) lendFolder(source, target);
    else
      try {
        linkSync(source, target);
      } catch {
        cpSync(source, target);
      }
  }
};

/** Removes a folder of a rehearsal; DVC makes the files of its cache read-only. */
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
