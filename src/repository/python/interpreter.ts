import { posix } from "node:path";
import type { RepositoryContents } from "../contents.ts";
import type { Spot } from "../source-problem.ts";
import type { CommandLineInterface } from "./command-line.ts";
import type { Fact, Library, Runtime } from "./library.ts";
import {
  attributeOfConstant,
  attributeOfDict,
  attributeOfList,
  attributeOfPath,
  binary,
  extend,
  statField,
  unary,
} from "./operations.ts";
import { repositoryPath } from "./paths.ts";
import type { SourceFile } from "./source.ts";
import { sourceFile } from "./source.ts";
import type { Argument, Clause, Expression, FunctionDefinition, Parameter, Statement, Stretch } from "./syntax.ts";
import type { Call, ClassValue, DictValue, FunctionValue, ListValue, ModuleValue, Value } from "./values.ts";
import {
  AT_ROOT,
  constant,
  either,
  isFromEnvironment,
  native,
  nativeFunction,
  none,
  pathText,
  possibilities,
  Scope,
  textOf,
  truth,
  unknown,
} from "./values.ts";

/** What becomes of the next statement: it is run, or the block is left in one of these ways. */
type Flow = "next" | "return" | "exit" | "raise" | "leave";

/** What a caller does with a result. */
type Use = "ignored" | "returned" | "used";

/** One call of a function. */
interface Frame {
  readonly returns: Value[];
  readonly use: Use;
  /** Ends of the program, or returns from this call, that say nothing of a failure and happen in some cases. */
  readonly silent: { readonly spot: Spot; readonly isExit: boolean }[];
}

/** What must be so for the program to get where it is. */
interface When {
  /** A condition holds that is not known. */
  readonly inBranch: boolean;
  /** An earlier branch did not leave the function, or end the program. */
  readonly afterReturn: boolean;
  /** An earlier branch did not leave this turn of the loop. */
  readonly afterLeave: boolean;
  /** One of these conditions looks at the environment. */
  readonly isUpToEnvironment: boolean;
}

const ALWAYS: When = { inBranch: false, afterReturn: false, afterLeave: false, isUpToEnvironment: false };

/** More than any command of a pipeline needs; loops and recursion end here. */
const MOST_STEPS = 200_000;
const DEEPEST_EVALUATION = 400;
const DEEPEST_CALL = 40;
/** How many items of a list a loop goes through. */
const MOST_TURNS = 60;

export interface ProgramOptions {
  readonly repository: RepositoryContents;
  /** Folders Python imports from. */
  readonly roots: readonly string[];
  readonly folder: string;
  readonly words: readonly (string | undefined)[] | undefined;
  readonly libraries: Library;
}

/**
 * Follows a program without running it: values that are written in the code or in data files are known, all others are not, and where
 * a condition is not known, both ways are gone.
 */
export class Interpreter implements Runtime {
  readonly repository: RepositoryContents;
  readonly folder: string;
  readonly words: readonly (string | undefined)[] | undefined;
  readonly facts: Fact[] = [];
  /** What the program reads from its command line; the first one counts. */
  commandLine: CommandLineInterface | undefined;
  /** Whether all of the program was followed. */
  isComplete = true;
  readonly #roots: readonly string[];
  readonly #libraries: Library;
  readonly #modules = new Map<string, Scope>();
  readonly #frames: Frame[] = [];
  readonly #active = new Map<FunctionDefinition | Expression, number>();
  /** Where the program's own file is in its course. */
  #place: { readonly source: SourceFile; readonly stretch: Stretch } | undefined;
  #main: SourceFile | undefined;
  #cause: Spot | undefined;
  #steps = 0;
  #depth = 0;
  #when = ALWAYS;
  #ended: "exit" | "raise" | undefined;

  constructor({ repository, roots, folder, words, libraries }: ProgramOptions) {
    this.repository = repository;
    this.#roots = roots;
    this.folder = folder;
    this.words = words;
    this.#libraries = libraries;
  }

  /** Runs a file, as `python file` or as an import does. */
  run(file: string, name: "__main__" | "imported"): Scope | undefined {
    const source = sourceFile(this.repository, file);
    if (!source) return undefined;
    this.#main = source;
    try {
      return name === "__main__" ? this.#runModule(source, "__main__") : this.#scopeOf(file);
    } catch (error) {
      // Nested deeper than the stack holds, in spite of all limits.
      if (!(error instanceof RangeError)) throw error;
      this.isComplete = false;
      return undefined;
    }
  }

  get isConditional(): boolean {
    const { inBranch, afterReturn, afterLeave } = this.#when;
    return inBranch || afterReturn || afterLeave;
  }

  conditions(): { readonly isConditional: boolean; readonly isUpToEnvironment: boolean } {
    const { inBranch, afterLeave, isUpToEnvironment } = this.#when;
    return { isConditional: inBranch || afterLeave, isUpToEnvironment };
  }

  note(fact: Fact): void {
    this.facts.push(fact);
  }

  /** What would have kept the program from getting here, without anybody noticing. */
  noteRefusals(): void {
    let isNoticed = false;
    // From the innermost call outward, as long as nobody looks at what the call returns.
    for (const { silent, use } of this.#frames.toReversed()) {
      if (use === "used") isNoticed = true;
      for (const { spot, isExit } of silent) if (isExit || !isNoticed) this.facts.push({ kind: "refusal", spot });
    }
  }

