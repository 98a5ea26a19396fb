import { packageLock } from "../../repository/python-packages/lock.ts";
import { pyproject } from "../../repository/python-packages/pyproject.ts";
import { pythonVersionFile } from "../../repository/python-packages/python-version.ts";
import { admitsPython } from "../../repository/python-packages/version.ts";
import { decide, type Findings, findings, leaveOpen } from "../proposal.ts";
import { toolsOf } from "./checks.ts";
import type { Evidence } from "./evidence.ts";
import { filesIn, inRepository, quotedList } from "./evidence.ts";
import type { Source } from "./packages.ts";
import { asksFor, packageSources, requirementFiles, sourcesWith } from "./packages.ts";

/** The version that workflows take where no config says another. */
const DEFAULT_VERSION = "3.11";

/** The interpreter, and how the project gets into `.venv`. `plugins`: packages that the data needs and nothing asks for. */
export const detectPython = (
  evidence: Evidence,
  plugins: readonly Plugin[],
  image: ImagePython | undefined,
): Findings => findings(version(evidence, image), installation(evidence, plugins), lockFiles(evidence));

/** A package that has to be installed besides, and why. */
export interface Plugin {
  readonly package: string;
  readonly reason: string;
}

/** The Python of a base image. */
export interface ImagePython {
  readonly version: string;
  readonly file: string;
}

const version = ({ repository, folder }: Evidence, image: ImagePython | undefined): Partial<Findings> => {
  const named = pythonVersionFile(repository, folder);
  if (named)
    return decide(["python", "version"], named.version, `\`${named.file}\` names Python ${named.version}`, named.spot);
  const range = pyproject(repository, folder)?.requiresPython;
  if (image && (!range || admitsPython(image.version, range.text) !== false))
    return decide(["python", "version"], image.version, `\`${image.file}\` is built on Python ${image.version}`);
  if (!range || admitsPython(DEFAULT_VERSION, range.text) !== false) return {};
  const lowest = SERIES.find(series => admitsPython(series, range.text));
  return lowest === undefined
    ? leaveOpen("python.version", `no Python 3 is in the range \`${range.text}\``, "set `python.version`")
    : decide(["python", "version"], lowest, `\`requires-python\` is \`${range.text}\``, range.spot);
};

const SERIES: readonly string[] = Array.from({ length: 30 }, (_, minor) => `3.${minor}`).slice(6);

const installation = (evidence: Evidence, plugins: readonly Plugin[]): Partial<Findings> => {
  const sources = packageSources(evidence.repository, evidence.folder);
  // Where the tools are asked for, apart from what is installed anyway.
  const needed = sourcesWith(sources, [...toolsOf(evidence).keys(), "dvc", "pytest", "ruff", "bandit"]);
  const { installer, commands, reason } = project(evidence, needed);
  const more = installMore(evidence, plugins, installer);
  return findings(
    ...(installer === "uv" ? [decide(["python", "installer"], "uv", "the project is managed with uv")] : []),
    ...(commands.length + more.commands.length === 0
      ? []
      : [
          decide(
            ["python", "install"],
            [...commands, ...more.commands],
            [reason, ...more.reasons].filter(text => text !== "").join("; "),
          ),
        ]),
    ...(commands.length === 0
      ? [
          leaveOpen(
            "python.install",
            NOTHING,
            "list the dependencies in `pyproject.toml` or `requirements.txt`, or set `python.install`",
          ),
        ]
      : []),
  );
};

/** What has to be installed besides what the project asks for: tools it has settings for, and plugins. */
export const installMore = (
  evidence: Evidence,
  plugins: readonly Plugin[],
  installer: "pip" | "uv",
): { readonly commands: readonly string[]; readonly reasons: readonly string[] } => {
  const sources = packageSources(evidence.repository, evidence.folder);
  const missing = [
    ...[...toolsOf(evidence).values()]
      .filter(({ name }) => !asksFor(sources, name))
      .map(tool => ({ package: tool.name, reason: `${tool.reason}, but is not among the dependencies` })),
    ...plugins,
  ];
  const words = missing.map(one => (one.package.includes("[") ? `"${one.package}"` : one.package));
  return {
    commands: words.length === 0 ? [] : [`${installer === "uv" ? "uv " : ""}pip install ${words.join(" ")}`],
    reasons: missing.map(({ reason }) => reason),
  };
};

