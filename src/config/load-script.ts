import { inspect } from "node:util";
import { type Diagnostic, failure, type Result, success } from "../diagnostics/diagnostic.ts";
import { MachineFault } from "../host/host.ts";
import { realPath } from "../host/links.ts";
import { shown } from "../repository/root.ts";
import { type LoadedConfig, type LoadOptions, requireObject } from "./load.ts";
import { ConfigProblem, moduleGraph } from "./module-graph.ts";
import { openScriptCache } from "./script-cache.ts";

/** A config in TypeScript or JavaScript: evaluated here, in this process, with the rights of its user. */
export const loadScript = async (
  path: string,
  { files, root, cacheFolder }: LoadOptions,
): Promise<Result<LoadedConfig>> => {
  const config = realPath(path);
  const realRoot = realPath(root);
  const file = shown(root, path);
  const display = (source: string) => (source === config ? file : shown(realRoot, source));
  const cache = openScriptCache(cacheFolder, config);
  const graph = moduleGraph(files, display, cache);

  const outcome = await alone(() => guarded(async () => defaultExport(await graph.load(config))));
  const sources = [...new Set([path, ...graph.sources()])];
  switch (outcome.kind) {
    case "threw":
      return failure(describe(outcome.error, { file, sources, display, roots: [root, realRoot] }));
    case "exit":
      return failure({
        ...describe(outcome.error, { file, sources, display, roots: [] }),
        message: outcome.error.message,
        hint: "a config only exports a value: throw an error where it cannot",
      });
    case "stuck":
      return failure({
        code: "config/never-settles",
        severity: "error",
        file,
        message: "the config waits for something that never happens",
        hint: "look for an `await` of a promise that nothing resolves",
      });
    case "value": {
      const value = requireObject(outcome.value, file, "exports");
      if (!value.ok) return value;
      cache.save();
      const locate = async () => {
        const { scriptPlaces } = await import("./script-places.ts");
        return scriptPlaces(new TextDecoder().decode(files.read(path)), /\.[cm]?ts$/.test(path));
      };
      return success({ value: value.value, sources, locate });
    }
  }
};

/** `export default`, or what a CommonJS config assigned to `module.exports`; a promise is awaited. */
const defaultExport = (exports: unknown): unknown => {
  if (typeof exports !== "object" || exports === null) return exports;
  if ("__esModule" in exports) return "default" in exports ? exports.default : undefined;
  return Object.keys(exports).length === 0 ? undefined : exports;
};

type Outcome =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "threw"; readonly error: unknown }
  | { readonly kind: "exit"; readonly error: Error }
  | { readonly kind: "stuck" };

let last: Promise<unknown> = Promise.resolve();

/** One after the other: {@link guarded} changes the process. */
const alone = <T>(work: () => Promise<T>): Promise<T> => {
  const result = last.then(work);
  last = result.catch(() => {});
  return result;
};

/**
 * Runs a config so that it can neither end the process nor print where a report is expected. A config that waits for ever is noticed
 * when Node has nothing left to do.
 */
const guarded = async (work: () => Promise<unknown>): Promise<Outcome> => {
  const { exit, exitCode, stdout } = process;
  const write = stdout.write;
  const capture = !process.hasUncaughtExceptionCaptureCallback();
  let exited: Error | undefined;
  let interrupt: (outcome: Outcome) => void = () => {};
  const interrupted = new Promise<Outcome>(resolve => {
    interrupt = resolve;
  });
  // The timer keeps Node alive until the answer is dealt with.
  const onIdle = () => setImmediate(() => interrupt({ kind: "stuck" }));

  process.exit = code => {
    exited ??= new Error(`the config called process.exit(${code ?? ""})`);
    interrupt({ kind: "exit", error: exited });
    throw exited;
  };
  stdout.write = ((...parameters: Parameters<typeof write>) => process.stderr.write(...parameters)) as typeof write;
  process.once("beforeExit", onIdle);
  if (capture) process.setUncaughtExceptionCaptureCallback(error => interrupt({ kind: "threw", error }));
  try {
    const finished = work().then(
      (value): Outcome => ({ kind: "value", value }),
      (error: unknown): Outcome => ({ kind: "threw", error }),
    );
    const outcome = await Promise.race([finished, interrupted]);
    return exited === undefined ? outcome : { kind: "exit", error: exited };
  } finally {
    process.exit = exit;
    process.exitCode = exitCode;
    stdout.write = write;
    process.removeListener("beforeExit", onIdle);
    if (capture) process.setUncaughtExceptionCaptureCallback(null);
  }
};

