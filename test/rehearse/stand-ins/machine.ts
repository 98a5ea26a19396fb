import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { buildSync } from "esbuild";
import { execa } from "execa";
import { emptyFolder } from "../../support/folders.ts";

interface Ended {
  readonly code: number;
  /** Standard output and error. */
  readonly log: string;
}

interface Stepped extends Ended {
  readonly outputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly path: readonly string[];
  readonly state: Readonly<Record<string, string>>;
}

interface StepOptions {
  readonly phase?: "main" | "post";
  readonly env?: Readonly<Record<string, string>>;
  readonly state?: Readonly<Record<string, string>>;
}

interface CallOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

const sha = "a".repeat(40);

const bundle = (): string => {
  const outfile = join(emptyFolder(), "stand-ins.cjs");
  buildSync({
    entryPoints: [join(import.meta.dirname, "../../../src/rehearse/stand-ins/main.ts")],
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20.19",
    outfile,
  });
  return outfile;
};

const standIns = bundle();

/** `NAME<<END`, the value, `END`, as the runner reads it. */
const parse = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(/^(.+?)<<(\S+)\n([\s\S]*?)\n\2$/gm)].map(([, name, , value]) => [String(name), String(value)]),
  );

/** What the runs of a rehearsal share, and one job's machine in it. */
export class Machine {
  readonly state: string;
  readonly workspace: string;
  readonly #shared: string;
  readonly #own = emptyFolder();

  constructor(shared: string = emptyFolder()) {
    this.#shared = shared;
    this.state = this.#folder(shared, "state");
    this.workspace = this.#folder(this.#own, "workspace");
    for (const name of ["temp", "home", "bin"]) this.#folder(this.#own, name);
    for (const name of ["artifacts", "cache"]) this.#folder(shared, name);
  }

  #folder(...parts: readonly string[]): string {
    const folder = join(...parts);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Another job of the same rehearsal: its workspace and home folder are elsewhere. */
  another(): Machine {
    return new Machine(this.#shared);
  }

  get temp(): string {
    return join(this.#own, "temp");
  }

  get home(): string {
    return join(this.#own, "home");
  }

  get artifacts(): string {
    return join(this.#shared, "artifacts");
  }

  write(files: Readonly<Record<string, string>>): this {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.workspace, path)), { recursive: true });
      writeFileSync(join(this.workspace, path), text);
    }
    return this;
  }

  read(path: string): string {
    return readFileSync(join(this.workspace, path), "utf8");
  }

  has(path: string): boolean {
    return existsSync(join(this.workspace, path));
  }

  /** A program on the PATH, as bash text. */
  command(name: string, text: string): this {
    const file = join(this.#own, "bin", name);
    writeFileSync(file, `#!/usr/bin/env bash\n${text}\n`);
    chmodSync(file, 0o755);
    return this;
  }

  #environment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
    return {
      PATH: `${join(this.#own, "bin")}${delimiter}${process.env.PATH}`,
      HOME: this.home,
      STANDIN: this.temp,
      RUNNER_TEMP: this.temp,
      GITHUB_WORKSPACE: this.workspace,
      GITHUB_REPOSITORY: "Acme/risk",
      GITHUB_REPOSITORY_OWNER: "Acme",
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_RUN_ID: "1",
      GITHUB_JOB: "build",
      GITHUB_SHA: sha,
      GITHUB_REF: "refs/heads/main",
      REHEARSAL_STATE: this.state,
      REHEARSAL_ARTIFACTS: this.artifacts,
      REHEARSAL_CACHE: join(this.#shared, "cache"),
      REHEARSAL_VERSION: "1.2.3",
      REHEARSAL_MINUTE: "1",
      ...env,
    };
  }

  #stepEnvironment(inputs: Readonly<Record<string, string>>, options: StepOptions): Readonly<Record<string, string>> {
    const env: Record<string, string> = {};
    for (const name of ["output", "env", "path", "state"]) {
      writeFileSync(join(this.temp, name), "");
      env[`GITHUB_${name.toUpperCase()}`] = join(this.temp, name);
    }
    for (const [name, value] of Object.entries(inputs)) env[`INPUT_${name.toUpperCase()}`] = value;
    for (const [name, value] of Object.entries(options.state ?? {})) env[`STATE_${name}`] = value;
    return { ...env, ...options.env };
  }

  #stepped(ended: Ended): Stepped {
    const text = (name: string) => readFileSync(join(this.temp, name), "utf8");
    return {
      ...ended,
      outputs: parse(text("output")),
      env: parse(text("env")),
      path: text("path").split("\n").filter(Boolean),
      state: parse(text("state")),
    };
  }

  /** A step that uses an action. */
  step(action: string, inputs: Readonly<Record<string, string>> = {}, options: StepOptions = {}): Stepped {
    const env = this.#stepEnvironment(inputs, options);
    return this.#stepped(this.call(["action", action, options.phase ?? "main"], { env }));
  }

  /** A step that asks a server of this process. */
  async stepAsync(
    action: string,
    inputs: Readonly<Record<string, string>>,
    options: StepOptions = {},
  ): Promise<Stepped> {
    const { exitCode, all } = await execa(process.execPath, [standIns, "action", action, "main"], {
      cwd: this.workspace,
      extendEnv: false,
      env: this.#environment(this.#stepEnvironment(inputs, options)),
      all: true,
      reject: false,
    });
    return this.#stepped({ code: exitCode ?? -1, log: all });
  }

  /** A call of a program: docker, gh, npx, npm. */
  call(argv: readonly string[], options: CallOptions = {}): Ended {
    const { status, stdout, stderr } = spawnSync(process.execPath, [standIns, ...argv], {
      cwd: this.workspace,
      encoding: "utf8",
      input: options.input ?? "",
      env: this.#environment(options.env ?? {}),
    });
    return { code: status ?? -1, log: `${stdout}${stderr}`.trim() };
  }

  /** The lines of a journal, without the time. */
  journal(name: string): readonly Readonly<Record<string, unknown>>[] {
    const file = join(this.state, name);
    if (!existsSync(file)) return [];
    return readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map(line => {
        const { time, ...record } = JSON.parse(line);
        if (typeof time !== "number") throw new Error(`${name} has a record without a time: ${line}`);
        return record;
      });
  }
}