const NOTHING = "there is neither a Python project nor a `requirements.txt` to install";

interface Installation {
  readonly installer: "pip" | "uv";
  readonly commands: readonly string[];
  readonly reason: string;
}

const project = (evidence: Evidence, needed: readonly Source[]): Installation => {
  const { repository, folder } = evidence;
  const declared = pyproject(repository, folder);
  const extras = needed.filter(({ kind }) => kind === "extra").map(({ name }) => name);
  const groups = needed.filter(({ kind }) => kind === "group").map(({ name }) => name);
  const lock = packageLock(repository, folder)?.file;
  const uvLock = lock?.endsWith("uv.lock") ? lock : undefined;
  if (uvLock !== undefined) {
    const flags = [
      "--locked",
      // The lock file of a workspace has its environment beside it, unless the active one is asked for.
      ...(uvLock === inRepository(folder, "uv.lock") ? [] : ["--active"]),
      ...extras.map(name => `--extra ${name}`),
      ...groups.filter(name => name !== "dev").map(name => `--group ${name}`),
    ];
    return { installer: "uv", commands: [`uv sync ${flags.join(" ")}`], reason: `\`${uvLock}\` is a lock file of uv` };
  }
  if (declared?.tool === "poetry") {
    const optional = groups.filter(name => declared.optionalGroups.has(name));
    const flags = [
      "--no-interaction",
      ...(extras.length > 0 ? [`--extras "${extras.join(" ")}"`] : []),
      ...(optional.length > 0 ? [`--with ${optional.join(",")}`] : []),
    ];
    return {
      installer: "pip",
      commands: ["pipx install poetry", `poetry install ${flags.join(" ")}`],
      reason: "the project is managed with Poetry, which installs into the active `.venv`",
    };
  }
  const installer = declared?.tool === "uv" ? "uv" : "pip";
  const pip = installer === "uv" ? "uv pip install" : "pip install";
  const files = requirementFiles(evidence);
  const target = extras.length > 0 ? `-e ".[${extras.join(",")}]"` : "-e .";
  const named = [
    ...(files.length > 0 ? [quotedList(files)] : []),
    ...(isInstallable(evidence) ? [`the project${extras.length > 0 ? ` with ${quotedList(extras)}` : ""}`] : []),
    ...groups.map(name => `the group \`${name}\``),
  ];
  return {
    installer,
    commands: [
      ...(files.length > 0 ? [`${pip} ${files.map(file => `-r ${file}`).join(" ")}`] : []),
      ...(isInstallable(evidence) ? [`${pip} ${target}`] : []),
      ...(groups.length > 0 ? [`${pip} ${groups.map(name => `--group ${name}`).join(" ")}`] : []),
    ],
    reason: named.length > 0 ? `what is installed is ${named.join(", ")}` : "",
  };
};

/** A `pyproject.toml` may hold nothing but settings of tools. */
const isInstallable = (evidence: Evidence): boolean => {
  const { repository, folder } = evidence;
  const declared = pyproject(repository, folder);
  const files = filesIn(evidence);
  if (files.includes("setup.py")) return true;
  if (declared && !declared.isPackage) return false;
  return declared?.name !== undefined || declared?.buildRequires !== undefined;
};

/** Only where a file that decides about the environment is not among those that are watched anyway. */
const lockFiles = (evidence: Evidence): Partial<Findings> => {
  const files = new Set(filesIn(evidence));
  const own = ["uv.lock", "poetry.lock", "pdm.lock", "setup.py", "setup.cfg"].filter(name => files.has(name));
  const below = filesIn(evidence, "requirements").some(name => name.endsWith(".txt"));
  if (own.length === 0 && !below) return {};
  return decide(
    ["python", "lockFiles"],
    [
      ...(files.has("pyproject.toml") ? ["pyproject.toml"] : []),
      ...([...files].some(name => /^requirements.*\.txt$/.test(name)) ? ["requirements*.txt"] : []),
      ...(below ? ["requirements/*.txt"] : []),
      ...own,
    ],
    `${quotedList(own.length > 0 ? own : ["requirements/*.txt"])} ${own.length > 1 ? "decide" : "decides"} what is installed`,
  );
};
