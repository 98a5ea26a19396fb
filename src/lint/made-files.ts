import { posix } from "node:path";
import type { RepositoryContents } from "../repository/contents.ts";
import { trackedOutputs } from "../repository/dvc/outputs.ts";
import { isIn, isWithin } from "../repository/dvc/paths.ts";
import { commandLine } from "./invocations.ts";
import type { Redirect, Script, ShellCommand, Word } from "./script.ts";
import { plainVariable } from "./script.ts";
import type { Job, Step } from "./workflow.ts";
import { CHANGING, isTrueBefore, isTrueUntil, repositoryPath } from "./workspace.ts";
import { moduleOf } from "./wrappers.ts";

/**
 * `source`: what people write, which a program of the repository does not make on its way; `module`: source beside which its
 * package is there, so that an artifact or a cache does not bring it either; `data`: all else.
 */
export type FileKind = "source" | "module" | "data";

/** A file that is not in the repository. */
export interface Sought {
  /** Relative to the repository. */
  readonly path: string;
  readonly kind: FileKind;
  /** Words that only read it, or run it. */
  readonly readings: ReadonlySet<Word>;
  readonly repository: RepositoryContents;
}

/** Whether the file may be there when a step begins, as far as can be told: then its absence from the repository says nothing. */
export const mayBeThereBefore = (step: Step, sought: Sought): boolean =>
  mayComeOtherwise(step, sought) ||
  isTrueBefore(step, sought.kind === "data" ? mayMakeData : mayMakeSource) ||
  isMentioned(step, step.index, sought);

/** The same, for a command of the step, which another of its commands may help. */
export const mayBeThereWithin = (step: Step, sought: Sought): boolean =>
  mayComeOtherwise(step, sought) ||
  isTrueUntil(step, sought.kind === "data" ? mayMakeData : mayMakeSource) ||
  isMentioned(step, step.index + 1, sought);

const mayComeOtherwise = (step: Step, { path, repository }: Sought): boolean =>
  [step.if, step.job.if].some(condition => isAbout(condition?.text ?? "", path)) ||
  isBehindLink(repository, path) ||
  isIn(path, trackedOutputs(repository));

/** Whether a condition may be the presence of the file. */
const isAbout = (condition: string, path: string): boolean =>
  condition.includes(posix.basename(path)) || condition.includes("hashFiles");

/** A submodule or a symbolic link to a folder is one entry of the listing. */
const isBehindLink = ({ files }: RepositoryContents, path: string): boolean => {
  const parts = path.split("/");
  const parents = new Set(parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join("/")));
  return parents.size > 0 && files.some(file => parents.has(file));
};

/** What a step says of files, whichever is looked for. */
interface StepFiles {
  /** Its script; empty for an action. */
  readonly text: string;
  readonly script: Script | undefined;
  /** The scripts of the repository it runs, relative to it. */
  readonly ownScripts: readonly string[];
  /** Folders that an action fills; `undefined`: only known at run time. */
  readonly filled: readonly (string | undefined)[];
}

const known = new WeakMap<Job, readonly StepFiles[]>();

const filesOf = (job: Job): readonly StepFiles[] => {
  let found = known.get(job);
  if (!found) {
    found = job.steps.map(step => ({
      text: step.run?.text ?? "",
      script: step.script,
      ownScripts: (step.script?.commands ?? []).flatMap(command => {
        const script = shellScript(command)?.value;
        return script === undefined ? [] : (repositoryPath(step.workingDirectory ?? ".", script) ?? []);
      }),
      filled: filledFolders(step),
    }));
    known.set(job, found);
  }
  return found;
};

/** Whether one of the first steps of the job names the file other than to read it, or fills its folder. */
const isMentioned = ({ job }: Step, count: number, sought: Sought): boolean => {
  const { path, readings, repository, kind } = sought;
  const name = posix.basename(path);
  return filesOf(job)
    .slice(0, count)
    .some(
      ({ text, script, ownScripts, filled }) =>
        (text.includes(name) && isTold(text, script, name, readings)) ||
        (kind !== "module" &&
          filled.some(folder => folder === undefined || isWithin(path, folder) || isWithin(folder, path))) ||
        ownScripts.some(own => {
          const content = repository.text(own);
          // One that is missing itself makes nothing.
          return content !== undefined && (kind === "data" || content.includes(name));
        }),
    );
};