  touch(kind: "write" | "read", target: Value | undefined, call: Call, isFolder = false): void {
    for (const one of target ? possibilities(target) : []) {
      const text = pathText(one);
      const path = text === undefined ? undefined : repositoryPath(text, this.folder);
      if (path === undefined) continue;
      const spot = call.spot();
      const isConditional = this.isConditional || target?.kind === "choice";
      this.note({ kind, path, isFolder, spot, cause: this.#cause ?? spot, isConditional });
    }
  }

  reads(commandLine: CommandLineInterface): void {
    this.commandLine ??= commandLine;
  }

  end(status: Value): void {
    const isSuccess = status.kind === "constant" && [null, 0, false].includes(status.value as null);
    this.#ended = isSuccess ? "exit" : "raise";
  }

  valueIn(expression: Expression, scope: Scope): Value {
    return this.#evaluate(expression, scope);
  }

  escaped(...values: readonly (Value | undefined)[]): void {
    for (const value of values) this.#escape(value, 2);
  }

  #escape(value: Value | undefined, depth: number): void {
    if (!value || depth < 0) return;
    if (value.kind === "native") value.escape?.();
    else if (value.kind === "list") for (const item of value.items) this.#escape(item, depth - 1);
    else if (value.kind === "dict") for (const item of value.entries.values()) this.#escape(item, depth - 1);
    else if (value.kind === "instance") for (const item of value.attributes.values()) this.#escape(item, depth - 1);
    else if (value.kind === "choice") for (const item of value.of) this.#escape(item, depth);
  }

  // Modules

  #scopeOf(file: string): Scope | undefined {
    const known = this.#modules.get(file);
    if (known) return known;
    const source = sourceFile(this.repository, file);
    return source && this.#runModule(source, this.#nameOf(file));
  }

