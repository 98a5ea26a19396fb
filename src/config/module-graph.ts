import { createRequire, isBuiltin } from "node:module";
import { basename, dirname, extname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { compileFunction } from "node:vm";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Files } from "../host/host.ts";
import { kindBehindLinks, realPath } from "../host/links.ts";
import * as api from "../index.ts";
import { readText } from "./load.ts";
import { hash, type ScriptCache } from "./script-cache.ts";

/** How a file is to be read; `js` is a CommonJS file unless it holds `import` or `export`. */
export type Format = "ts" | "cts" | "esm" | "cjs" | "js";

/** An import that is evaluated before the module; counted in the order of the source. */
export interface StaticImport {
  readonly number: number;
  readonly specifier: string;
  readonly line: number;
  readonly column: number;
}

/** A file as the body of a function. */
export interface Transformed {
  readonly code: string;
  /** CommonJS: sloppy mode, `this` is `exports`. */
  readonly script: boolean;
  /** May wait at its top level. */
  readonly async: boolean;
  readonly imports: readonly StaticImport[];
}

/** What is wrong with a file of the config, thrown through the user's code, which may catch it as it could catch Node's own. */
export class ConfigProblem extends Error {
  readonly code = "ERR_MODULE_NOT_FOUND";
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Omit<Diagnostic, "severity">) {
    super(diagnostic.message);
    this.diagnostic = { severity: "error", ...diagnostic };
  }
}

/** The name under which a config imports this tool, and what it gets: the running tool, whatever is installed beside the config. */
const SELF = "creditrisk-ci";

type Exports = Record<string, unknown>;

interface Module {
  readonly path: string;
  readonly imports: Set<string>;
  exports: unknown;
  done: boolean;
  ready: Promise<void> | undefined;
}

interface Place {
  readonly line?: number;
  readonly column?: number;
}

export interface ModuleGraph {
  /** Evaluates the file and all it imports; answers with its exports as `require` would. */
  readonly load: (path: string) => Promise<unknown>;
  /** The user's files that were read so far. */
  readonly sources: () => readonly string[];
}

/**
 * Evaluates a config and the files it imports, without Node's own loaders: those know neither TypeScript nor `creditrisk-ci` in a folder
 * without node_modules, and remember every file until the process ends. Only packages and Node's modules are left to them.
 */
