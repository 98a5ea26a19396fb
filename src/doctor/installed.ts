import { posix } from "node:path";
import type { ShellCommand, Word } from "../lint/script.ts";
import type { RepositoryContents } from "../repository/contents.ts";
import { readTarget } from "../repository/python-packages/install-target.ts";
import { packageLock } from "../repository/python-packages/lock.ts";
import type { Pyproject } from "../repository/python-packages/pyproject.ts";
import { pyproject, withExtras } from "../repository/python-packages/pyproject.ts";
import type { Requirement } from "../repository/python-packages/requirement.ts";
import { packageName } from "../repository/python-packages/requirement.ts";
import type { LocalProject } from "../repository/python-packages/requirements.ts";
import { requirements } from "../repository/python-packages/requirements.ts";
import { nodeAt, textsAt } from "../repository/toml.ts";
import type { CommandUse } from "./commands.ts";

/** What the install commands of a pipeline bring, before anything that those packages bring themselves. */
export interface Installed {
  readonly requirements: readonly Requirement[];
  /** Ranges for packages that something else brings. */
  readonly constraints: readonly Requirement[];
  /** The projects of the repository among them, with the command that installs each. */
  readonly projects: readonly InstalledProject[];
  /** Requirements files that are named and not there. */
  readonly missing: readonly MissingRequirements[];
  /** Whether every command was understood, so that nothing else is installed but what these packages bring. */
  readonly isKnown: boolean;
  /** Whether a lock file decides which versions are taken: uv and Poetry ask it. */
  readonly isLocked: boolean;
}

export interface InstalledProject {
  readonly use: CommandUse;
  /** Relative to the repository. */
  readonly folder: string;
}

export interface MissingRequirements {
  readonly use: CommandUse;
  /** Relative to the repository. */
  readonly file: string;
  /** The line of a requirements file that names it; absent: the command does. */
  readonly spot?: Requirement["spot"];
}

/** Follows the install commands of a pipeline into the files and projects they name. */
export const installedBy = (repository: RepositoryContents, uses: readonly CommandUse[]): Installed => {
  const known = remembered.get(uses);
  if (known?.repository === repository) return known.installed;
  const reader = new Reader(repository);
  for (const use of uses) if (use.purpose === "install") reader.use(use);
  const installed: Installed = { ...reader };
  remembered.set(uses, { repository, installed });
  return installed;
};

/** Several checks ask for the same pipeline. */
const remembered = new WeakMap<
  readonly CommandUse[],
  { readonly repository: RepositoryContents; readonly installed: Installed }
>();

class Reader implements Installed {
  readonly requirements: Requirement[] = [];
  readonly constraints: Requirement[] = [];
  readonly projects: InstalledProject[] = [];
  readonly missing: MissingRequirements[] = [];
  isKnown = true;
  isLocked = false;
  readonly #repository: RepositoryContents;

  constructor(repository: RepositoryContents) {
    this.#repository = repository;
  }

  use(use: CommandUse): void {
    if (use.commands.length === 0) this.isKnown = false;
    for (const command of use.commands) {
      // What may not run may not install either.
      if (command.conditional || command.tolerated) this.isKnown = false;
      this.#command(use, command);
    }
  }

