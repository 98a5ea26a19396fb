import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import type { Pipeline } from "../config/pipeline.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { failure, success } from "../diagnostics/diagnostic.ts";
import { nodeAt, readToml, textsAt } from "../repository/toml.ts";

/** The release of act whose behaviour the drills were proven with. */
const ACT = "0.2.89";
const ACT_PACKAGE = `github.com/nektos/act@v${ACT}`;
/** The fake AWS, the AWS CLI and uv, in a virtual environment of their own. */
const PYTHON_TOOLS = "'moto[server]==5.2.5' awscli==1.46.3 uv==0.13.9";
const PROGRAMS = ["bash", "curl", "git", "jq"] as const;

/** The programs a rehearsal is made of; absolute paths. */
export interface Tools {
  readonly act: string;
  /** Python of the environment that holds moto and the AWS CLI. */
  readonly python: string;
  readonly uv: string;
  readonly node: string;
  /** Python interpreters the project may ask for. */
  readonly pythons: readonly string[];
  /** Folder of the packages that jobs install from. */
  readonly wheelhouse: string;
  /** The command that fills it. */
  readonly gather: string;
  /** Where uv keeps unpacked packages between rehearsals. */
  readonly uvCache: string;
  readonly programs: Readonly<Record<(typeof PROGRAMS)[number], string>>;
  /** Folder of the stand-ins and the fake AWS. */
  readonly assets: string;
}

export interface Search {
  /** Folder that keeps act, the Python tools and the packages of projects. */
  readonly home: string;
  readonly path: string;
  readonly assets: string;
  /** Absolute path of the Python project. */
  readonly project: string;
  readonly python: Pipeline["python"];
}

/** Finds everything, or says for each thing that is not there which command installs it. Installs nothing. */
export const findTools = async ({ home, path, assets, project, python }: Search): Promise<Result<Tools>> => {
  if (process.platform !== "linux")
    return failure({
      code: "machine/platform",
      severity: "error",
      message: "a rehearsal needs Linux: the scripts of the workflows are written for GitHub's Linux runners",
      hint: "run it in a Linux machine or container, WSL for example",
    });
  const missing: Diagnostic[] = [];
  const need = (found: string | undefined, what: string, hint: string): string => {
    if (found === undefined)
      missing.push({ code: "machine/missing-tool", severity: "error", message: `${what} is not there`, hint });
    return found ?? "";
  };
  const which = (name: string) =>
    path
      .split(delimiter)
      .map(folder => join(folder, name))
      .find(existsSync);
  const own = (name: string) => [join(home, name)].find(existsSync);

  const programs = Object.fromEntries(
    PROGRAMS.map(name => [
      name,
      need(which(name), name, `install it, on Debian and Ubuntu: \`sudo apt install ${name}\``),
    ]),
  ) as Tools["programs"];
  const act = need(
    own("bin/act") ?? which("act"),
    `act ${ACT}`,
    `run \`GOBIN=${join(home, "bin")} go install ${ACT_PACKAGE}\``,
  );
  const venv = join(home, "venv");
  const install = `run \`python3 -m venv ${venv} && ${join(venv, "bin/pip")} install ${PYTHON_TOOLS}\``;
  const tools = need(own("venv/bin/python"), "the fake AWS (Python with moto and the AWS CLI)", install);
  const uv = tools === "" ? "" : need(own("venv/bin/uv"), "uv", install);
  const series = /^\d+\.\d+/.exec(python.version)?.[0] ?? "3";
  const interpreter = await findPython(series, which);
  const pythons = need(interpreter, `Python ${series}`, `install it: \`python.version\` of the config asks for it`);
  const gather = `\`cd ${project} && ${gathering(join(venv, "bin/pip"), join(home, "wheelhouse"), project, python.install)}\``;
  const wheelhouse = need(
    own("wheelhouse"),
    "the folder of the project's packages, from which the jobs install without a network",
    `run ${gather}, again whenever they change`,
  );
  if (missing.length > 0) return { ok: false, diagnostics: missing };
  const said = await execa(act, ["--version"], { reject: false, stdin: "ignore" });
  const version = /\d+\.\d+\.\d+/.exec(said.stdout)?.[0];
  if (version !== ACT)
    return failure({
      code: "machine/missing-tool",
      severity: "error",
      message: `act ${ACT} is needed, ${act} is ${version ?? "something else"}`,
      hint: `run \`GOBIN=${join(home, "bin")} go install ${ACT_PACKAGE}\``,
    });
  return success({
    act,
    python: tools,
    uv,
    node: process.execPath,
    pythons: [pythons],
    wheelhouse,
    gather,
    uvCache: join(home, "uv-cache"),
    programs,
    assets,
  });
};

/** The interpreter itself: what is on the PATH may be a launcher that needs the user's own environment. */
const findPython = async (series: string, which: (name: string) => string | undefined): Promise<string | undefined> => {
  const ask = "import sys; print('%d.%d' % sys.version_info[:2], sys._base_executable)";
  for (const name of [`python${series}`, "python3", "python"]) {
    const command = which(name);
    if (command === undefined) continue;
    const said = await execa(command, ["-c", ask], { reject: false, stdin: "ignore" });
    const [, version, path] = /^(\S+) (.+)$/.exec(said.stdout) ?? [];
    if (version === series) return path;
  }
  return undefined;
};

/** The command that gathers what the project's own commands install, and what builds the project. */
const gathering = (pip: string, wheelhouse: string, project: string, install: readonly string[]): string => {
  const wanted = install.flatMap(line => /\bpip install (.*)$/.exec(line)?.[1] ?? []);
  const builders = buildRequirements(join(project, "pyproject.toml")).map(name => `'${name}'`);
  return [pip, "wheel", "--wheel-dir", wheelhouse, ...builders, ...wanted].join(" ");
};

/** https://packaging.python.org/en/latest/specifications/pyproject-toml/#declaring-build-system-dependencies-the-build-system-table */
const buildRequirements = (file: string): readonly string[] => {
  const otherwise = ["setuptools", "wheel"];
  if (!existsSync(file)) return otherwise;
  // What is broken reads as empty: the install step will say what is wrong with it.
  const { value } = readToml(file, readFileSync(file, "utf8"));
  return nodeAt(value, "build-system", "requires")
    ? textsAt(value, "build-system", "requires").map(requirement => requirement.value)
    : otherwise;
};