export const moduleGraph = (files: Files, display: (path: string) => string, cache: ScriptCache): ModuleGraph => {
  const modules = new Map<string, Module>();
  const self: Exports = Object.defineProperty({ ...api }, "__esModule", { value: true });

  const notFound = (specifier: string, importer: string, place: Place, hint: string): ConfigProblem =>
    new ConfigProblem({
      code: "config/import-not-found",
      file: display(importer),
      ...place,
      message: `\`${specifier}\`, which \`${display(importer)}\` imports, was not found`,
      hint,
    });

  /** The file a relative or absolute import means, as TypeScript resolves it: itself, `.js` for `.ts`, without ending, or a folder's index. */
  const resolveFile = (specifier: string, importer: string, place: Place): string => {
    const base = specifier.startsWith("file:") ? fileURLToPath(specifier) : resolve(dirname(importer), specifier);
    const named = /[\\/]$/.test(specifier) ? [] : [base, ...written(base), ...EXTENSIONS.map(ending => base + ending)];
    for (const path of [...named, ...EXTENSIONS.map(ending => join(base, `index${ending}`))])
      if (kindBehindLinks(files, path) === "file") return realPath(path);
    throw notFound(specifier, importer, place, "check the path: it is relative to the file that imports it");
  };

  const resolveBare = async (specifier: string, importer: string, place: Place): Promise<string> => {
    const { resolvePackage, stillHolds, witnessesOf } = await import("./resolve-package.ts");
    const key = hash(dirname(importer), specifier);
    const known = cache.package(key);
    if (known !== undefined && stillHolds(files, known)) return known.path;
    const path = await resolvePackage(specifier, importer);
    if (path === undefined || !isAbsolute(path))
      throw notFound(
        specifier,
        importer,
        place,
        "a config may import `creditrisk-ci`, Node's own modules, files beside it, and packages that are installed in this repository",
      );
    const witnesses = witnessesOf(files, specifier, importer, path);
    if (witnesses !== undefined) cache.learnPackage(key, { path, witnesses });
    return path;
  };

  const formatOf = (path: string): Format => {
    switch (extname(path)) {
      case ".ts":
      case ".mts":
        return "ts";
      case ".cts":
        return "cts";
      case ".mjs":
        return "esm";
      case ".cjs":
        return "cjs";
      default:
        return packageType(files, path) === "module" ? "esm" : "js";
    }
  };

  const textOf = (path: string): string => {
    const text = readText(files, path, display(path));
    if (text.ok) return text.value;
    throw new ConfigProblem(text.diagnostics[0] as Diagnostic);
  };

  const keyOf = (text: string, format: Format): string => hash(format, text);

  const transform = async (path: string, text: string, format: Format): Promise<Transformed> =>
    cache.known(keyOf(text, format)) ?? transformWith(await import("./transform.ts"), path, text, format);

  const transformWith = (
    { SyntaxProblem, transform }: typeof import("./transform.ts"),
    path: string,
    text: string,
    format: Format,
  ): Transformed => {
    try {
      const value = transform(text, format);
      cache.learn(keyOf(text, format), value);
      return value;
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error;
      const { line, column, message, hint } = error;
      throw new ConfigProblem({ code: "config/syntax", file: display(path), line, column, message, hint });
    }
  };

  const loadJson = ({ parseJson }: typeof import("./load-json.ts"), path: string): unknown => {
    const parsed = parseJson(textOf(path), display(path));
    if (parsed.ok) return parsed.value.value;
    throw new ConfigProblem(parsed.diagnostics[0] as Diagnostic);
  };

  /** Remembers who imports whom, and refuses a circle: with one, which file is evaluated first is an accident. */
  const link = (importer: string, path: string, place: Place): void => {
    modules.get(importer)?.imports.add(path);
    const way = wayBetween(modules, path, importer);
    if (way === undefined) return;
    const names = [importer, ...way].map(file => `\`${display(file)}\``);
    throw new ConfigProblem({
      code: "config/circular-import",
      file: display(importer),
      ...place,
      message: `files of the config import one another: ${names.join(" → ")}`,
      hint: "move what both need into a file of its own",
    });
  };

  const isOurs = (path: string): boolean => {
    const extension = extname(path);
    if (extension === ".ts" || extension === ".mts" || extension === ".cts") return true;
    return OWN.has(extension) && !/[\\/]node_modules[\\/]/.test(path);
  };

  /** A file of the user, evaluated once. */
  const loadFile = async (path: string): Promise<unknown> => {
    let module = modules.get(path);
    if (module === undefined) {
      module = { path, imports: new Set(), exports: {}, done: false, ready: undefined };
      modules.set(path, module);
      module.ready = evaluate(module);
    }
    await module.ready;
    return module.exports;
  };

  const evaluate = async (module: Module): Promise<void> => {
    const { path } = module;
    if (extname(path) === ".json") {
      module.exports = loadJson(await import("./load-json.ts"), path);
      module.done = true;
    } else {
      const text = textOf(path);
      // `require` cannot wait, so what it may need is made ready.
      if (/\brequire\b/.test(text)) await prepareRequire();
      const transformed = await transform(path, text, formatOf(path));
      const imported: unknown[] = [];
      for (const { number, specifier, line, column } of transformed.imports)
        imported[number] = await loadImport(specifier, path, { line, column });
      await run(module, transformed, imported);
    }
  };

  /** What `import` binds: exports in the form that sucrase's helpers expect of a CommonJS module. */
  const loadImport = async (specifier: string, importer: string, place: Place): Promise<unknown> => {
    if (specifier === SELF) return self;
    if (isBuiltin(specifier)) return native(specifier);
    if (/^data:/.test(specifier)) return interop(await importNatively(specifier));
    const path = isPath(specifier)
      ? resolveFile(specifier, importer, place)
      : await resolveBare(specifier, importer, place);
    if (isOurs(path)) {
      link(importer, path, place);
      const exports = await loadFile(path);
      return extname(path) === ".json" ? jsonModule(exports) : exports;
    }
    if (extname(path) !== "" && !NATIVE.has(extname(path)))
      throw notFound(specifier, importer, place, "only code and JSON can be imported: read other files with `node:fs`");
    const namespace = await importNatively(pathToFileURL(path).href);
    // What a CommonJS package exports is known in full only to `require`.
    const loaded = native.cache[path];
    return loaded?.loaded === true ? loaded.exports : interop(namespace);
  };

  let tools: (typeof import("./transform.ts") & typeof import("./load-json.ts")) | undefined;
  const prepareRequire = async (): Promise<void> => {
    tools ??= { ...(await import("./transform.ts")), ...(await import("./load-json.ts")) };
  };

  /** `require` of a file of the user: as {@link evaluate}, without waiting. */
  const requireFile = (path: string): unknown => {
    if (tools === undefined) throw new Error("`require` was not made ready");
    const known = modules.get(path);
    if (known?.done) return known.exports;
    const module: Module = { path, imports: new Set(), exports: {}, done: false, ready: undefined };
    if (known === undefined) modules.set(path, module);
    if (known === undefined && extname(path) === ".json") {
      module.exports = loadJson(tools, path);
      module.done = true;
    } else if (known === undefined) {
      const text = textOf(path);
      const format = formatOf(path);
      const transformed = cache.known(keyOf(text, format)) ?? transformWith(tools, path, text, format);
      const imported: unknown[] = [];
      for (const { number, specifier, line, column } of transformed.imports)
        imported[number] = requireFrom(specifier, path, { line, column });
      run(module, transformed, imported)?.catch(() => {});
    }
    if (!module.done)
      throw new ConfigProblem({
        code: "config/syntax",
        file: display(path),
        message: "a file that waits at its top level cannot be loaded with `require`",
        hint: "load it with `import`",
      });
    return module.exports;
  };

  const requireFrom = (specifier: string, importer: string, place: Place): unknown => {
    if (specifier === SELF) return self;
    if (isBuiltin(specifier)) return native(specifier);
    if (!isPath(specifier)) return createRequire(importer)(specifier);
    const path = resolveFile(specifier, importer, place);
    if (!isOurs(path)) return native(path);
    link(importer, path, place);
    return requireFile(path);
  };

  /** Calls the code of a file; answers with a promise where it may wait. */
  const run = (
    module: Module,
    { code, script, async }: Transformed,
    imported: readonly unknown[],
  ): Promise<void> | undefined => {
    const { path } = module;
    const folder = dirname(path);
    const holder = {
      exports: {} as unknown,
      id: path,
      filename: path,
      path: folder,
      loaded: false,
      children: [],
      paths: [],
    };
    const done = () => {
      module.exports = holder.exports;
      module.done = true;
      holder.loaded = true;
    };
    const require = Object.assign((specifier: string) => requireFrom(specifier, path, {}), {
      resolve: (specifier: string) =>
        isPath(specifier) ? resolveFile(specifier, path, {}) : createRequire(path).resolve(specifier),
      cache: native.cache,
      main: undefined,
    });
    const parameters: Readonly<Record<string, unknown>> = {
      exports: holder.exports,
      require,
      module: holder,
      __filename: path,
      __dirname: folder,
      $static: (number: number) => imported[number],
      $call: call,
      $import: async (specifier: unknown) => dynamicImport(String(specifier), path),
      $meta: {
        url: pathToFileURL(path).href,
        filename: path,
        dirname: folder,
        resolve: (specifier: string) =>
          isBuiltin(specifier) ? specifier : pathToFileURL(require.resolve(specifier)).href,
      },
      $done: done,
    };
    // An arrow inside, so that a config may have a `const require` of its own; strict, as every ES module is. That it ran to its end
    // is told at once, not by a promise: `require` of a file whose `await` stands only inside functions cannot wait.
    const body = script ? code : `"use strict";return ${async ? "async " : ""}()=>{${code}\n;$done()}`;
    const compiled = compile(body, path, Object.keys(parameters));
    if (!script) return (compiled(...Object.values(parameters)) as () => Promise<void> | undefined)();
    compiled.apply(holder.exports, Object.values(parameters));
    done();
    return undefined;
  };

  const dynamicImport = async (specifier: string, importer: string): Promise<unknown> => {
    if (isBuiltin(specifier)) return importNatively(specifier);
    return namespaceOf(await loadImport(specifier, importer, {}));
  };

  const compile = (body: string, path: string, parameters: readonly string[]): ((...values: unknown[]) => unknown) => {
    try {
      return compileFunction(body, [...parameters], { filename: path }) as (...values: unknown[]) => unknown;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const line = /:(\d+)$/m.exec(String(error.stack))?.[1];
      throw new ConfigProblem({
        code: "config/syntax",
        file: display(path),
        ...(line === undefined ? {} : { line: Number(line) }),
        message: `${error.message.slice(0, 1).toLowerCase()}${error.message.slice(1)}`,
        hint: "mend the syntax on this line",
      });
    }
  };

  return { load: loadFile, sources: () => [...modules.keys()] };
};