  #nameOf(file: string): string {
    return file.replace(/(?:\/__init__)?\.py$/, "").replaceAll("/", ".");
  }

  #runModule(source: SourceFile, name: string): Scope {
    const scope = new Scope("module", source, undefined);
    this.#modules.set(source.file, scope);
    scope.variables.set("__name__", constant(name));
    scope.variables.set("__file__", constant(`${AT_ROOT}${source.file}`));
    if (!source.isWhole && source === this.#main) this.isComplete = false;
    const [place, when] = [this.#place, this.#when];
    // It is run when something of it is first needed, which may be later than it would be.
    this.#when = ALWAYS;
    this.#frames.push({ returns: [], use: "ignored", silent: [] });
    this.#block(source.statements, scope);
    this.#frames.pop();
    this.#place = place;
    this.#when = when;
    return scope;
  }

  /** A module by its full name. */
  #import(name: string): Value {
    const [first = "", ...rest] = name.split(".");
    let value: Value = this.#topModule(first);
    for (const part of rest) value = this.attribute(value, part);
    return value;
  }

  #topModule(name: string): Value {
    let folder: string | undefined;
    for (const root of this.#roots) {
      const path = posix.join(root, name);
      const file = [`${path}/__init__.py`, `${path}.py`].find(candidate => this.repository.has(candidate));
      if (file !== undefined) return moduleAt(file);
      if (this.repository.has(path)) folder ??= path;
    }
    return folder === undefined ? { kind: "external", name } : { kind: "module", file: undefined, folder };
  }

  /** A module that another names by dots: the folder of its package, and what is below. */
  #relative(source: SourceFile, level: number, module: string): Value {
    let folder = posix.dirname(source.file);
    for (let dots = 1; dots < level; dots += 1) folder = posix.dirname(folder);
    const file = posix.join(folder, "__init__.py");
    let value: Value = { kind: "module", file: this.repository.has(file) ? file : undefined, folder };
    for (const part of module === "" ? [] : module.split(".")) value = this.attribute(value, part);
    return value;
  }

  #moduleAttribute(module: ModuleValue, name: string): Value {
    const scope = module.file === undefined ? undefined : this.#scopeOf(module.file);
    const value = scope?.variables.get(name);
    if (value) return value;
    if (module.folder !== undefined) {
      const path = posix.join(module.folder, name);
      const file = [`${path}/__init__.py`, `${path}.py`].find(candidate => this.repository.has(candidate));
      if (file !== undefined) return moduleAt(file);
      if (this.repository.has(path)) return { kind: "module", file: undefined, folder: path };
      // A folder of this name is not the package that is meant.
      if (module.file === undefined) return { kind: "external", name: `${posix.basename(module.folder)}.${name}` };
    }
    return unknown;
  }

  // Statements

  #block(statements: readonly Statement[], scope: Scope): Flow {
    for (const statement of statements) {
      this.#steps += 1;
      if (this.#steps > MOST_STEPS) {
        this.isComplete = false;
        return "next";
      }
      this.#place = { source: scope.source, stretch: statement };
      if (scope.source === this.#main) this.#cause = undefined;
      let flow = this.#statement(statement, scope);
      if (this.#ended) {
        flow = this.#ended;
        this.#ended = undefined;
      }
      if (flow !== "next") return flow;
    }
    return "next";
  }

  #statement(statement: Statement, scope: Scope): Flow {
    switch (statement.kind) {
      case "expression":
        this.#evaluate(statement.value, scope, "ignored");
        return "next";
      case "assign":
        return this.#assignment(statement, scope);
      case "update": {
        const before = this.#evaluate(statement.target, scope);
        const value = this.#evaluate(statement.value, scope);
        if (before.kind === "list" && statement.operator === "+") extend(before, value);
        else this.#assign(statement.target, binary(statement.operator, before, value), scope);
        return "next";
      }
      case "function":
        this.#define(statement.name, this.#function(statement, scope), scope);
        return "next";
      case "class":
        this.#define(statement.name, this.#class(statement, scope), scope);
        return "next";
      case "import":
        for (const { name, as } of statement.names) {
          if (as !== undefined) this.#define(as, this.#import(name), scope);
          else this.#define(name.split(".")[0] as string, this.#topModule(name.split(".")[0] as string), scope);
        }
        return "next";
      case "from":
        this.#importFrom(statement, scope);
        return "next";
      case "if":
        return this.#if(statement, scope);
      case "for":
        return this.#for(statement, scope);
      case "while": {
        const test = truth(this.#evaluate(statement.test, scope));
        if (test === false) return "next";
        return this.#loop(scope, test !== true, () => this.#block(statement.body, scope));
      }
      case "with":
        for (const { value, target } of statement.items) {
          const entered = this.#evaluate(value, scope);
          if (target) this.#assign(target, entered, scope);
        }
        return this.#block(statement.body, scope);
      case "try":
        return this.#try(statement, scope);
      case "match":
        this.#evaluate(statement.subject, scope);
        return this.#branches(
          [...statement.cases.map(body => () => this.#block(body, scope)), () => "next"],
          scope,
          false,
        );
      case "return": {
        const frame = this.#frames.at(-1);
        const value = statement.value ? this.#evaluate(statement.value, scope, "returned") : none;
        frame?.returns.push(value);
        return "return";
      }
      case "raise":
        return this.#raise(statement.value, scope);
      case "global":
        for (const name of statement.names) scope.globals.add(name);
        return "next";
      case "leave":
        return "leave";
      case "other":
        for (const part of statement.parts) this.#evaluate(part, scope);
        return "next";
    }
  }

  #assignment({ targets, value, annotation }: Extract<Statement, { readonly kind: "assign" }>, scope: Scope): Flow {
    if (!value) {
      if (annotation && scope.kind === "class") return "next";
      for (const target of targets) if (target.kind === "name" && !annotation) this.#evaluate(target, scope);
      return "next";
    }
    const assigned = this.#evaluate(value, scope);
    for (const target of targets) this.#assign(target, assigned, scope);
    return "next";
  }

  #raise(value: Expression | undefined, scope: Scope): Flow {
    if (value) {
      // `raise SystemExit(main())` ends the program as `sys.exit` does.
      this.#evaluate(value, scope, "returned");
      if (this.#ended) return "next";
      const callee = value.kind === "call" ? value.callee : value;
      if (callee.kind === "name" && callee.name === "SystemExit") {
        this.end(none);
        return "next";
      }
    }
    return "raise";
  }

  #importFrom(statement: Extract<Statement, { readonly kind: "from" }>, scope: Scope): void {
    const module =
      statement.level > 0
        ? this.#relative(scope.source, statement.level, statement.module)
        : this.#import(statement.module);
    if (statement.isStar) {
      const file = module.kind === "module" ? module.file : undefined;
      const from = file === undefined ? undefined : this.#scopeOf(file);
      for (const [name, value] of from?.variables ?? []) if (!name.startsWith("_")) this.#define(name, value, scope);
      return;
    }
    for (const { name, as } of statement.names) this.#define(as ?? name, this.attribute(module, name), scope);
  }

  #if(statement: Extract<Statement, { readonly kind: "if" }>, scope: Scope): Flow {
    const ways: (() => Flow)[] = [];
    let isCertain = true;
    let isUpToEnvironment = false;
    for (const { test, body } of statement.branches) {
      const value = this.#evaluate(test, scope);
      const holds = isTypeChecking(test) ? true : truth(value);
      if (holds === false) continue;
      if (isFromEnvironment(value)) isUpToEnvironment = true;
      ways.push(() => this.#block(body, scope));
      if (holds === true) {
        if (isCertain) return this.#block(body, scope);
        return this.#branches(ways, scope, isUpToEnvironment);
      }
      isCertain = false;
    }
    if (isCertain) return this.#block(statement.otherwise, scope);
    return this.#branches([...ways, () => this.#block(statement.otherwise, scope)], scope, isUpToEnvironment);
  }

  /** One of these happens: all are tried from where things stand, and what they leave behind is either. */
  #branches(ways: readonly (() => Flow)[], scope: Scope, isUpToEnvironment: boolean): Flow {
    const before = scope.variables;
    const after: Map<string, Value>[] = [];
    const ends = new Set<Flow>();
    const frame = this.#frames.at(-1);
    for (const way of ways) {
      scope.variables = new Map(before);
      const returned = frame?.returns.length ?? 0;
      const place = this.#place;
      const flow = this.#perhaps(isUpToEnvironment, way);
      if (flow === "next") after.push(scope.variables);
      else ends.add(flow);
      if (
        frame &&
        place &&
        (flow === "exit" ||
          (flow === "return" && frame.returns.slice(returned).every(value => isSilent(value, frame.use))))
      )
        frame.silent.push({
          spot: (this.#place ?? place).source.spot((this.#place ?? place).stretch),
          isExit: flow === "exit",
        });
    }
    scope.variables = merged(after.length > 0 ? after : [before]);
    if (after.length === 0)
      return ends.has("return") ? "return" : ends.has("leave") ? "leave" : ends.has("exit") ? "exit" : "raise";
    if (ends.has("return") || ends.has("exit") || ends.has("leave")) {
      // What follows happens in the other cases only.
      const { inBranch, afterReturn, afterLeave } = this.#when;
      this.#when = {
        inBranch,
        afterReturn: afterReturn || ends.has("return") || ends.has("exit"),
        afterLeave: afterLeave || ends.has("leave"),
        isUpToEnvironment: this.#when.isUpToEnvironment || isUpToEnvironment,
      };
    }
    return "next";
  }

  #for(statement: Extract<Statement, { readonly kind: "for" }>, scope: Scope): Flow {
    const iterable = itemsOf(this.#evaluate(statement.iterable, scope));
    const turns: readonly Value[] =
      iterable.kind === "list" && iterable.isWhole
        ? iterable.items.slice(0, MOST_TURNS)
        : [either(...contentOf(iterable))];
    if (iterable.kind === "list" && iterable.items.length > MOST_TURNS) this.isComplete = false;
    const isCertain = iterable.kind === "list" && iterable.isWhole;
    for (const turn of turns) {
      const flow = this.#loop(scope, !isCertain, () => {
        this.#assign(statement.target, turn, scope);
        return this.#block(statement.body, scope);
      });
      if (flow !== "next") return flow;
    }
    return this.#block(statement.otherwise, scope);
  }

  /** One turn of a loop, which may be none, or several. */
  #loop(scope: Scope, isUncertain: boolean, turn: () => Flow): Flow {
    const before = new Map(scope.variables);
    const when = this.#when;
    const flow = turn();
    if (flow === "leave" || flow === "next") {
      if (isUncertain) scope.variables = merged([before, scope.variables]);
      // A `continue` in some cases makes nothing conditional that follows the loop; a `return` does.
      this.#when = this.#when.afterReturn === when.afterReturn ? when : { ...this.#when, afterLeave: when.afterLeave };
      return "next";
    }
    return isUncertain ? "next" : flow;
  }

  #try(statement: Extract<Statement, { readonly kind: "try" }>, scope: Scope): Flow {
    const before = new Map(scope.variables);
    const flow = this.#block(statement.body, scope);
    const after = scope.variables;
    const results: Map<string, Value>[] = flow === "next" ? [after] : [];
    for (const { name, body } of statement.handlers) {
      scope.variables = merged([before, after]);
      if (name !== undefined) scope.variables.set(name, unknown);
      if (this.#perhaps(false, () => this.#block(body, scope)) === "next") results.push(scope.variables);
    }
    scope.variables = merged(results.length > 0 ? results : [after]);
    if (flow === "next") {
      const rest = this.#block(statement.otherwise, scope);
      if (rest !== "next") return rest;
    }
    const last = this.#block(statement.finally, scope);
    if (last !== "next") return last;
    if (results.length > 0) return "next";
    return flow === "next" ? "return" : flow;
  }

  #define(name: string, value: Value, scope: Scope): void {
    const target = scope.globals.has(name) ? this.#ownerOf(name, scope) : scope;
    const old = target.variables.get(name);
    target.variables.set(name, target !== scope && this.isConditional && old ? either(old, value) : value);
  }

  /** Where a `global` or `nonlocal` name is kept. */
  #ownerOf(name: string, scope: Scope): Scope {
    let owner = scope.parent;
    while (owner?.parent && !owner.variables.has(name)) owner = owner.parent;
    return owner ?? scope;
  }

  #assign(target: Expression, value: Value, scope: Scope): void {
    switch (target.kind) {
      case "name":
        this.#define(target.name, value, scope);
        return;
      case "list": {
        const items = itemsOf(value);
        for (const [index, part] of target.items.entries())
          this.#assign(part, items.kind === "list" && items.isWhole ? (items.items[index] ?? unknown) : unknown, scope);
        return;
      }
      case "starred":
        this.#assign(target.value, unknown, scope);
        return;
      case "member": {
        const object = this.#evaluate(target.object, scope);
        this.#put(object, target.name, value);
        return;
      }
      case "index": {
        const object = this.#evaluate(target.object, scope);
        const key = textOf(this.#evaluate(target.index, scope));
        if (object.kind === "dict") {
          if (key === undefined) object.isWhole = false;
          else this.#put(object, key, value);
        } else if (object.kind === "list") object.isWhole = false;
        else if (object.kind === "external" && object.name === "os.environ" && key !== undefined)
          this.#libraries["os.environ[]="]?.(this.#callAt(target, scope, [constant(key), value]), this);
        return;
      }
      default:
        return;
    }
  }

  #put(object: Value, name: string, value: Value): void {
    const map = object.kind === "instance" ? object.attributes : object.kind === "dict" ? object.entries : undefined;
    const old = map?.get(name);
    map?.set(name, this.isConditional && old ? either(old, value) : value);
  }

  // Definitions

  #function(definition: FunctionDefinition, scope: Scope): Value {
    let value: Value = {
      kind: "function",
      name: definition.name,
      parameters: definition.parameters,
      body: definition.body,
      definition,
      scope,
      marks: [],
    };
    for (const decorator of definition.decorators.toReversed())
      value = this.#decorated(value, this.#evaluate(decorator, scope), decorator, scope);
    return value;
  }

  #decorated(value: Value, decorator: Value, at: Expression, scope: Scope): Value {
    if (decorator.kind === "external" && this.#libraries[decorator.name] === undefined)
      return marked(value, decorator.name);
    if (decorator.kind === "unknown" || decorator.kind === "result")
      return marked(value, decorator.kind === "result" ? decorator.name : "");
    const result = this.call(decorator, this.#callAt(at, scope, [value]));
    return result.kind === "unknown" || result.kind === "result" ? marked(value, "") : result;
  }

  #class(definition: Extract<Statement, { readonly kind: "class" }>, scope: Scope): Value {
    const attributes = new Scope("class", scope.source, scope);
    const bases = definition.bases
      .filter(({ name }) => name === undefined)
      .map(({ value }) => this.#evaluate(value, scope));
    const decorators = definition.decorators.map(decorator => this.#evaluate(decorator, scope));
    const place = this.#place;
    this.#block(definition.body, attributes);
    this.#place = place;
    return { kind: "class", definition, scope, attributes, bases, decorators };
  }

  // Expressions

  #evaluate(expression: Expression, scope: Scope, use: Use = "used"): Value {
    this.#steps += 1;
    if (this.#steps > MOST_STEPS || this.#depth > DEEPEST_EVALUATION) {
      this.isComplete = false;
      return unknown;
    }
    this.#depth += 1;
    const value = this.#valueOf(expression, scope, use);
    this.#depth -= 1;
    return value;
  }

  #valueOf(expression: Expression, scope: Scope, use: Use): Value {
    switch (expression.kind) {
      case "constant":
        return constant(expression.value);
      case "name":
        return this.#lookUp(expression.name, scope);
      case "format": {
        const parts = expression.parts.map(part => (typeof part === "string" ? part : this.#evaluate(part, scope)));
        const texts = parts.map(part => (typeof part === "string" ? part : printed(part)));
        return texts.includes(undefined) ? unknown : binary("+", constant(texts.join("")), constant(""));
      }
      case "member":
        return this.attribute(this.#evaluate(expression.object, scope), expression.name);
      case "index":
        return this.#item(expression, scope);
      case "call":
        return this.#evaluateCall(expression, scope, use);
      case "list": {
        const list: ListValue = { kind: "list", items: [], isWhole: true };
        for (const item of expression.items) {
          if (item.kind === "starred") extend(list, itemsOf(this.#evaluate(item.value, scope)));
          else list.items.push(this.#evaluate(item, scope));
        }
        return list;
      }
      case "dict": {
        const dict: DictValue = { kind: "dict", entries: new Map(), isWhole: true };
        for (const { key, value } of expression.entries) {
          const content = this.#evaluate(value, scope);
          if (!key) addEntries(dict, content);
          else {
            const name = constantText(this.#evaluate(key, scope));
            if (name === undefined) dict.isWhole = false;
            else dict.entries.set(name, content);
          }
        }
        return dict;
      }
      case "binary":
        return this.#binary(expression, scope, use);
      case "unary":
        return unary(expression.operator, this.#evaluate(expression.operand, scope));
      case "conditional": {
        const test = this.#evaluate(expression.test, scope);
        const holds = truth(test);
        if (holds !== undefined) return this.#evaluate(holds ? expression.chosen : expression.otherwise, scope, use);
        const isUpTo = isFromEnvironment(test);
        const values = [
          this.#perhaps(isUpTo, () => this.#evaluate(expression.chosen, scope, use)),
          this.#perhaps(isUpTo, () => this.#evaluate(expression.otherwise, scope, use)),
        ];
        return either(...values, ...(isUpTo ? [test] : []));
      }
      case "assigned": {
        const value = this.#evaluate(expression.value, scope);
        this.#define(expression.name, value, scope);
        return value;
      }
      case "lambda":
        return {
          kind: "function",
          name: "",
          parameters: expression.parameters,
          body: expression.body,
          definition: undefined,
          scope,
          marks: [],
        };
      case "each":
        return this.#comprehension(expression.element, expression.clauses, scope);
      case "starred":
        return this.#evaluate(expression.value, scope);
      case "other":
        for (const part of expression.parts) this.#evaluate(part, scope);
        return unknown;
    }
  }

  /** What happens in some cases only; that it ends the program in those says nothing of the others. */
  #perhaps<T>(isUpToEnvironment: boolean, happens: () => T): T {
    const when = this.#when;
    this.#when = { ...when, inBranch: true, isUpToEnvironment: when.isUpToEnvironment || isUpToEnvironment };
    const result = happens();
    this.#when = when;
    this.#ended = undefined;
    return result;
  }

  #lookUp(name: string, scope: Scope): Value {
    for (let at: Scope | undefined = scope; at; at = at.parent) {
      if (at.kind === "class" && at !== scope) continue;
      const value = at.variables.get(name);
      if (value) return value;
    }
    return { kind: "external", name: `builtins.${name}` };
  }

  #item(expression: Extract<Expression, { readonly kind: "index" }>, scope: Scope): Value {
    const object = this.#evaluate(expression.object, scope);
    const index = this.#evaluate(expression.index, scope);
    return either(...possibilities(object).map(one => this.#itemOf(one, index)));
  }

  #itemOf(object: Value, index: Value): Value {
    const key = constantText(index);
    switch (object.kind) {
      case "dict":
        return key === undefined ? either(...object.entries.values(), unknown) : (object.entries.get(key) ?? unknown);
      case "list": {
        if (index.kind !== "constant" || typeof index.value !== "number") return either(...object.items, unknown);
        if (!object.isWhole) return unknown;
        return object.items.at(index.value) ?? unknown;
      }
      case "external":
        return object.name === "os.environ" ? { kind: "environment", name: key } : unknown;
      case "native":
        return object.get?.(`[${key ?? ""}]`) ?? unknown;
      default:
        return unknown;
    }
  }

  #binary(expression: Extract<Expression, { readonly kind: "binary" }>, scope: Scope, use: Use): Value {
    const { operator } = expression;
    const left = this.#evaluate(expression.left, scope);
    if (operator === "and" || operator === "or") {
      const holds = truth(left);
      if (holds === (operator === "and")) return this.#evaluate(expression.right, scope, use);
      if (holds !== undefined) return left;
      const right = this.#perhaps(isFromEnvironment(left), () => this.#evaluate(expression.right, scope, use));
      // What is false is of no interest where something else takes its place.
      const kept = operator === "or" ? possibilities(left).filter(one => truth(one) !== false) : possibilities(left);
      return either(...kept, right);
    }
    return binary(operator, left, this.#evaluate(expression.right, scope));
  }

  #comprehension(element: Expression, clauses: readonly Clause[], outer: Scope): Value {
    const scope = new Scope("function", outer.source, outer);
    const [only] = clauses;
    const first = only ? itemsOf(this.#evaluate(only.iterable, scope)) : unknown;
    if (clauses.length === 1 && only && first.kind === "list" && first.isWhole) {
      const items = first.items.slice(0, MOST_TURNS).map(item => {
        this.#assign(only.target, item, scope);
        return this.#evaluate(element, scope);
      });
      return { kind: "list", items, isWhole: false };
    }
    for (const [index, { target, iterable }] of clauses.entries()) {
      const content = index === 0 ? first : itemsOf(this.#evaluate(iterable, scope));
      this.#assign(target, either(...contentOf(content)), scope);
    }
    return { kind: "list", items: [this.#evaluate(element, scope)], isWhole: false };
  }

  #evaluateCall(expression: Extract<Expression, { readonly kind: "call" }>, scope: Scope, use: Use): Value {
    const { callee } = expression;
    if (callee.kind === "name" && callee.name === "super" && this.#isBuiltin("super", scope)) return this.#super(scope);
    if (callee.kind === "name" && callee.name === "locals") return unknown;
    const target = this.#evaluate(callee, scope);
    const endsProgram = target.kind === "external" && EXITS.has(target.name);
    const call = this.#callOf(expression.args, expression, scope, endsProgram ? "returned" : "used");
    if (scope.source === this.#main) this.#cause = call.spot();
    return this.#call(target, call, use);
  }

  #isBuiltin(name: string, scope: Scope): boolean {
    const value = this.#lookUp(name, scope);
    return value.kind === "external" && value.name === `builtins.${name}`;
  }

  #callOf(args: readonly Argument[], at: Stretch, scope: Scope, use: Use): Call {
    const positional: Value[] = [];
    const keywords = new Map<string, Value>();
    let isWhole = true;
    for (const { name, spread, value } of args) {
      const content = this.#evaluate(value, scope, use);
      if (name !== undefined) keywords.set(name, content);
      else if (spread === "*") {
        const list = itemsOf(content);
        if (list.kind === "list" && list.isWhole) positional.push(...list.items);
        else isWhole = false;
        if (list.kind !== "list") this.escaped(content);
      } else if (spread === "**") {
        if (content.kind === "dict") for (const [key, item] of content.entries) keywords.set(key, item);
        if (content.kind !== "dict" || !content.isWhole) isWhole = false;
      } else positional.push(content);
    }
    return { args: positional, keywords, isWhole, spot: () => scope.source.spot(at) };
  }

  #callAt(at: Stretch, scope: Scope, args: readonly Value[]): Call {
    return { args, keywords: new Map(), isWhole: true, spot: () => scope.source.spot(at) };
  }

  // Calls

  call(value: Value, call: Partial<Call>): Value {
    const spot = (): Spot =>
      this.#place ? this.#place.source.spot(this.#place.stretch) : { file: this.#main?.file ?? "" };
    return this.#call(value, { args: [], keywords: new Map(), isWhole: true, spot, ...call }, "used");
  }

  #call(value: Value, call: Call, use: Use): Value {
    switch (value.kind) {
      case "function":
        return this.#callFunction(value, call, use);
      case "class":
        return this.#instantiate(value, call);
      case "native":
        if (value.call) return value.call(call);
        this.escaped(...call.args, ...call.keywords.values());
        return unknown;
      case "choice": {
        return either(...value.of.map(one => this.#perhaps(false, () => this.#call(one, call, use))));
      }
      case "external":
        return this.#callExternal(value, call);
      case "instance": {
        const method = this.attribute(value, "__call__");
        return method.kind === "function" ? this.#callFunction(method, call, use) : unknown;
      }
      default:
        return this.#callUnknown("", call);
    }
  }

  #callExternal(value: Extract<Value, { readonly kind: "external" }>, call: Call): Value {
    if (EXITS.has(value.name)) {
      this.end(call.args[0] ?? none);
      return unknown;
    }
    const library = Object.hasOwn(this.#libraries, value.name) ? this.#libraries[value.name] : undefined;
    if (library) return library(call, this);
    const method = `.${value.name.slice(value.name.lastIndexOf(".") + 1)}`;
    const known = Object.hasOwn(this.#libraries, method) ? this.#libraries[method] : undefined;
    if (known) {
      known(call, this);
      return { kind: "result", name: value.name };
    }
    return this.#callUnknown(value.name, call);
  }

  /** Code that is not here may call what it is given, and change it. */
  #callUnknown(name: string, call: Call): Value {
    const given = [...call.args, ...call.keywords.values()];
    this.escaped(...given);
    for (const one of given) if (one.kind === "function") this.#callBack(one);
    // A view of data, such as `OmegaConf.create(data)`.
    const data = given.filter(one => one.kind === "dict" && one.origin !== undefined);
    const [only] = data;
    return data.length === 1 && only ? only : { kind: "result", name };
  }

  #callBack(value: FunctionValue): void {
    const parameters = value.parameters.filter(({ kind }) => kind === "plain").map(() => unknown);
    const spot = (): Spot => value.scope.source.spot(value.definition ?? { from: 0, to: 0 });
    const call = { args: parameters, keywords: new Map(), isWhole: false, spot };
    this.#perhaps(false, () => this.#callFunction(value, call, "used"));
  }

  #callFunction(value: FunctionValue, call: Call, use: Use): Value {
    const key = value.definition ?? (value.body as Expression);
    const running = this.#active.get(key) ?? 0;
    if (running >= 3 || this.#frames.length > DEEPEST_CALL || this.#depth > DEEPEST_EVALUATION) {
      this.escaped(...call.args, ...call.keywords.values());
      return unknown;
    }
    const scope = new Scope("function", value.scope.source, value.scope);
    const before = { place: this.#place, cause: this.#cause, when: this.#when };
    this.#bind(value, call, scope);
    const frame: Frame = { returns: [], use, silent: [] };
    this.#frames.push(frame);
    this.#active.set(key, running + 1);
    let flow: Flow = "next";
    if (isStatements(value.body)) flow = this.#block(value.body, scope);
    else frame.returns.push(this.#evaluate(value.body, scope));
    this.#active.set(key, running);
    this.#frames.pop();
    this.#place = before.place;
    this.#cause = before.cause;
    this.#when = before.when;
    if (frame.returns.length === 0 && (flow === "raise" || flow === "exit")) this.#ended = flow;
    if (value.definition?.isGenerator) return unknown;
    return either(...frame.returns, ...(flow === "next" && value.definition ? [none] : []));
  }

  #bind(value: FunctionValue, call: Call, scope: Scope): void {
    const given = value.self ? [value.self, ...call.args] : [...call.args];
    const rest = new Map(call.keywords);
    for (const parameter of value.parameters) {
      const { name, kind } = parameter;
      if (kind === "*") {
        scope.variables.set(name, { kind: "list", items: given.splice(0), isWhole: call.isWhole });
        continue;
      }
      if (kind === "**") {
        scope.variables.set(name, { kind: "dict", entries: new Map(rest), isWhole: call.isWhole });
        continue;
      }
      const byName = rest.get(name);
      rest.delete(name);
      const argument = kind === "plain" && given.length > 0 ? given.shift() : byName;
      scope.variables.set(name, argument ?? this.#fallback(parameter, call, value.scope));
    }
  }

  #fallback({ fallback }: Parameter, { isWhole }: Call, scope: Scope): Value {
    if (!fallback) return unknown;
    const value = this.#evaluate(fallback, scope);
    return isWhole ? value : either(value, unknown);
  }

  // Classes

  #instantiate(of: ClassValue, call: Call): Value {
    const external = this.#externalBase(of);
    const made = external === undefined ? undefined : this.#libraries[`${external}<>`]?.(call, this);
    if (made) return made;
    const attributes = new Map<string, Value>();
    const instance: Value = { kind: "instance", of, attributes };
    const init = this.#classAttribute(of, "__init__");
    if (init?.kind === "function") this.#callFunction({ ...init, self: instance }, call, "used");
    else if (this.#isRecord(of, external)) this.#fill(of, attributes, call);
    else this.escaped(...call.args, ...call.keywords.values());
    const after = this.#classAttribute(of, "__post_init__");
    if (after?.kind === "function")
      this.#callFunction({ ...after, self: instance }, { ...call, args: [], keywords: new Map() }, "used");
    return instance;
  }

  /** Whether its annotated names are what it is made with. */
  #isRecord(of: ClassValue, external: string | undefined): boolean {
    if (external !== undefined && RECORDS.has(external.slice(external.lastIndexOf(".") + 1))) return true;
    return of.decorators.some(decorator => {
      const name = decorator.kind === "external" || decorator.kind === "result" ? decorator.name : "";
      return /(?:^|\.)(?:dataclass|define|frozen|attrs|s|mutable)$/.test(name);
    });
  }

  #fill(of: ClassValue, attributes: Map<string, Value>, call: Call): void {
    for (const base of of.bases) if (base.kind === "class") this.#fill(base, attributes, call);
    const given = [...call.args];
    for (const statement of of.definition.body) {
      if (statement.kind !== "assign" || !statement.annotation) continue;
      const [target] = statement.targets;
      if (target?.kind !== "name") continue;
      const fallback = statement.value ? this.#evaluate(statement.value, of.attributes) : unknown;
      const value = given.shift() ?? call.keywords.get(target.name);
      attributes.set(target.name, value ?? (call.isWhole ? fallback : unknown));
    }
  }

  /** Whether a class of another package may fill in what is there as a default. */
  #isSetElsewhere(of: ClassValue): boolean {
    const external = this.#externalBase(of);
    return external !== undefined && !/\b(?:Enum|StrEnum|IntEnum|ABC|Protocol|Generic)$/.test(external);
  }

  /** The full name of a class of another package that it is derived from. */
  #externalBase(of: ClassValue, depth = 0): string | undefined {
    for (const base of of.bases) {
      if (base.kind === "external") return base.name;
      if (base.kind === "class" && depth < 20) {
        const name = this.#externalBase(base, depth + 1);
        if (name !== undefined) return name;
      }
    }
    return undefined;
  }

  #classAttribute(of: ClassValue, name: string, depth = 0): Value | undefined {
    const own = of.attributes.variables.get(name);
    if (own || depth > 20) return own;
    for (const base of of.bases) {
      const inherited = base.kind === "class" ? this.#classAttribute(base, name, depth + 1) : undefined;
      if (inherited) return inherited;
    }
    return undefined;
  }

  #super(scope: Scope): Value {
    let at: Scope | undefined = scope;
    while (at && at.parent?.kind !== "class") at = at.parent;
    const self = at ? [...at.variables.values()][0] : undefined;
    if (self?.kind !== "instance") return unknown;
    const own = at?.parent;
    const within = self.of.attributes === own ? self.of : undefined;
    return native("super", {
      get: name => {
        for (const base of within?.bases ?? []) {
          const method = base.kind === "class" ? this.#classAttribute(base, name) : undefined;
          if (method?.kind === "function") return { ...method, self };
        }
        return nativeFunction(() => unknown);
      },
    });
  }

  attribute(value: Value, name: string): Value {
    switch (value.kind) {
      case "module":
        return this.#moduleAttribute(value, name);
      case "external":
        return { kind: "external", name: `${value.name}.${name}` };
      case "result":
        if (/\.l?stat$/.test(value.name)) {
          const place = this.#place;
          return statField(name, undefined, { spot: () => place?.source.spot(place.stretch) ?? { file: "" } }, this);
        }
        return { kind: "external", name: `${value.name}().${name}`, of: value };
      case "class":
        return this.#ofClass(value, name);
      case "instance": {
        const own = value.attributes.get(name);
        if (own) return own;
        const inherited = this.#classAttribute(value.of, name);
        if (inherited?.kind === "function") {
          if (hasMark(inherited, "builtins.staticmethod")) return inherited;
          const self = hasMark(inherited, "builtins.classmethod") ? value.of : value;
          const method: Value = { ...inherited, self };
          return hasMark(inherited, "builtins.property") || hasMark(inherited, "functools.cached_property")
            ? this.call(method, {})
            : method;
        }
        if (inherited && this.#isSetElsewhere(value.of)) return unknown;
        return inherited ?? this.#method(value, name);
      }
      case "dict":
        return value.entries.get(name) ?? attributeOfDict(value, name) ?? this.#method(value, name);
      case "list":
        return attributeOfList(value, name, this) ?? this.#method(value, name);
      case "path":
        return attributeOfPath(value, name, this) ?? this.#method(value, name);
      case "constant":
        return attributeOfConstant(value, name) ?? this.#method(value, name);
      case "native":
        return value.get?.(name) ?? this.#unknownOf(value);
      case "function":
        return name === "__name__" ? constant(value.name) : this.#method(value, name);
      case "choice":
        return either(...value.of.map(one => this.attribute(one, name)));
      default:
        return this.#method(value, name);
    }
  }

  #method(of: Value, name: string): Value {
    return { kind: "external", name: `?.${name}`, of };
  }

  /** A use of an object of a library that is not known here. */
  #unknownOf(value: Value): Value {
    this.escaped(value);
    return unknown;
  }

  #ofClass(value: ClassValue, name: string): Value {
    const own = this.#classAttribute(value, name);
    if (own?.kind === "function") return hasMark(own, "builtins.classmethod") ? { ...own, self: value } : own;
    if (own) return own;
    const external = this.#externalBase(value);
    if (external !== undefined && FROM_DATA.has(name)) {
      return nativeFunction(call => {
        const data = call.args[0] ?? call.keywords.get("obj");
        return data?.kind === "dict"
          ? this.#instantiate(value, { ...call, args: [], keywords: data.entries })
          : unknown;
      });
    }
    return this.#method(value, name);
  }
}

