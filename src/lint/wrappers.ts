import type { Word } from "./script.ts";

interface Called {
  readonly name: string | undefined;
  readonly args: readonly Word[];
  readonly program: Word;
}

/** Options of a wrapper that take the next word as their value. */
const wrappers: Readonly<
  Record<string, { readonly subcommand?: string; readonly valued: readonly string[]; readonly operands?: number }>
> = {
  sudo: { valued: ["-u", "--user", "-g", "--group", "-h", "--host", "-p", "--prompt", "-C", "-D", "--chdir"] },
  env: { valued: ["-u", "--unset", "-C", "--chdir", "-S"] },
  time: { valued: ["-f", "--format", "-o", "--output"] },
  nice: { valued: ["-n", "--adjustment"] },
  nohup: { valued: [] },
  command: { valued: [] },
  exec: { valued: ["-a"] },
  stdbuf: { valued: ["-i", "-o", "-e"] },
  timeout: { valued: ["-k", "--kill-after", "-s", "--signal"], operands: 1 },
  uv: {
    subcommand: "run",
    valued: [
      ...["--with", "--with-editable", "--with-requirements", "--extra", "--no-extra", "--group", "--no-group"],
      ...["--only-group", "--env-file", "--python", "-p", "--project", "--directory", "--package", "--index"],
      ...["--index-url", "-i", "--extra-index-url", "--cache-dir", "--config-file", "--color"],
    ],
  },
  poetry: { subcommand: "run", valued: ["-C", "--directory", "-P", "--project"] },
  pipenv: { subcommand: "run", valued: [] },
  pdm: { subcommand: "run", valued: ["-p", "--project"] },
  hatch: { subcommand: "run", valued: [] },
  rye: { subcommand: "run", valued: [] },
  pixi: { subcommand: "run", valued: ["-e", "--environment", "--manifest-path"] },
};

/** Programs that are Python packages too: `python -m dvc` is `dvc`. */
const modules: ReadonlySet<string> = new Set(["dvc", "mlflow", "pytest", "pip", "ruff", "bandit", "awscli"]);

/** The program that a command line is about, and its arguments. */
export const unwrapped = (words: readonly Word[]): Called => {
  const [program, ...args] = words as readonly [Word, ...Word[]];
  const name = program.value?.split("/").pop();
  const rest = name === undefined ? undefined : wrapped(name, args);
  if (rest && rest.length > 0) return unwrapped(rest);
  if (name !== undefined && isPython(name)) {
    const module = moduleOf(args);
    if (module && modules.has(module.name)) return { name: module.name, args: module.args, program };
  }
  return { name, args, program };
};

export const isPython = (name: string | undefined): boolean => /^python(?:\d(?:\.\d+)?)?$/.test(name ?? "");

/** Options of Python itself that take the next word. https://docs.python.org/3/using/cmdline.html */
const PYTHON_VALUED: ReadonlySet<string> = new Set(["-W", "-X", "--check-hash-based-pycs"]);

/** What `python …` runs: a module, a script, or neither. */
export const moduleOf = (
  args: readonly Word[],
):
  | { readonly kind: "module" | "script"; readonly name: string; readonly word: Word; readonly args: readonly Word[] }
  | undefined => {
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] as Word;
    if (word.value === undefined) return undefined;
    if (word.value === "-m") {
      const module = args[index + 1];
      return module?.value === undefined
        ? undefined
        : { kind: "module", name: module.value, word: module, args: args.slice(index + 2) };
    }
    if (PYTHON_VALUED.has(word.value)) index += 1;
    else if (word.value === "-" || word.value === "-c") return undefined;
    else if (!word.value.startsWith("-"))
      return { kind: "script", name: word.value, word, args: args.slice(index + 1) };
  }
  return undefined;
};

/** The words of the command that a wrapper runs; `undefined` where it is no wrapper, or it is not certain which they are. */
const wrapped = (name: string, args: readonly Word[]): readonly Word[] | undefined => {
  const wrapper = Object.hasOwn(wrappers, name) ? wrappers[name] : undefined;
  if (!wrapper) return undefined;
  let index = 0;
  if (wrapper.subcommand !== undefined) {
    index = afterOptions(args, 0, wrapper.valued);
    if (args[index]?.value !== wrapper.subcommand) return undefined;
    index += 1;
  }
  index = afterOptions(args, index, wrapper.valued) + (wrapper.operands ?? 0);
  while (name === "env" && /^[A-Za-z_]\w*=/.test(args[index]?.start ?? "")) index += 1;
  return args.slice(index);
};

const afterOptions = (args: readonly Word[], from: number, valued: readonly string[]): number => {
  let index = from;
  while (index < args.length) {
    const { start } = args[index] as Word;
    if (start === "--") return index + 1;
    if (!start.startsWith("-") || start === "-") return index;
    index += valued.includes(start) ? 2 : 1;
  }
  return index;
};
