import type { RepositoryContents } from "../contents.ts";
import { isWithin } from "../dvc/paths.ts";
import { remembered } from "../remembered.ts";
import type { Spot } from "../source-problem.ts";
import { importRoots } from "./import-roots.ts";
import { Interpreter } from "./interpreter.ts";
import type { Library, Runtime } from "./library.ts";
import { libraries } from "./program.ts";
import type { Call, Value } from "./values.ts";
import { native, nativeFunction, none, textOf, unknown } from "./values.ts";

/** A path that a service answers. */
export interface Route {
  /** `GET`, `POST` …; `*`: any. */
  readonly method: string;
  readonly path: string;
  /** Where it is defined. */
  readonly file: string;
  readonly spot: Spot;
  /** The file of the application. */
  readonly app: string;
}

export interface Routes {
  readonly routes: readonly Route[];
  /** Whether there is a service, and it has no routes but these. */
  readonly isComplete: boolean;
}

type OwnRoute = Omit<Route, "app">;

/** An application or a router: paths, and those of routers that are included. */
class Router {
  readonly own: OwnRoute[] = [];
  readonly included: { readonly router: Router; readonly prefix: string }[] = [];
  isComplete = true;
  readonly value: Value;
  readonly file: string;
  readonly #prefix: string;

  constructor(call: Call, prefix: Value | undefined) {
    const { file } = call.spot();
    this.file = file;
    const text = prefix ? textOf(prefix) : "";
    this.#prefix = text ?? "";
    if (text === undefined || !call.isWhole || call.keywords.has("routes")) this.isComplete = false;
    this.value = native("router", {
      get: name => this.#attribute(name),
      escape: () => {
        this.isComplete = false;
      },
    });
    routers.set(this.value, this);
  }

  #attribute(name: string): Value | undefined {
    const method = METHODS.get(name);
    if (method !== undefined) return nativeFunction(call => this.#decorator(call, [method]));
    switch (name) {
      case "api_route":
      case "route":
        return nativeFunction(call => this.#decorator(call, methodsOf(call)));
      case "add_api_route":
      case "add_url_rule":
        return nativeFunction(call => {
          this.#add(call, methodsOf(call));
          return none;
        });
      case "include_router":
      case "register_blueprint":
        return nativeFunction(call => this.#include(call));
      case "websocket":
      case "middleware":
      case "exception_handler":
      case "on_event":
      case "before_request":
      case "after_request":
      case "errorhandler":
        return nativeFunction(() => nativeFunction(({ args }) => args[0] ?? unknown));
      case "add_middleware":
      case "add_exception_handler":
      case "run":
        return nativeFunction(() => none);
      case "state":
      case "config":
      case "logger":
      case "dependency_overrides":
      case "title":
      case "version":
        return { kind: "result", name: `app.${name}` };
      default:
        return undefined;
    }
  }

  #decorator(call: Call, methods: readonly string[]): Value {
    this.#add(call, methods);
    return nativeFunction(({ args }) => args[0] ?? unknown);
  }

  #add(call: Call, methods: readonly string[]): void {
    const path = textOf(call.args[0] ?? call.keywords.get("path") ?? call.keywords.get("rule"));
    if (path === undefined) this.isComplete = false;
    else
      for (const method of methods)
        this.own.push({ method, path: `${this.#prefix}${path}`, file: call.spot().file, spot: call.spot() });
  }

  #include(call: Call): Value {
    const router = call.args[0] && routers.get(call.args[0]);
    const prefix = call.keywords.get("prefix") ?? call.keywords.get("url_prefix");
    const text = prefix ? textOf(prefix) : "";
    if (!router || text === undefined) this.isComplete = false;
    else this.included.push({ router, prefix: text });
    return none;
  }

  all(depth = 0): { readonly routes: readonly OwnRoute[]; readonly isComplete: boolean } {
    if (depth > 10) return { routes: [], isComplete: false };
    const parts = this.included.map(({ router, prefix }) => ({ prefix, ...router.all(depth + 1) }));
    return {
      routes: [
        ...this.own,
        ...parts.flatMap(({ prefix, routes }) => routes.map(route => ({ ...route, path: `${prefix}${route.path}` }))),
      ],
      isComplete: this.isComplete && parts.every(({ isComplete }) => isComplete),
    };
  }
}