const EXITS: ReadonlySet<string> = new Set([
  "sys.exit",
  "builtins.exit",
  "builtins.quit",
  "builtins.SystemExit",
  "os._exit",
]);

/** Classes whose annotated names are what an instance is made with. */
const RECORDS: ReadonlySet<string> = new Set(["BaseModel", "NamedTuple", "Struct", "TypedDict"]);

/** How pydantic makes an instance of data. */
const FROM_DATA: ReadonlySet<string> = new Set(["model_validate", "parse_obj", "model_construct", "construct"]);

const moduleAt = (file: string): ModuleValue => ({
  kind: "module",
  file,
  folder: file.endsWith("/__init__.py") ? posix.dirname(file) : undefined,
});

const isStatements = (body: FunctionValue["body"]): body is readonly Statement[] => Array.isArray(body);

const marked = (value: Value, name: string): Value => {
  if (value.kind === "function") return { ...value, marks: [...value.marks, constant(name)] };
  if (value.kind === "native") {
    if (!HARMLESS.test(name)) value.escape?.();
  }
  return value;
};

const hasMark = (value: FunctionValue, name: string): boolean => value.marks.some(mark => textOf(mark) === name);

/** Decorators that change nothing of how a function is called. */
export const HARMLESS = /^(?:builtins|functools|contextlib|typing|abc|logging|mlflow|tenacity|retry|torch|numba)\b/;