  #command(use: CommandUse, { name, args }: ShellCommand): void {
    const words = args.flatMap(word => literal(word) ?? []);
    const [first, second] = words;
    if (isHarmless(name, first)) return;
    if (words.length < args.length) this.isKnown = false;
    else if (name === "pip" || name === "pip3" || name === "pipx") this.#pip(use, words);
    else if (name === "uv" && first === "pip") this.#pip(use, words.slice(1));
    else if (name === "uv" && first === "tool" && second === "install") this.#pip(use, words.slice(1));
    else if (name === "uv" && first === "sync") this.#sync(use, words.slice(1));
    else if (name === "poetry" && first === "install") this.#poetry(use, words.slice(1));
    else this.isKnown = false;
  }

  /** https://pip.pypa.io/en/stable/cli/pip_install/ */
  #pip(use: CommandUse, [subcommand, ...args]: readonly string[]): void {
    if (subcommand === "sync") {
      this.#files(use, operands(args, PIP_VALUED, PIP_PLAIN));
      return;
    }
    if (subcommand !== "install") {
      if (!QUIET.has(subcommand ?? "")) this.isKnown = false;
      return;
    }
    const options = read(args, PIP_VALUED, PIP_PLAIN);
    if (!options) {
      this.isKnown = false;
      return;
    }
    const bare = options.some(({ name }) => name === "--no-deps");
    for (const { name, value } of options) {
      if (name === "-r" || name === "--requirement") this.#file(use, value, bare);
      else if (name === "-c" || name === "--constraint" || name === "--constraints")
        this.constraints.push(...(requirements(this.#repository, this.#path(use, value))?.requirements ?? []));
      else if (name === "-e" || name === "--editable")
        this.#target(use, /^[./]|\/|:/.test(value) ? value : `./${value}`, bare);
      else if (name === "") this.#target(use, value, bare);
      else if (name === "--group") this.#group(use, value);
      else if (["-t", "--target", "--prefix", "--root", "--dry-run", "--python", "-p"].includes(name))
        this.isKnown = false;
    }
  }

  #target(use: CommandUse, text: string, bare: boolean): void {
    const target = readTarget(text, use.spot);
    if (target.kind === "requirement") this.requirements.push(target.requirement);
    else if (target.kind === "local") this.#project(use, target, bare);
    else this.isKnown = false;
  }

  #file(use: CommandUse, written: string, bare: boolean): void {
    if (/^[a-z]+:\/\//i.test(written)) {
      this.isKnown = false;
      return;
    }
    const file = this.#path(use, written);
    if (posix.basename(file) === "pyproject.toml") {
      const project = pyproject(this.#repository, posix.dirname(file));
      if (project) this.#declared(project, []);
      else this.missing.push({ use, file });
      return;
    }
    const found = requirements(this.#repository, file);
    if (!found) {
      this.isKnown = false;
      this.missing.push({ use, file });
      return;
    }
    this.requirements.push(...found.requirements);
    this.constraints.push(...found.constraints);
    for (const missing of found.missing) this.missing.push({ use, ...missing });
    for (const local of found.locals) this.#project(use, local, bare);
    if (!found.isComplete || found.missing.length > 0) this.isKnown = false;
  }

  #files(use: CommandUse, files: readonly string[] | undefined): void {
    if (!files || files.length === 0) this.isKnown = false;
    for (const file of files ?? []) this.#file(use, file, false);
  }

  /** A group of `pyproject.toml`, which may be named in front of it: `path:group`. */
  #group(use: CommandUse, value: string): void {
    const at = value.lastIndexOf(":");
    const folder = at < 0 ? use.folder : posix.dirname(this.#path(use, value.slice(0, at)));
    const group = pyproject(this.#repository, folder)?.groups.get(packageName(value.slice(at + 1)));
    if (group) this.requirements.push(...group);
    else this.isKnown = false;
  }

  #project(use: CommandUse, { path, extras }: Pick<LocalProject, "path" | "extras">, bare: boolean): void {
    const folder = this.#path(use, path);
    if (path.startsWith("/") || folder === ".." || folder.startsWith("../") || isArchive(folder)) {
      this.isKnown = false;
      return;
    }
    this.projects.push({ use, folder });
    if (bare) return;
    const project = pyproject(this.#repository, folder);
    if (project) this.#declared(project, extras);
    else this.isKnown = false;
  }

  #declared(project: Pyproject, extras: readonly string[]): void {
    this.requirements.push(...withExtras(project, extras));
    if (!project.isComplete) this.isKnown = false;
  }

  /** https://docs.astral.sh/uv/reference/cli/#uv-sync */
  #sync(use: CommandUse, args: readonly string[]): void {
    const project = pyproject(this.#repository, use.folder);
    const options = read(args, SYNC_VALUED, SYNC_PLAIN);
    if (!project || !options) {
      this.isKnown = false;
      return;
    }
    this.#locked(use);
    const values = (...names: readonly string[]) => valuesOf(options, names);
    const has = (name: string) => options.some(option => option.name === name);
    const only = [...values("--only-group"), ...(has("--only-dev") ? ["dev"] : [])];
    const defaults = has("--no-default-groups") ? [] : defaultGroups(project);
    const groups = new Set(
      has("--all-groups") ? project.groups.keys() : only.length > 0 ? only : [...defaults, ...values("--group")],
    );
    for (const without of [...values("--no-group"), ...(has("--no-dev") ? ["dev"] : [])]) groups.delete(without);
    if (only.length === 0) {
      const extras = has("--all-extras") ? [...project.optional.keys()] : values("--extra");
      this.#declared(project, extras);
      if (project.isPackage && !has("--no-install-project") && project.buildRequires)
        this.projects.push({ use, folder: use.folder });
    }
    this.#groups(project, groups);
  }

  /** https://python-poetry.org/docs/cli/#install */
  #poetry(use: CommandUse, args: readonly string[]): void {
    const project = pyproject(this.#repository, use.folder);
    const options = read(args, POETRY_VALUED, POETRY_PLAIN);
    if (!project || !options) {
      this.isKnown = false;
      return;
    }
    this.#locked(use);
    const values = (...names: readonly string[]) => valuesOf(options, names);
    const has = (name: string) => options.some(option => option.name === name);
    const only = values("--only");
    const groups = new Set(
      only.length > 0
        ? only
        : has("--all-groups")
          ? project.groups.keys()
          : [...[...project.groups.keys()].filter(group => !project.optionalGroups.has(group)), ...values("--with")],
    );
    for (const without of [...values("--without"), ...(has("--no-dev") ? ["dev"] : [])]) groups.delete(without);
    if (only.length === 0 || only.includes("main")) {
      const extras = has("--all-extras") || has("-A") ? [...project.optional.keys()] : values("--extras", "-E");
      this.#declared(project, extras);
    }
    groups.delete("main");
    this.#groups(project, groups);
  }

  #groups(project: Pyproject, groups: Iterable<string>): void {
    for (const name of groups) {
      const group = project.groups.get(name);
      if (group) this.requirements.push(...group);
    }
  }

  #locked(use: CommandUse): void {
    if (packageLock(this.#repository, use.folder)) this.isLocked = true;
  }

  #path(use: CommandUse, path: string): string {
    return posix.join(use.folder, path).replace(/(?<=.)\/$/, "");
  }
}

