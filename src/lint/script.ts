import type { Command, Redirection, SyntaxNode, Word as WordNode, WordPart } from "unbash";
import { forEachChild, parse } from "unbash";
import { markersIn } from "./expression-markers.ts";
import type { Node } from "./node.ts";
import type { Place } from "./place.ts";
import { unwrapped } from "./wrappers.ts";

/** A word of a shell command. */
export interface Word {
  /** What the program gets; absent where it is only known at run time. */
  readonly value: string | undefined;
  /** The known beginning: `--cluster=` of `--cluster=$X`, nothing of `$X`. */
  readonly start: string;
  /** Whether it may become any number of words: an unquoted `$FLAGS`, a glob, `"$@"`. */
  readonly splits: boolean;
  /** As it is written. */
  readonly text: string;
  /** What is put into it at run time, as it is written: `$X`, `${X,,}`, `${{ github.repository }}`; not what is inside of `$(…)`. */
  readonly expansions: readonly string[];
  readonly place: Place;
}

export interface Redirect {
  /** `>`, `>>`, `<` … */
  readonly operator: string;
  /** The number before the operator: 2 of `2>`. */
  readonly descriptor: number | undefined;
  /** The file, or the text of a here document or string. */
  readonly target: Word | undefined;
}

/** One program that a script calls, out of `sudo`, `env`, `uv run` and their like. */
export interface ShellCommand {
  /** The program without its folder: `dvc` of `.venv/bin/dvc`; `dvc` also of `python -m dvc`. Absent where only known at run time. */
  readonly name: string | undefined;
  readonly args: readonly Word[];
  /** The program's word. */
  readonly program: Word;
  /** From its first word to its last. */
  readonly place: Place;
  /** Its own, then those of the group or loop around it that reach it. */
  readonly redirects: readonly Redirect[];
  /** Assignments in front of it, which only it sees. */
  readonly environment: ReadonlyMap<string, Word | undefined>;
  /** Whether the script goes on when it fails: in a condition, before `||`, negated, in the background, inside of a pipe without `pipefail`. */
  readonly tolerated: boolean;
  /** What the script does in its place when it fails: the commands after the next `||`; absent where there is none. */
  readonly otherwise: readonly ShellCommand[] | undefined;
  /** Whether a loop runs it again. */
  readonly repeated: boolean;
  /** Whether it only runs in some cases: in a branch, a loop, a function, after `||` or after a test and `&&`. */
  readonly conditional: boolean;
  /** The command that reads its output, where it stands in a pipe. */
  readonly pipedInto: ShellCommand | undefined;
  /** Whether its output is taken as text: `$(…)`. */
  readonly captured: boolean;
  /** The function it is part of. */
  readonly inFunction: string | undefined;
}

/** A script that a step hands to bash or sh. */
export interface Script {
  readonly commands: readonly ShellCommand[];
  /** Variables the script assigns, each with the word it gets; `undefined`: something else than a word, or a `read`. */
  readonly assignments: readonly { readonly name: string; readonly value: Word | undefined; readonly place: Place }[];
  /** What is no shell, with the place where the parser noticed. */
  readonly errors: readonly { readonly message: string; readonly place: Place }[];
  /** Whether a failure in the middle of a pipe fails the script. */
  readonly pipefail: boolean;
  readonly node: Node;
}

/** A variable's value where it is known before the run. */
export type Environment = (name: string) => string | undefined;

/**
 * Reads a script with a shell parser. `shell`: as the step names it; GitHub's `bash` has `pipefail`, its default has not.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#exit-codes-and-error-action-preference
 */
export const readScript = (node: Node, environment: Environment, shell: string | undefined): Script => ({
  ...readCommands(node.text, (start, end) => node.within(start, end), { environment, shell }),
  node,
});

/** What a script does. `place`: where a stretch of its text stands, for what is reported of it. */
export const readCommands = (
  written: string,
  place: (start: number, end: number) => Place,
  { environment, shell }: { readonly environment: Environment; readonly shell?: string | undefined },
): Omit<Script, "node"> => {
  const source = withoutExpressions(written);
  const reader = new ScriptReader(written, place, environment);
  // GitHub's own `bash`; other shells may set it themselves.
  reader.pipefail = shell === "bash";
  const tree = parsed(source);
  if (!tree || !withinStack(() => reader.read(tree)))
    return { commands: [], assignments: [], errors: [], pipefail: false };
  return {
    commands: reader.commands,
    assignments: reader.assignments,
    errors: (tree.errors ?? []).map(({ message, pos }) => ({ message, place: place(pos, pos + 1) })),
    pipefail: reader.pipefail,
  };
};

