import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";
import { afterEach } from "vitest";
import { shellText } from "../../scripts/shell-text.mjs";

const scripts = join(import.meta.dirname, "../../templates/scripts");
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export interface ShellSetup {
  /** Environment of the step, beside what the runner sets. */
  readonly env?: Readonly<Record<string, string>>;
  /** Stand-in commands, put first on the PATH: name → bash text. `$STANDIN` is a folder they may keep state in. */
  readonly commands?: Readonly<Record<string, string>>;
  /** Files of the working directory: relative path → text. */
  readonly files?: Readonly<Record<string, string>>;
  /** What else the working directory needs before the script runs: links, a Git repository. */
  readonly prepare?: (workspace: string) => void | Promise<void>;
  /** A command that the workflow puts below the script. */
  readonly command?: string;
}

export interface ShellResult {
  readonly exitCode: number;
  /** Standard output and error, in the order written. */
  readonly log: string;
  /** What the script wrote to GITHUB_OUTPUT and GITHUB_ENV, parsed as the runner does (heredoc form too). */
  readonly outputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** The text of GITHUB_PATH and GITHUB_STEP_SUMMARY. */
  readonly path: string;
  readonly summary: string;
  /** The working directory, RUNNER_TEMP and the stand-ins' state folder, kept until the test ends. */
  readonly workspace: string;
  readonly temp: string;
  readonly standin: string;
}

/** The step scripts' own shell: GitHub's `shell: bash` is `bash --noprofile --norc -eo pipefail {0}`. */
export const runScript = async (name: string, setup: ShellSetup = {}): Promise<ShellResult> => {
  const folder = mkdtempSync(join(tmpdir(), "script-"));
  folders.push(folder);
  const at = (path: string) => join(folder, path);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };
  for (const path of ["workspace", "temp", "standin", "bin"]) mkdirSync(at(path));
  for (const path of ["output", "env", "path", "summary"]) write(path, "");
  for (const [path, text] of Object.entries(setup.files ?? {})) write(join("workspace", path), text);
  for (const [command, text] of Object.entries(setup.commands ?? {})) {
    write(join("bin", command), `#!/usr/bin/env bash\n${text}\n`);
    chmodSync(at(join("bin", command)), 0o755);
  }
  await setup.prepare?.(at("workspace"));
  write("step.sh", `${shellText(join(scripts, `${name}.sh`))}${setup.command ?? ""}\n`);

  const result = await execa("bash", ["--noprofile", "--norc", "-eo", "pipefail", at("step.sh")], {
    cwd: at("workspace"),
    extendEnv: false,
    env: {
      PATH: `${at("bin")}${delimiter}${process.env.PATH}`,
      HOME: at("temp"),
      LC_ALL: "C.UTF-8",
      CI: "true",
      RUNNER_TEMP: at("temp"),
      GITHUB_WORKSPACE: at("workspace"),
      GITHUB_OUTPUT: at("output"),
      GITHUB_ENV: at("env"),
      GITHUB_PATH: at("path"),
      GITHUB_STEP_SUMMARY: at("summary"),
      STANDIN: at("standin"),
      ...setup.env,
    },
    all: true,
    reject: false,
    stdin: "ignore",
  });
  const read = (path: string) => readFileSync(at(path), "utf8");
  return {
    exitCode: result.exitCode ?? -1,
    log: result.all,
    outputs: fileCommand(read("output")),
    env: fileCommand(read("env")),
    path: read("path"),
    summary: read("summary"),
    workspace: at("workspace"),
    temp: at("temp"),
    standin: at("standin"),
  };
};

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands: `NAME=value` or `NAME<<EOF`. */
const fileCommand = (text: string): Record<string, string> => {
  const values: Record<string, string> = {};
  const lines = text.split("\n");
  while (lines.length > 0) {
    const line = lines.shift() as string;
    if (line === "") continue;
    const heredoc = /^([^=<]+)<<(.+)$/.exec(line);
    if (heredoc) {
      const end = lines.indexOf(heredoc[2] as string);
      if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${heredoc[2]}'`);
      values[heredoc[1] as string] = lines
        .splice(0, end + 1)
        .slice(0, -1)
        .join("\n");
    } else {
      const split = line.indexOf("=");
      if (split < 1) throw new Error(`Invalid format '${line}'`);
      values[line.slice(0, split)] = line.slice(split + 1);
    }
  }
  return values;
};
