import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { attempt, run } from "../child.ts";
import { recordAction } from "../journal.ts";
import {
  addPath,
  exportVariable,
  flag,
  info,
  input,
  inWorkspace,
  lines,
  Refusal,
  setOutput,
  warn,
  withoutEffect,
} from "../toolkit.ts";
import { findInterpreter, type Interpreter } from "./interpreters.ts";

const inFile = (file: string): string => {
  const path = inWorkspace(file);
  if (!existsSync(path)) throw new Refusal(`The specified python version file at: ${path} doesn't exist.`);
  const text = readFileSync(path, "utf8");
  const [, inProject] = /^\s*requires-python\s*=\s*["']([^"']+)["']/m.exec(text) ?? [];
  const [, inTools] = /^\s*python\s+(\S+)/m.exec(text) ?? [];
  const version = file.endsWith(".toml") ? inProject : (inTools ?? text.trim().split(/\s+/)[0]);
  if (!version) throw new Refusal(`No Python version was found in ${file}`);
  return version;
};

const wantedVersions = (): readonly string[] => {
  const [versions, file] = [lines("python-version"), input("python-version-file")];
  if (versions.length > 0) return versions;
  if (file !== "") return [inFile(file)];
  return existsSync(inWorkspace(".python-version")) ? [inFile(".python-version")] : [];
};

const CACHES: Readonly<Record<string, readonly string[]>> = {
  pip: ["requirements.txt", "pyproject.toml"],
  pipenv: ["Pipfile.lock"],
  poetry: ["poetry.lock"],
};

/** Nothing is cached here, but what the real action refuses is refused. */
const checkCache = (): void => {
  const cache = input("cache");
  if (cache === "") return;
  const files = CACHES[cache];
  if (!files) throw new Refusal(`Caching for '${cache}' is not supported`);
  if (input("cache-dependency-path") === "" && !files.some(file => existsSync(inWorkspace(file))))
    throw new Refusal(
      `No file in ${inWorkspace(".")} matched to [${files.join(" or ")}], make sure you have checked out the target repository`,
    );
};

/** pip of the interpreter beside the new one; to have Python install it afresh takes ten times as long. */
const bringPip = (folder: string, { pipFolder, version }: Interpreter): void => {
  const [series = ""] = /^\d+\.\d+/.exec(version) ?? [];
  if (pipFolder === null) {
    run(join(folder, "bin/python"), ["-m", "ensurepip", "--default-pip"]);
    return;
  }
  for (const name of readdirSync(pipFolder).filter(one => /^pip(?:-[\d.]+\.dist-info)?$/.test(one)))
    cpSync(join(pipFolder, name), join(folder, "lib", `python${series}`, "site-packages", name), { recursive: true });
  for (const name of ["pip", `pip${series.split(".")[0]}`, `pip${series}`]) {
    const script = join(folder, "bin", name);
    writeFileSync(script, `#!/bin/sh\nexec "${folder}/bin/python" -m pip "$@"\n`);
    chmodSync(script, 0o755);
  }
};

/** Every job has a Python of its own: what one installs must not be there in the next. */
const installFor = (interpreter: Interpreter, architecture: string): string => {
  const folder = join(homedir(), ".rehearsal", "Python", interpreter.version, architecture);
  if (!existsSync(join(folder, "bin/pip"))) {
    run(interpreter.path, ["-m", "venv", "--without-pip", folder]);
    bringPip(folder, interpreter);
  }
  return folder;
};

const setUp = (wanted: string): void => {
  const interpreter = findInterpreter(wanted, flag("allow-prereleases", false) || wanted.endsWith("-dev"));
  const folder = installFor(interpreter, input("architecture") || process.arch);
  if (flag("update-environment", true)) {
    for (const name of ["pythonLocation", "Python_ROOT_DIR", "Python3_ROOT_DIR"]) exportVariable(name, folder);
    addPath(folder);
    addPath(join(folder, "bin"));
  }
  setOutput("python-version", interpreter.version);
  setOutput("python-path", join(folder, "bin/python"));
  info(`Successfully set up CPython (${interpreter.version})`);
  recordAction({ kind: "setup-python", version: interpreter.version });
};

/** A Python of the wanted version, from those that this machine has. */
export const setupPython = {
  main: () => {
    withoutEffect("pip-version");
    if (flag("freethreaded", false)) throw new Refusal("A rehearsal has no freethreaded Python");
    const versions = wantedVersions();
    if (versions.length === 0) {
      warn("Neither 'python-version' nor 'python-version-file' is given: the Python on the PATH is used.");
      setOutput("python-version", attempt("python", ["--version"]).out.trim().replace("Python ", ""));
    }
    for (const version of versions) setUp(version);
    checkCache();
    setOutput("cache-hit", false);
  },
};