interface Circumstances {
  readonly file: string;
  readonly sources: readonly string[];
  readonly display: (path: string) => string;
  /** Folders whose names are left out of messages, which would differ from machine to machine. */
  readonly roots: readonly string[];
}

const describe = (error: unknown, { file, sources, display, roots }: Circumstances): Diagnostic => {
  if (is(MachineFault, error)) throw error;
  if (is(ConfigProblem, error)) {
    const thrown = placeIn(error, sources, display);
    // An import with `import(…)` or `require(…)` knows its line only from the stack.
    return error.diagnostic.line === undefined && thrown?.file === error.diagnostic.file
      ? { ...error.diagnostic, ...thrown }
      : error.diagnostic;
  }
  const message = roots.reduce((text, root) => text.replaceAll(`${root}/`, ""), messageOf(error));
  if (property(error, "code") === "ERR_MODULE_NOT_FOUND")
    return {
      code: "config/import-not-found",
      severity: "error",
      file,
      ...placeIn(error, sources, display),
      message,
      hint: "a package that the config imports is not installed completely: install it again",
    };
  return {
    code: "config/threw",
    severity: "error",
    file,
    ...placeIn(error, sources, display),
    message: `the config threw: ${message}`,
    hint: "the error is in the config itself, or in what it imports",
  };
};

/** The first line of what was thrown, in the words of the config rather than of its compiled form. */
const messageOf = (error: unknown): string => {
  const name = property(error, "name");
  const message = property(error, "message");
  const text =
    typeof message === "string"
      ? `${typeof name === "string" && name !== "Error" ? `${name}: ` : ""}${message}`
      : inWords(error);
  const readable = text.replaceAll(/\(0 , _[\w$]+\.([\w$]+)\)|\b_[\w$]+\.([\w$]+)(?= is not)/g, "$1$2");
  return (readable.split("\n").find(line => line.trim() !== "") ?? "an error without a message").slice(0, 500);
};

// What is thrown may be anything, also an object that resists being looked at.
const is = <T>(type: new (...parameters: never[]) => T, error: unknown): error is T => {
  try {
    return error instanceof type;
  } catch {
    return false;
  }
};

const property = (error: unknown, name: string): unknown => {
  try {
    return (error as Readonly<Record<string, unknown>> | undefined | null)?.[name];
  } catch {
    return undefined;
  }
};

const inWords = (value: unknown): string => {
  try {
    return typeof value === "string" ? value : inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
  } catch {
    return "something that cannot be shown";
  }
};

/** The innermost line of the stack that is in a file of the user. Columns are not those of the source: types were taken out. */
const placeIn = (
  error: unknown,
  sources: readonly string[],
  display: (path: string) => string,
): { readonly file: string; readonly line: number } | undefined => {
  const stack = property(error, "stack");
  if (typeof stack !== "string") return undefined;
  for (const frame of stack.split("\n").filter(text => /^\s+at /.test(text)))
    for (const source of sources) {
      const at = frame.indexOf(`${source}:`);
      const line = at < 0 ? undefined : /^\d+/.exec(frame.slice(at + source.length + 1))?.[0];
      if (line !== undefined) return { file: display(source), line: Number(line) };
    }
  return undefined;
};