const isTold = (text: string, script: Script | undefined, name: string, readings: ReadonlySet<Word>): boolean => {
  let told = occurrences(text, name);
  for (const command of script?.commands ?? [])
    for (const word of [command.program, ...command.args]) if (readings.has(word)) told -= occurrences(word.text, name);
  return told > 0;
};

const occurrences = (text: string, part: string): number => text.split(part).length - 1;

/** Inputs of actions that name folders they fill, and where they do so without the input. */
const FILLING: Readonly<Record<string, string | undefined>> = {
  "actions/checkout": undefined,
  "actions/download-artifact": ".",
  "actions/cache": undefined,
  "actions/cache/restore": undefined,
};

const filledFolders = (step: Step): readonly (string | undefined)[] => {
  const action = step.uses?.action ?? "";
  if (!Object.hasOwn(FILLING, action)) return [];
  const text = step.input("path")?.text ?? FILLING[action];
  return (text ?? "").split("\n").flatMap(line => {
    const target = line.trim();
    if (target === "" || /^\$\{\{\s*runner\.temp\s*\}\}|^[~/]/.test(target)) return [];
    const folder = repositoryPath(".", target);
    return [folder === "." ? undefined : folder];
  });
};

/** Actions that leave the files of the workspace as they are. */
const QUIET_ACTIONS: ReadonlySet<string> = new Set([
  ...Object.keys(FILLING),
  ...["actions/setup-python", "actions/setup-node", "actions/setup-java", "actions/setup-go", "actions/cache/save"],
  ...["actions/upload-artifact", "actions/attest", "actions/attest-build-provenance", "actions/attest-sbom"],
  ...["aws-actions/configure-aws-credentials", "aws-actions/amazon-ecr-login", "azure/login"],
  ...["aws-actions/amazon-ecs-render-task-definition", "aws-actions/amazon-ecs-deploy-task-definition"],
  ...["astral-sh/setup-uv", "iterative/setup-dvc", "iterative/setup-cml", "hashicorp/setup-terraform"],
  ...["docker/setup-buildx-action", "docker/setup-qemu-action", "docker/login-action", "docker/metadata-action"],
  ...["docker/build-push-action", "google-github-actions/auth", "google-github-actions/setup-gcloud"],
]);

const mayMakeData = (step: Step): boolean => mayMakeAnything(step, "data");
const mayMakeSource = (step: Step): boolean => mayMakeAnything(step, "source");

/** Whether a step may make files whose names it does not tell. */
const mayMakeAnything = (step: Step, kind: "source" | "data"): boolean => {
  const { uses, script } = step;
  if (uses)
    return (
      uses.action === undefined ||
      !QUIET_ACTIONS.has(uses.action) ||
      (uses.action === "docker/build-push-action" && step.input("outputs") !== undefined)
    );
  if (!step.run) return false;
  if (!script) return true;
  const functions = new Set(script.commands.map(({ inFunction }) => inFunction));
  return script.commands.some(
    command =>
      command.redirects.some(redirect => writesUnknown(redirect, script)) ||
      (!functions.has(command.name ?? "") &&
        !command.args.some(({ text }) => text === "--version") &&
        commandMayMake(step, script, command, kind)),
  );
};

const writesUnknown = ({ operator, target }: Redirect, script: Script): boolean =>
  operator.startsWith(">") && target !== undefined && isUnknownPath(target, script);