type ParsedScript = ReturnType<typeof parse>;

/**
 * Workflows repeat their scripts, and reading one takes longer than anything else that is done with it. The tree is kept with
 * what its parser finds out on demand; places and values are those of each step.
 */
const trees = new Map<string, ParsedScript | undefined>();

/** As many as the largest set of workflows has, and no more than memory allows. */
const MOST_TREES = 500;

const parsed = (source: string): ParsedScript | undefined => {
  if (!trees.has(source)) {
    if (trees.size >= MOST_TREES) trees.clear();
    trees.set(source, isReadable(source) ? withinStack(() => parse(source)) : undefined);
  }
  return trees.get(source);
};

/** A script of more here documents than any a person writes takes the shell parser minutes; one of as many nested functions, its stack. */
const isReadable = (source: string): boolean =>
  source.split("<<", MOST_HERE_DOCUMENTS + 1).length <= MOST_HERE_DOCUMENTS && nesting(source) <= DEEPEST;

const MOST_HERE_DOCUMENTS = 1000;
const DEEPEST = 500;

const nesting = (source: string): number => {
  let [open, most] = [0, 0];
  for (const character of source) {
    if (character === "(") open += 1;
    else if (character === ")") open = Math.max(0, open - 1);
    most = Math.max(most, open);
  }
  return most;
};

/** What nests thousands of levels deep is more than the stack holds, and no script that a person writes: `undefined`. */
const withinStack = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

interface Surroundings {
  readonly tolerated: boolean;
  readonly conditional: boolean;
  readonly repeated: boolean;
  readonly captured: boolean;
  readonly inFunction: string | undefined;
  /** Of the groups and loops around. */
  readonly redirects: readonly Redirect[];
}

class ScriptReader {
  readonly commands: ShellCommand[] = [];
  readonly assignments: { name: string; value: Word | undefined; place: Place }[] = [];
  pipefail = false;
  readonly #written: string;
  readonly #place: (start: number, end: number) => Place;
  readonly #environment: Environment;

  constructor(written: string, place: (start: number, end: number) => Place, environment: Environment) {
    this.#written = written;
    this.#place = place;
    this.#environment = environment;
  }

  /** Reads all of a script; always true. */
  read(script: SyntaxNode): true {
    this.visit(script, {
      tolerated: false,
      conditional: false,
      repeated: false,
      captured: false,
      inFunction: undefined,
      redirects: [],
    });
    return true;
  }

  visit(node: SyntaxNode, around: Surroundings): void {
    switch (node.type) {
      case "Command":
        this.#command(node, around);
        return;
      case "Pipeline":
        this.#pipeline(node, around);
        return;
      case "AndOr": {
        const starts: number[] = [];
        for (const [index, child] of node.commands.entries()) {
          const before = node.commands.slice(0, index);
          const conditional =
            around.conditional || node.operators.slice(0, index).includes("||") || before.some(decides);
          starts.push(this.commands.length);
          const tolerated = around.tolerated || node.operators.slice(index).includes("||");
          this.visit(child, { ...around, tolerated, conditional });
        }
        this.#alternatives(node.operators, [...starts, this.commands.length]);
        return;
      }
      case "Redirected": {
        const own = node.redirects.map(redirect => this.#redirect(redirect));
        this.visit(node.command, { ...around, redirects: inForce([...own, ...around.redirects]) });
        // What is inside of the words: substitutions.
        for (const redirect of node.redirects) forEachChild(redirect, child => this.visit(child, around));
        return;
      }
      case "Statement":
        this.visit(node.command, node.background ? { ...around, tolerated: true } : around);
        return;
      case "If":
      case "Elif":
      case "While": {
        const repeated = around.repeated || node.type === "While";
        forEachChild(node, child =>
          this.visit(
            child,
            child === node.clause
              ? { ...around, tolerated: true, repeated }
              : { ...around, repeated, conditional: true },
          ),
        );
        return;
      }
      case "For":
      case "ArithmeticFor":
      case "Case":
        forEachChild(node, child =>
          this.visit(child, { ...around, repeated: around.repeated || node.type !== "Case", conditional: true }),
        );
        return;
      case "Function":
        this.visit(node.body, { ...around, conditional: true, inFunction: node.name.text });
        return;
      case "CommandExpansion":
      case "ProcessSubstitution":
        if (node.script) this.visit(node.script, { ...around, captured: true, redirects: [] });
        return;
      default:
        forEachChild(node, child => this.visit(child, around));
    }
  }

  /** `starts`: of each part of a list the index of its first command, then the index after the last. */
  #alternatives(operators: readonly string[], starts: readonly number[]): void {
    for (const index of operators.keys()) {
      const next = operators.indexOf("||", index) + 1;
      if (next === 0) return;
      const otherwise = this.commands.slice(starts[next], starts[next + 1]);
      for (let at = starts[index] as number; at < (starts[index + 1] as number); at += 1) {
        (this.commands[at] as Writable<ShellCommand>).otherwise ??= otherwise;
      }
    }
  }