const native = createRequire(import.meta.url);

/** Calls what was imported, as sucrase's `.call(void 0, …)` does, but names it when it is no function. */
const call = (module: Exports, name: string, ...values: unknown[]): unknown => {
  const imported = module[name];
  if (typeof imported === "function") return imported(...values);
  throw new TypeError(`${name === "default" ? "the default import" : name} is not a function`);
};

/** Node's own loader, for packages and Node's modules. */
const importNatively = (url: string): Promise<Exports> => import(/* @vite-ignore */ url) as Promise<Exports>;

const EXTENSIONS = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json"];
const OWN: ReadonlySet<string> = new Set(EXTENSIONS);
const NATIVE: ReadonlySet<string> = new Set([".js", ".mjs", ".cjs", ".node", ".wasm", ".json"]);

/** `./x.js` may be written for a file `x.ts`: https://www.typescriptlang.org/docs/handbook/modules/reference.html#file-extension-substitution */
const written = (path: string): readonly string[] => {
  const match = /\.([cm]?)js$/.exec(path);
  return match === null ? [] : [`${path.slice(0, match.index)}.${match[1]}ts`];
};

const isPath = (specifier: string): boolean =>
  /^\.\.?(?:\/|$)/.test(specifier) || specifier.startsWith("file:") || isAbsolute(specifier);