/** What a program gets: extras in brackets look like a pattern to the shell, which leaves them alone as no file is named so. */
const literal = ({ value, expansions, text }: Word): string | undefined =>
  value ?? (expansions.length === 0 && /^[\w./=-]*\[[\w.,-]+\]$/.test(text) ? text : undefined);

const isArchive = (path: string): boolean => /\.(?:whl|zip|tar\.gz|tgz|tar\.bz2)$/.test(path);

const defaultGroups = ({ document, groups }: Pyproject): readonly string[] => {
  const stated = nodeAt(document, "tool", "uv", "default-groups");
  if (stated?.kind === "text" && stated.value === "all") return [...groups.keys()];
  return stated ? textsAt(stated).map(({ value }) => packageName(value)) : ["dev"];
};

interface Option {
  /** `""`: a word that belongs to no option. */
  readonly name: string;
  readonly value: string;
}

/** The options of a command line with their values; `undefined` where one is not known, as the next word may be its value. */
const read = (
  args: readonly string[],
  valued: ReadonlySet<string>,
  plain: ReadonlySet<string>,
): readonly Option[] | undefined => {
  const found: Option[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] as string;
    const [, long, value] = /^(--[\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (word === "--") {
      found.push(...args.slice(index + 1).map(rest => ({ name: "", value: rest })));
      break;
    }
    if (long !== undefined) {
      if (valued.has(long)) {
        if (value === undefined) index += 1;
        found.push({ name: long, value: value ?? args[index] ?? "" });
      } else if (plain.has(long)) found.push({ name: long, value: "" });
      else return undefined;
    } else if (/^-[A-Za-z]/.test(word)) {
      const short = word.slice(0, 2);
      if (valued.has(short)) {
        if (word.length === 2) index += 1;
        found.push({
          name: short,
          value: word.length > 2 ? word.slice(2).replace(/^=/, "") : (args[index] ?? ""),
        });
      } else if ([...word.slice(1)].every(letter => plain.has(`-${letter}`))) found.push({ name: short, value: "" });
      else return undefined;
    } else found.push({ name: "", value: word });
  }
  return found;
};

const operands = (...words: Parameters<typeof read>): readonly string[] | undefined =>
  read(...words)?.flatMap(({ name, value }) => (name === "" ? [value] : []));

/** Of options that may be repeated, and whose values may be lists. */
const valuesOf = (options: readonly Option[], names: readonly string[]): readonly string[] =>
  options
    .filter(({ name }) => names.includes(name))
    .flatMap(({ value }) => value.split(/[\s,]+/))
    .filter(value => value !== "")
    .map(packageName);

/** Subcommands that install nothing. */
const QUIET: ReadonlySet<string> = new Set([
  "list",
  "freeze",
  "show",
  "check",
  "config",
  "cache",
  "debug",
  "--version",
  "-V",
]);

const PIP_VALUED: ReadonlySet<string> = new Set([
  ...["-r", "--requirement", "-c", "--constraint", "--constraints", "-e", "--editable", "--group", "-i", "--index-url"],
  ...["--index", "--default-index", "--extra-index-url", "-f", "--find-links", "--no-binary", "--only-binary"],
  ...[
    "--trusted-host",
    "--upgrade-strategy",
    "--timeout",
    "--retries",
    "--progress-bar",
    "--cache-dir",
    "--use-feature",
  ],
  ...[
    "-t",
    "--target",
    "--prefix",
    "--root",
    "-p",
    "--python",
    "--config-settings",
    "-C",
    "--global-option",
    "--extra",
  ],
  ...["--index-strategy", "--resolution", "--prerelease", "--link-mode", "-P", "--upgrade-package", "--override"],
]);

const PIP_PLAIN: ReadonlySet<string> = new Set([
  ...["-U", "--upgrade", "-q", "--quiet", "-v", "--verbose", "--no-deps", "--pre", "--no-cache-dir", "--no-cache"],
  ...["--no-index", "--prefer-binary", "--require-hashes", "--disable-pip-version-check", "--no-input", "--user"],
  ...["--no-build-isolation", "--force-reinstall", "--no-warn-script-location", "--system", "--root-user-action"],
  ...["--break-system-packages", "--ignore-installed", "-I", "--compile", "--no-compile", "--dry-run", "--reinstall"],
  ...["--compile-bytecode", "--strict", "--exact", "--isolated", "--no-progress", "--force", "--no-sources"],
]);

const SYNC_VALUED: ReadonlySet<string> = new Set([
  ...["--extra", "--group", "--no-group", "--only-group", "-p", "--python", "--index", "--default-index"],
  ...["--index-url", "-i", "--extra-index-url", "--link-mode", "--cache-dir"],
]);

const SYNC_PLAIN: ReadonlySet<string> = new Set([
  ...["--frozen", "--locked", "--all-extras", "--all-groups", "--no-dev", "--only-dev", "--dev", "--no-default-groups"],
  ...[
    "--no-install-project",
    "--no-editable",
    "--inexact",
    "--exact",
    "-q",
    "--quiet",
    "-v",
    "--verbose",
    "--no-cache",
  ],
  ...["--no-progress", "--compile-bytecode", "-U", "--upgrade", "--active"],
]);

const POETRY_VALUED: ReadonlySet<string> = new Set(["--with", "--without", "--only", "--extras", "-E"]);

const POETRY_PLAIN: ReadonlySet<string> = new Set([
  ...[
    "--no-root",
    "--no-interaction",
    "-n",
    "--sync",
    "--all-extras",
    "--all-groups",
    "--no-dev",
    "-q",
    "--quiet",
    "-v",
  ],
  ...["--no-ansi", "--ansi", "--compile", "--no-cache", "--no-directory", "-A"],
]);

/** Programs that install no Python package, and change nothing for the commands after them. */
const HARMLESS: ReadonlySet<string> = new Set([
  "echo",
  "printf",
  "true",
  ":",
  "set",
  "export",
  "mkdir",
  "ls",
  "pwd",
  "which",
  "test",
]);

const isHarmless = (name: string | undefined, subcommand: string | undefined): boolean =>
  name !== undefined &&
  (HARMLESS.has(name) ||
    (/^python(?:3(?:\.\d+)?)?$/.test(name) && /^(?:--version|-V|-VV)$/.test(subcommand ?? "")) ||
    (name === "poetry" && subcommand === "config") ||
    (name === "uv" && (subcommand === "--version" || subcommand === "lock")));