  #pipeline(node: SyntaxNode & { type: "Pipeline" }, around: Surroundings): void {
    const negated = node.prefixes.some(({ type }) => type === "Negation");
    const starts: number[] = [];
    for (const [index, child] of node.commands.entries()) {
      const isLast = index === node.commands.length - 1;
      const redirects = around.redirects.filter(redirect => (isInput(redirect) ? index === 0 : isLast));
      const lost = !isLast && !this.pipefail;
      starts.push(this.commands.length);
      this.visit(child, { ...around, redirects, tolerated: around.tolerated || negated || lost });
    }
    // From the end on: each is handed the next, which already knows its own next.
    for (let stage = starts.length - 1; stage > 0; stage -= 1) {
      const next = starts[stage] as number;
      for (let writer = starts[stage - 1] as number; writer < next; writer += 1) {
        (this.commands[writer] as Writable<ShellCommand>).pipedInto ??= this.commands[next];
      }
    }
  }

  #command(node: Command, around: Surroundings): void {
    const environment = new Map<string, Word | undefined>();
    for (const part of node.prefix) {
      if (part.type !== "Assignment") continue;
      const value = part.value.type === "Word" ? this.#word(part.value) : undefined;
      environment.set(part.name, value);
      if (!node.name) this.#assign(part.name, value, part.pos, part.end);
    }
    if (node.name) {
      const words: Word[] = [];
      for (const argument of [node.name, ...node.args]) {
        if (argument.type === "Word") words.push(this.#word(argument));
        else {
          // `export NAME=value`, `declare`, `local`, `readonly`.
          const value = argument.value.type === "Word" ? this.#word(argument.value) : undefined;
          this.#assign(argument.name, value, argument.pos, argument.end);
          words.push(this.#literal(argument.text, argument.pos, argument.end));
        }
      }
      const called = unwrapped(words);
      const option = called.name === "set" ? called.args.findIndex(({ value }) => value === "pipefail") : -1;
      if (option > 0) this.pipefail = called.args[option - 1]?.start.startsWith("-") ?? false;
      if (called.name === "read")
        for (const { value } of called.args) if (value) this.#assign(value, undefined, node.pos, node.end);
      const place = this.#lazily(node.name.pos, Math.max(node.name.end, ...node.args.map(({ end }) => end)));
      this.commands.push({
        ...called,
        get place() {
          return place();
        },
        environment,
        pipedInto: undefined,
        otherwise: undefined,
        ...around,
        redirects: inForce([...node.redirects.map(redirect => this.#redirect(redirect)), ...around.redirects]),
      });
    }
    // What is inside of its words: substitutions.
    const isPlain = node.redirects.every(({ type }) => type !== "HereDoc");
    if (isPlain && !SUBSTITUTION.test(this.#written.slice(node.pos, node.end))) return;
    const inside = node.name ? { ...around, tolerated: true } : around;
    forEachChild(node, child => this.visit(child, inside));
  }

  #assign(name: string, value: Word | undefined, start: number, end: number): void {
    const place = this.#lazily(start, end);
    this.assignments.push({
      name,
      value,
      get place() {
        return place();
      },
    });
  }

  /** Most words are never pointed at, and to find where one stands takes longer than to read it. */
  #lazily(start: number, end: number): () => Place {
    return () => this.#place(start, end);
  }

  #redirect(redirect: Redirection): Redirect {
    const { operator } = redirect;
    const descriptor = redirect.descriptor?.type === "FileDescriptor" ? redirect.descriptor.value : undefined;
    if (redirect.type === "HereDoc") {
      const { pos, end, parts } = redirect.body;
      const text = this.#written.slice(pos, end);
      const state: Known = { start: "", known: true, splits: false, expansions: [] };
      for (const part of parts ?? []) this.#part(part, state, true);
      const target = this.#literal(text, pos, end, parts ? state.expansions : expressionsIn(text));
      return { operator, descriptor, target };
    }
    return { operator, descriptor, target: redirect.target && this.#word(redirect.target) };
  }

  #literal(text: string, start: number, end: number, expansions: readonly string[] = []): Word {
    const known = { start: text, known: true, splits: false, expansions: [...expansions] };
    return this.#known(text, text, known, start, end);
  }

  #known(
    text: string,
    value: string | undefined,
    { start, splits, expansions }: Known,
    from: number,
    to: number,
  ): Word {
    const place = this.#lazily(from, to);
    return {
      value,
      start,
      splits,
      text,
      expansions,
      get place() {
        return place();
      },
    };
  }

  #word(node: WordNode): Word {
    const text = this.#written.slice(node.pos, node.end);
    const state: Known = { start: "", known: true, splits: false, expansions: [] };
    if (!node.parts && !text.includes("${{")) state.start = node.value;
    else for (const part of node.parts ?? []) this.#part(part, state, false);
    return this.#known(text, state.known ? state.start : undefined, state, node.pos, node.end);
  }

  #part(part: WordPart, state: Known, quoted: boolean): void {
    const add = (text: string): void => {
      if (state.known) state.start += text;
    };
    const unknown = (splits: boolean): void => {
      state.known = false;
      state.splits ||= splits;
    };
    switch (part.type) {
      case "Literal":
      case "AnsiCQuoted":
        add(part.value);
        return;
      case "SingleQuoted":
        // GitHub replaces an expression inside of the quotes as well.
        if (this.#written.slice(part.pos, part.end).includes("${{")) {
          state.expansions.push(...expressionsIn(this.#written.slice(part.pos, part.end)));
          unknown(false);
        } else add(part.value);
        return;
      case "DoubleQuoted":
      case "LocaleString":
        for (const child of part.parts) this.#part(child, state, true);
        return;
      case "SimpleExpansion":
      case "ParameterExpansion": {
        const written = this.#written.slice(part.pos, part.end);
        state.expansions.push(written);
        const name = plainVariable(written);
        const value = name === undefined ? undefined : this.#environment(name);
        if (value !== undefined && (quoted || /^[^\s*?[\]]+$/.test(value))) add(value);
        else unknown(!quoted || /@/.test(written));
        return;
      }
      default:
        unknown(!quoted);
    }
  }
}

/** What begins a substitution: only words with one of these hold commands. */
const SUBSTITUTION = /\$\(|[<>]\(|`|\$\{[\s|]/;

/** While it is being made. */
type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

interface Known {
  start: string;
  known: boolean;
  splits: boolean;
  readonly expansions: string[];
}

const expressionsIn = (text: string): readonly string[] =>
  markersIn(text).map(({ start, end }) => text.slice(start, end));

/** `${{ }}` in a script is replaced before the shell sees it: by a variable of the same length, so that every offset stays. */
const withoutExpressions = (text: string): string => {
  let rest = 0;
  let made = "";
  for (const { start, end } of markersIn(text)) {
    made += `${text.slice(rest, start)}\${${"_".repeat(end - start - 3)}}`;
    rest = end;
  }
  return made + text.slice(rest);
};

const isInput = ({ operator }: Redirect): boolean => operator.startsWith("<");

/** Without those whose stream an earlier one, which is nearer to the command, has taken. */
const inForce = (redirects: readonly Redirect[]): readonly Redirect[] => {
  const stream = (redirect: Redirect) => redirect.descriptor ?? (isInput(redirect) ? 0 : 1);
  return redirects.filter(
    (redirect, index) => redirects.findIndex(other => stream(other) === stream(redirect)) === index,
  );
};

/** Whether a command only says yes or no, so that what follows `&&` depends on it. */
const decides = (node: SyntaxNode): boolean =>
  node.type === "TestCommand" ||
  node.type === "ArithmeticCommand" ||
  (node.type === "Command" && ["[", "test", "grep", "command", "git"].includes(node.name?.text ?? "")) ||
  (node.type === "Pipeline" && node.commands.some(decides));

/** The name of `$NAME`, `${NAME}` or `${{ env.NAME }}`, and of nothing more intricate. */
export const plainVariable = (written: string): string | undefined => {
  const inExpression = /^\$\{\{\s*env\.(\w+)\s*\}\}$/.exec(written);
  if (inExpression) return inExpression[1];
  return /^\$(?:(\w+)|\{(\w+)\})$/.exec(written)?.slice(1).find(Boolean);
};