/** `type` of the nearest package.json, which says what a `.js` file is. */
const packageType = (files: Files, path: string): unknown => {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (basename(folder) !== "node_modules" && kindBehindLinks(files, manifest) === "file")
      try {
        return (JSON.parse(new TextDecoder().decode(files.read(manifest))) as { readonly type?: unknown } | null)?.type;
      } catch {
        return undefined;
      }
    if (dirname(folder) === folder) return undefined;
  }
};

/** The files from one to the other along imports, both included. */
const wayBetween = (modules: ReadonlyMap<string, Module>, from: string, to: string): readonly string[] | undefined => {
  const seen = new Set<string>();
  const search = (path: string): readonly string[] | undefined => {
    if (path === to) return [path];
    if (seen.has(path)) return undefined;
    seen.add(path);
    for (const next of modules.get(path)?.imports ?? []) {
      const way = search(next);
      if (way !== undefined) return [path, ...way];
    }
    return undefined;
  };
  return search(from);
};

/** An ES module in the shape of a compiled one; getters, because its bindings are live. */
const interop = (namespace: Exports): Exports => {
  const exports: Exports = {};
  for (const name of Object.keys(namespace))
    Object.defineProperty(exports, name, { enumerable: true, get: () => namespace[name] });
  return Object.defineProperty(exports, "__esModule", { value: true });
};

const jsonModule = (value: unknown): Exports => {
  const named = typeof value === "object" && !Array.isArray(value) ? value : {};
  return Object.defineProperty({ ...named, default: value }, "__esModule", { value: true });
};

/** What `import(…)` resolves to. */
const namespaceOf = (exports: unknown): unknown => {
  if (typeof exports !== "object" || exports === null) return { default: exports };
  if ("__esModule" in exports || Object.prototype.toString.call(exports) === "[object Module]") return exports;
  return { ...exports, default: exports };
};