const routers = new WeakMap<Value, Router>();

const METHODS: ReadonlyMap<string, string> = new Map(
  ["get", "post", "put", "delete", "patch", "head", "options"].map(name => [name, name.toUpperCase()]),
);

const methodsOf = ({ keywords }: Call): readonly string[] => {
  const list = keywords.get("methods");
  if (!list) return ["GET"];
  const methods = list.kind === "list" && list.isWhole ? list.items.map(textOf) : [undefined];
  return methods.map(method => method?.toUpperCase() ?? "*");
};

/** What the services of a project answer: FastAPI's applications with their routers, and Flask's. */
export const routesOf: (repository: RepositoryContents, folder: string) => Routes = remembered((repository, folder) => {
  const apps: Router[] = [];
  const app = (call: Call, _runtime: Runtime): Value => {
    const router = new Router(call, undefined);
    apps.push(router);
    return router.value;
  };
  const routes: Library = {
    ...libraries,
    "fastapi.FastAPI": app,
    "flask.Flask": app,
    "fastapi.APIRouter": call => new Router(call, call.keywords.get("prefix")).value,
    "fastapi.routing.APIRouter": call => new Router(call, call.keywords.get("prefix")).value,
    "flask.Blueprint": call => new Router(call, call.keywords.get("url_prefix")).value,
  };
  const roots = importRoots(repository, folder);
  let isComplete = true;
  const files = modulesIn(repository, folder);
  if (files.length > MOST_FILES) return { routes: [], isComplete: false };
  for (const file of files.filter(name => isService(repository.text(name)))) {
    const options = { repository, roots, folder, words: undefined, libraries: routes };
    const before = apps.length;
    const interpreter = new Interpreter(options);
    const scope = interpreter.run(file, "imported");
    // A function that makes the application when the server calls it.
    if (apps.length === before)
      for (const value of scope?.variables.values() ?? [])
        if (value.kind === "function" && value.scope === scope && value.parameters.every(({ fallback }) => fallback))
          interpreter.call(value, {});
    if (!interpreter.isComplete) isComplete = false;
  }
  const all = apps.map(router => ({ app: router.file, ...router.all() }));
  const found = all.flatMap(one => one.routes.map((route): Route => ({ ...route, app: one.app })));
  const keys = new Set<string>();
  return {
    routes: found.filter(({ method, path, spot }) => {
      const key = JSON.stringify([method, path, spot]);
      return keys.has(key) ? false : keys.add(key);
    }),
    isComplete: isComplete && all.length > 0 && all.every(one => one.isComplete),
  };
});

/** More files than one service has are not looked through. */
const MOST_FILES = 3000;

/** The Python files of a project, without those of its tests. */
const modulesIn = (repository: RepositoryContents, folder: string): readonly string[] =>
  repository.files.filter(
    file => file.endsWith(".py") && (folder === "." || isWithin(file, folder)) && !/(?:^|\/)tests?\//.test(file),
  );

const isService = (text: string | undefined): boolean =>
  text !== undefined && (text.includes("FastAPI(") || text.includes("Flask("));

/** Whether a request is answered by a route: `{name}` and `<name>` stand for one part of a path. */
export const answers = (
  { method, path }: Route,
  request: { readonly method: string; readonly path: string },
): boolean => {
  if (method !== request.method && method !== "*") return false;
  const parts = path.split("/");
  const asked = request.path.split("?")[0]?.split("/") ?? [];
  if (parts.some(part => /^\{.*:path\}$|^<path:/.test(part))) return true;
  return (
    parts.length === asked.length && parts.every((part, index) => /^[{<].*[}>]$/.test(part) || part === asked[index])
  );
};
