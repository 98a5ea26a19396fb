import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { attempt, run } from "../child.ts";
import { recordAction } from "../journal.ts";
import {
  addPath,
  exportVariable,
  flag,
  info,
  input,
  inWorkspace,
  Refusal,
  setOutput,
  withoutEffect,
} from "../toolkit.ts";
import { findInterpreter, interpreters } from "./interpreters.ts";

const link = (target: string, path: string): void => {
  rmSync(path, { force: true });
  symlinkSync(target, path);
};

/** A folder with uv, and with this machine's interpreters under the names that uv looks for. */
const toolFolder = (uv: string): string => {
  const folder = join(homedir(), ".rehearsal", "uv");
  mkdirSync(folder, { recursive: true });
  link(uv, join(folder, "uv"));
  link(join(dirname(uv), "uvx"), join(folder, "uvx"));
  for (const { path, version } of interpreters()) {
    const [series = ""] = /^\d+\.\d+/.exec(version) ?? [];
    link(path, join(folder, `python${series}`));
  }
  return folder;
};

const pythonVersion = (uv: string, workingDirectory: string): string => {
  const wanted = input("python-version");
  if (wanted !== "") return wanted;
  const { code, out } = attempt(uv, ["python", "find", "--directory", workingDirectory]);
  const { out: version } = attempt(out.trim(), ["--version"]);
  return code === 0 ? version.trim().replace("Python ", "") : "unknown";
};

/** uv as this machine has it. What uv would download, a Python above all, has to be here. */
export const setupUv = {
  main: () => {
    const own = process.env.REHEARSAL_UV;
    if (!own) throw new Refusal("This machine has no uv: install it to rehearse a workflow that uses it");
    withoutEffect("version", "version-file", "checksum");
    const wanted = input("python-version");
    if (wanted !== "") {
      findInterpreter(wanted, true);
      exportVariable("UV_PYTHON", wanted);
    }
    exportVariable("UV_PYTHON_DOWNLOADS", "never");
    const folder = toolFolder(own);
    process.env.PATH = `${folder}${delimiter}${process.env.PATH}`;
    addPath(folder);
    const workingDirectory = inWorkspace(input("working-directory"));
    if (flag("activate-environment", false)) {
      const venv = inWorkspace(input("venv-path") || join(workingDirectory, ".venv"));
      run(own, ["venv", venv], { cwd: workingDirectory });
      exportVariable("VIRTUAL_ENV", venv);
      addPath(join(venv, "bin"));
      setOutput("venv", venv);
    }
    const python = pythonVersion(own, workingDirectory);
    const [, version = ""] = run(own, ["--version"]).split(/\s/);
    setOutput("uv-version", version);
    setOutput("uv-path", join(folder, "uv"));
    setOutput("uvx-path", join(folder, "uvx"));
    setOutput("python-version", python);
    setOutput("cache-hit", false);
    setOutput("python-cache-hit", false);
    info(`uv ${version}, Python ${python}`);
    recordAction({ kind: "setup-uv", python });
  },
};