/** A path that is not known, and that may be in the workspace: folders of the runner are outside of it. */
const isUnknownPath = ({ value, text, start, expansions }: Word, script: Script): boolean => {
  if (value !== undefined || /^[/~&]/.test(start)) return false;
  if (/^["']?\$\{?(?:RUNNER_TEMP|GITHUB_[A-Z_]+|HOME|TMPDIR)\b/.test(text)) return false;
  const [first, ...others] = expansions;
  const name = first === undefined || others.length > 0 || start !== "" ? undefined : plainVariable(first);
  const values = script.assignments.filter(assignment => assignment.name === name).map(assignment => assignment.value);
  // A variable that is assigned from another is looked at once more, and no further.
  return values.length === 0 || values.some(word => !word || isUnknownPath(word, { ...script, assignments: [] }));
};

/** Programs that make no files in the workspace, whatever their words. */
const QUIET_PROGRAMS: ReadonlySet<string> = new Set(
  [
    ": [ alias break continue declare echo exit export false hash kill let local mapfile printf pwd read readarray",
    "readonly return set shift shopt sleep test trap true type ulimit umask unset wait which compgen",
    "awk base64 basename cat chmod chown cmp comm cut date df diff dirname du env file find free grep egrep head",
    "hostname id jq ls lscpu md5sum mkdir nproc numfmt nvidia-smi paste printenv ps realpath readlink rm rmdir sed",
    "seq sha256sum sort stat tail tr tree uname uniq wc yq",
    "apt apt-get brew add-apt-repository dpkg locale-gen pip pip3 pipx conda mamba virtualenv",
    "actionlint bandit black flake8 hadolint isort mypy pylint pyright ruff shellcheck yamllint",
    "cosign ssh-add ssh-keyscan twine gunicorn uvicorn",
  ].flatMap(line => line.split(" ")),
);

/** Those that run the code of the repository: it makes data, but writes no source. */
const OWN_CODE: ReadonlySet<string> = new Set(["pytest", "coverage", "mlflow"]);

const QUIET_SUBCOMMANDS: Readonly<Record<string, ReadonlySet<string>>> = {
  git: new Set("add commit config describe diff log ls-files push remote rev-parse show status tag".split(" ")),
  uv: new Set(["lock", "pip", "sync", "tool", "venv"]),
  docker: new Set("build buildx image images login logout logs ps pull push stop tag version".split(" ")),
};

const commandMayMake = (step: Step, script: Script, command: ShellCommand, kind: "source" | "data"): boolean => {
  const { name, args } = command;
  if (name === undefined) return true;
  if (CHANGING.has(name) || QUIET_PROGRAMS.has(name) || shellScript(command)) return false;
  if (OWN_CODE.has(name)) return kind === "data";
  if (/^python/.test(name)) {
    const called = moduleOf(args);
    if (called?.kind === "module" && ["venv", "pip", "compileall", "ensurepip"].includes(called.name)) return false;
    return kind === "data";
  }
  if (name === "tee") return args.some(word => isUnknownPath(word, script));
  if (name === "curl") return args.some(({ start }) => /^(?:-[A-Za-z]*[oOJK]|--output|--remote|--config)/.test(start));
  if (Object.hasOwn(QUIET_SUBCOMMANDS, name))
    return !QUIET_SUBCOMMANDS[name]?.has(args.find(({ start }) => !start.startsWith("-"))?.value ?? "");
  const subcommand = commandLine(step, command)?.invocation.subcommand;
  if (!subcommand) return true;
  const [first = "", second = ""] = subcommand;
  if (name === "aws") return ["", "s3", "s3api"].includes(first);
  if (DVC_BRINGING.has(first) || (first === "exp" && second !== "run")) return true;
  return kind === "data" && ["pull", "repro", "checkout", "fetch", "exp"].includes(first);
};

/** Commands of dvc that bring files which no `dvc.yaml` of the repository names. */
const DVC_BRINGING: ReadonlySet<string> = new Set([
  ...["", "add", "get", "get-url", "import", "import-url", "import-db", "init", "stage", "artifacts", "update"],
]);

/** The script that a command runs with bash or sh, where it is a file: `bash scripts/train.sh`, `./train.sh`. */
const shellScript = ({ name, args, program }: ShellCommand): Word | undefined => {
  const word = ["bash", "sh", "source", "."].includes(name ?? "")
    ? args.find(({ start }) => !start.startsWith("-"))
    : program;
  return word?.value?.endsWith(".sh") ? word : undefined;
};
