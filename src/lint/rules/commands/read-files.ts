import { posix } from "node:path";
import type { RepositoryContents } from "../../../repository/contents.ts";
import type { CommandLine } from "../../invocations.ts";
import { commandLine, flagValue } from "../../invocations.ts";
import type { FileKind } from "../../made-files.ts";
import type { ShellCommand, Word } from "../../script.ts";
import type { Step } from "../../workflow.ts";
import { isPython, moduleOf } from "../../wrappers.ts";
import { calledModule } from "./python-modules.ts";

/** A file that a command wants to be there. */
export interface FileRead {
  readonly word: Word;
  /** Relative to the folder the command runs in. */
  readonly path: string;
  readonly kind: FileKind;
  /** Whether nothing else is needed to be sure that the command reads it. */
  readonly isCertain: boolean;
}

/** The files a command reads, by what is known of its program. */
export const filesRead = (step: Step, command: ShellCommand, repository: RepositoryContents): readonly FileRead[] => [
  ...scripts(command),
  ...configs(step, command, repository),
  ...requirements(command),
  ...payloads(command),
  ...tests(command),
  ...dockerfiles(step, command),
];

const read = (word: Word, path: string | undefined, kind: FileKind, isCertain = true): readonly FileRead[] =>
  path === undefined || path === "" || path === "-" ? [] : [{ word, path, kind, isCertain }];

/** `python scripts/load.py`, `bash scripts/train.sh`, `source ./env.sh`, `./scripts/train.sh`. */
const scripts = ({ name, args, program }: ShellCommand): readonly FileRead[] => {
  if (isPython(name)) {
    const called = moduleOf(args);
    return called?.kind === "script" && called.name.endsWith(".py") ? read(called.word, called.name, "source") : [];
  }
  if (name === "bash" || name === "sh" || name === "source" || name === ".") {
    const first = args.find(({ start }) => !start.startsWith("-"));
    const isCommand = args.some(({ start }) => /^-[a-z]*c/.test(start));
    return first && !isCommand && first.value?.endsWith(".sh") && first.value.includes("/")
      ? read(first, first.value, "source")
      : [];
  }
  return program.value?.includes("/") && /\.(?:sh|bash|py)$/.test(program.value)
    ? read(program, program.value, "source")
    : [];
};

const CONFIG_FLAGS: ReadonlySet<string> = new Set(["--config", "-c", "--config-file", "--params", "--params-file"]);

/** `--config configs/model.yaml` of Python code. */
const configs = (step: Step, command: ShellCommand, repository: RepositoryContents): readonly FileRead[] => {
  if (!isPython(command.name)) return [];
  const called = moduleOf(command.args);
  if (!called) return [];
  const isOwn =
    called.kind === "module"
      ? calledModule(step, command, repository)?.state?.kind === "found"
      : repository.has(posix.join(step.workingDirectory ?? ".", called.name));
  return called.args.flatMap((word, index) => {
    const [flag = "", ...rest] = word.value === undefined ? [] : word.value.split("=");
    if (!CONFIG_FLAGS.has(flag)) return [];
    const value = rest.length > 0 ? word : called.args[index + 1];
    const path = rest.length > 0 ? rest.join("=") : value?.value;
    return value && path !== undefined && /\.(?:ya?ml|toml|ini|cfg|json)$/.test(path)
      ? read(value, path, "source", isOwn)
      : [];
  });
};

const PIP_FILES: ReadonlySet<string> = new Set(["-r", "--requirement", "--requirements", "-c", "--constraint"]);

/** `pip install -r requirements.txt`. */
const requirements = ({ name, args }: ShellCommand): readonly FileRead[] => {
  const isPip = name === "pip" || name === "pip3" || (name === "uv" && args[0]?.value === "pip");
  if (!isPip || !args.some(({ value }) => value === "install")) return [];
  return args.flatMap((word, index) => {
    const { value } = word;
    if (value === undefined) return [];
    const next = args[index + 1];
    if (PIP_FILES.has(value)) return next ? read(next, next.value, "source") : [];
    const [, attached] = /^(?:-r|--requirement=|--constraint=)(\S+)$/.exec(value) ?? [];
    return read(word, attached, "source");
  });
};

const CURL_DATA: ReadonlySet<string> = new Set(["-d", "--data", "--data-binary", "--data-ascii", "--json"]);

/** `curl --data @payload.json`, `aws … file://task-definition.json`. */
const payloads = ({ name, args }: ShellCommand): readonly FileRead[] => {
  if (name === "aws") return args.flatMap(word => read(word, /^fileb?:\/\/(.+)$/.exec(word.value ?? "")?.[1], "data"));
  if (name !== "curl") return [];
  return args.flatMap((word, index) =>
    CURL_DATA.has(args[index - 1]?.value ?? "") && word.value?.startsWith("@")
      ? read(word, word.value.slice(1), "data")
      : [],
  );
};

/** Flags of pytest that take no value of their own. */
const PYTEST_ALONE =
  /^(?:-[qvxsl]+|-r[A-Za-z]+|--[a-z-]+=.*|--exitfirst|--verbose|--quiet|--strict-markers|--lf|--ff)$/;

/** `pytest tests/test_model.py::test_loads`. */
const tests = ({ name, args }: ShellCommand): readonly FileRead[] => {
  if (name !== "pytest") return [];
  return args.flatMap((word, index) => {
    const { value } = word;
    const before = args[index - 1];
    if (value === undefined || value.startsWith("-") || !/\/|\.py(?:$|:)/.test(value)) return [];
    if (before && (before.value === undefined || (before.value.startsWith("-") && !PYTEST_ALONE.test(before.value))))
      return [];
    return read(word, value.split("::")[0], "source");
  });
};

/** `docker build -f Dockerfile.api .`, `docker compose -f compose.test.yaml`. */
const dockerfiles = (step: Step, command: ShellCommand): readonly FileRead[] => {
  const line = commandLine(step, command);
  if (line?.invocation.program !== "docker") return [];
  const isBuild = isDockerBuild(line);
  const isCompose = line.invocation.subcommand[0] === "compose";
  const file = isBuild || isCompose ? flagValue(line, "--file") : undefined;
  const word = file && command.args[file.index];
  if (word) return read(word, file.value?.value, "source");
  const [context] = line.operands;
  // Without `--file`, `Dockerfile` in the folder that is sent.
  return isBuild && !file && line.invocation.certain && context?.value !== undefined && isFolder(context.value)
    ? read(context, posix.join(context.value, "Dockerfile"), "source")
    : [];
};

const isDockerBuild = ({ invocation: { program, subcommand } }: CommandLine): boolean =>
  program === "docker" && ["build", "image build", "builder build", "buildx build"].includes(subcommand.join(" "));

/** A folder of this machine, not an address. */
const isFolder = (context: string): boolean => context !== "-" && !/^(?:[a-z]+:\/\/|git@|github\.com\/)/.test(context);