const isTypeChecking = (test: Expression): boolean =>
  (test.kind === "name" && test.name === "TYPE_CHECKING") || (test.kind === "member" && test.name === "TYPE_CHECKING");

/** What a caller takes for a success, or does not look at. */
const isSilent = (value: Value, use: Use): boolean =>
  (use === "ignored" && value.kind === "constant") ||
  (value.kind === "constant" && (value.value === null || value.value === 0 || value.value === false));

const merged = (all: readonly Map<string, Value>[]): Map<string, Value> => {
  const [first, ...others] = all;
  if (!first || others.length === 0) return first ?? new Map();
  const result = new Map(first);
  for (const other of others)
    for (const [name, value] of other) {
      const known = result.get(name);
      if (known !== value) result.set(name, known ? either(known, value) : value);
    }
  return result;
};

/** What a loop over a value goes through. */
const itemsOf = (value: Value): Value => {
  if (value.kind === "dict")
    return { kind: "list", items: [...value.entries.keys()].map(key => constant(key)), isWhole: value.isWhole };
  return value;
};

const contentOf = (value: Value): readonly Value[] =>
  value.kind === "list" ? (value.isWhole ? value.items : [...value.items, unknown]) : [unknown];

const addEntries = (dict: DictValue, value: Value): void => {
  if (value.kind === "dict") for (const [key, item] of value.entries) dict.entries.set(key, item);
  if (value.kind !== "dict" || !value.isWhole) dict.isWhole = false;
};

const constantText = (value: Value): string | undefined =>
  value.kind === "constant" && value.value !== null ? String(value.value) : undefined;

/** What a value looks like in a formatted text. */
const printed = (value: Value): string | undefined => {
  if (value.kind === "path") return value.text;
  if (value.kind !== "constant") return undefined;
  if (typeof value.value === "boolean") return value.value ? "True" : "False";
  return value.value === null ? "None" : String(value.value);
};
