import type { SyntaxNode, Tree } from "@lezer/common";
import { parser } from "@lezer/python";
import { stringValue } from "./literals.ts";

/** Offsets in a file's text. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What a value is made of, as far as it matters here; anything else, and what is nested too deep, is `other`. */
export type Expression = Stretch &
  (
    | { readonly kind: "constant"; readonly value: string | number | boolean | null }
    | { readonly kind: "format"; readonly parts: readonly (string | Expression)[] }
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "member"; readonly object: Expression; readonly name: string }
    | { readonly kind: "index"; readonly object: Expression; readonly index: Expression }
    | { readonly kind: "call"; readonly callee: Expression; readonly args: readonly Argument[] }
    | { readonly kind: "list"; readonly items: readonly Expression[] }
    | {
        readonly kind: "dict";
        readonly entries: readonly { readonly key: Expression | undefined; readonly value: Expression }[];
      }
    | {
        readonly kind: "binary";
        readonly operator: string;
        readonly left: Expression;
        readonly right: Expression;
      }
    | { readonly kind: "unary"; readonly operator: string; readonly operand: Expression }
    | {
        readonly kind: "conditional";
        readonly test: Expression;
        readonly chosen: Expression;
        readonly otherwise: Expression;
      }
    | { readonly kind: "assigned"; readonly name: string; readonly value: Expression }
    | { readonly kind: "lambda"; readonly parameters: readonly Parameter[]; readonly body: Expression }
    | { readonly kind: "each"; readonly element: Expression; readonly clauses: readonly Clause[] }
    | { readonly kind: "starred"; readonly value: Expression }
    | { readonly kind: "other"; readonly parts: readonly Expression[] }
  );

/** `for target in iterable` of a comprehension. */
export interface Clause {
  readonly target: Expression;
  readonly iterable: Expression;
}

export interface Argument {
  /** Of a keyword argument. */
  readonly name?: string;
  readonly spread?: "*" | "**";
  readonly value: Expression;
}

export interface Parameter extends Stretch {
  readonly name: string;
  readonly kind: "plain" | "keyword" | "*" | "**";
  readonly annotation?: Expression;
  readonly fallback?: Expression;
}

export interface FunctionDefinition extends Stretch {
  readonly kind: "function";
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
  readonly decorators: readonly Expression[];
  /** Whether it has a `yield` of its own. */
  readonly isGenerator: boolean;
}

export interface ClassDefinition extends Stretch {
  readonly kind: "class";
  readonly name: string;
  readonly bases: readonly Argument[];
  readonly body: readonly Statement[];
  readonly decorators: readonly Expression[];
}

export interface ImportedName extends Stretch {
  readonly name: string;
  readonly as?: string;
}

export type Statement =
  | FunctionDefinition
  | ClassDefinition
  | (Stretch &
      (
        | { readonly kind: "expression"; readonly value: Expression }
        | {
            readonly kind: "assign";
            readonly targets: readonly Expression[];
            readonly annotation?: Expression;
            readonly value?: Expression;
          }
        | {
            readonly kind: "update";
            readonly target: Expression;
            readonly operator: string;
            readonly value: Expression;
          }
        | { readonly kind: "import"; readonly names: readonly ImportedName[] }
        | {
            readonly kind: "from";
            /** How many dots are in front of the module. */
            readonly level: number;
            readonly module: string;
            readonly names: readonly ImportedName[];
            readonly isStar: boolean;
          }
        | {
            readonly kind: "if";
            readonly branches: readonly { readonly test: Expression; readonly body: readonly Statement[] }[];
            readonly otherwise: readonly Statement[];
          }
        | {
            readonly kind: "for";
            readonly target: Expression;
            readonly iterable: Expression;
            readonly body: readonly Statement[];
            readonly otherwise: readonly Statement[];
          }
        | { readonly kind: "while"; readonly test: Expression; readonly body: readonly Statement[] }
        | {
            readonly kind: "with";
            readonly items: readonly { readonly value: Expression; readonly target?: Expression }[];
            readonly body: readonly Statement[];
          }
        | {
            readonly kind: "try";
            readonly body: readonly Statement[];
            readonly handlers: readonly { readonly name?: string; readonly body: readonly Statement[] }[];
            readonly otherwise: readonly Statement[];
            readonly finally: readonly Statement[];
          }
        | { readonly kind: "match"; readonly subject: Expression; readonly cases: readonly (readonly Statement[])[] }
        | { readonly kind: "return"; readonly value?: Expression }
        | { readonly kind: "raise"; readonly value?: Expression }
        | { readonly kind: "global"; readonly names: readonly string[] }
        | { readonly kind: "leave" }
        | { readonly kind: "other"; readonly parts: readonly Expression[] }
      ));

/** Longer text is no code that a person wrote, and takes seconds to parse. */
export const LONGEST = 1_000_000;

/** Levels of nesting that are looked into: more than a person writes, and less than the stack holds. */
const DEEPEST = 120;

/** Reads a Python file as far as it is one: what is no Python is skipped. `isWhole`: nothing had to be. */
export const parsePython = (text: string): { readonly statements: readonly Statement[]; readonly isWhole: boolean } => {
  const tree = text.length > LONGEST ? undefined : treeOf(text);
  if (!tree) return { statements: [], isWhole: false };
  const reader = new Reader(text);
  const statements = reader.statements(childrenOf(tree.topNode), 0);
  return { statements, isWhole: reader.isWhole };
};

/** lezer goes as deep as the text nests, and the stack may not. */
const treeOf = (text: string): Tree | undefined => {
  try {
    return parser.parse(text);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

/** All children but comments and the marks of what the parser could not read. */
const childrenOf = (node: SyntaxNode): readonly SyntaxNode[] => {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
};

/** Turns lezer's tree, in which keywords and punctuation are nodes among others, into statements and expressions. */
class Reader {
  isWhole = true;
  readonly #text: string;
  #yields = false;

  constructor(text: string) {
    this.#text = text;
  }

  statements(nodes: readonly SyntaxNode[], depth: number): readonly Statement[] {
    if (depth > DEEPEST) {
      this.isWhole = false;
      return [];
    }
    return nodes.flatMap(node => this.#statement(node, depth + 1) ?? []);
  }

  #children(node: SyntaxNode): readonly SyntaxNode[] {
    return childrenOf(node).filter(child => {
      if (child.type.isError && !isTolerated(node)) this.isWhole = false;
      return !child.type.isError && child.name !== "Comment";
    });
  }

  #textOf({ from, to }: Stretch): string {
    return this.#text.slice(from, to);
  }

  #statement(node: SyntaxNode, depth: number): Statement | undefined {
    const { from, to } = node;
    const children = this.#children(node);
    switch (node.name) {
      case "ExpressionStatement":
        return { kind: "expression", value: this.#tuple(children, depth, node), from, to };
      case "AssignStatement":
        return this.#assignment(node, children, depth);
      case "UpdateStatement": {
        const at = children.findIndex(({ name }) => name === "UpdateOp");
        if (at < 0) return undefined;
        const operator = this.#textOf(children[at] as SyntaxNode).slice(0, -1);
        const target = this.#tuple(children.slice(0, at), depth, node);
        return { kind: "update", target, operator, value: this.#tuple(children.slice(at + 1), depth, node), from, to };
      }
      case "FunctionDefinition":
        return this.#function(node, children, [], depth);
      case "ClassDefinition":
        return this.#class(node, children, [], depth);
      case "DecoratedStatement": {
        const decorators = children
          .filter(({ name }) => name === "Decorator")
          .map(decorator => this.#decorator(decorator, depth));
        const last = children.at(-1);
        if (last?.name === "FunctionDefinition") return this.#function(last, this.#children(last), decorators, depth);
        if (last?.name === "ClassDefinition") return this.#class(last, this.#children(last), decorators, depth);
        return undefined;
      }
      case "ImportStatement":
        return this.#import(node, children);
      case "IfStatement":
        return this.#if(node, children, depth);
      case "ForStatement": {
        const inside = children.findIndex(({ name }) => name === "in");
        const bodies = this.#bodies(children, depth);
        const body = children.findIndex(({ name }) => name === "Body");
        const start = children.findIndex(({ name }) => name === "for");
        if (inside < 0 || body < 0) return undefined;
        const target = this.#tuple(children.slice(start + 1, inside), depth, node);
        const iterable = this.#tuple(children.slice(inside + 1, body), depth, node);
        return { kind: "for", target, iterable, body: bodies[0] ?? [], otherwise: bodies[1] ?? [], from, to };
      }
      case "WhileStatement": {
        const bodies = this.#bodies(children, depth);
        return {
          kind: "while",
          test: this.#expressionIn(children[1], depth, node),
          body: [...(bodies[0] ?? []), ...(bodies[1] ?? [])],
          from,
          to,
        };
      }
      case "WithStatement":
        return this.#with(node, children, depth);
      case "TryStatement":
        return this.#try(node, children, depth);
      case "MatchStatement": {
        const body = children.find(({ name }) => name === "MatchBody");
        const clauses = body ? this.#children(body).filter(({ name }) => name === "MatchClause") : [];
        const cases = clauses.map(clause => this.#bodies(this.#children(clause), depth)[0] ?? []);
        return { kind: "match", subject: this.#expressionIn(children[1], depth, node), cases, from, to };
      }
      case "ReturnStatement": {
        const value = children.slice(1);
        return value.length === 0
          ? { kind: "return", from, to }
          : { kind: "return", value: this.#tuple(value, depth, node), from, to };
      }
      case "RaiseStatement": {
        const value = children[1];
        return value ? { kind: "raise", value: this.#expression(value, depth), from, to } : { kind: "raise", from, to };
      }
      case "ScopeStatement":
        return { kind: "global", names: children.slice(1).map(child => this.#textOf(child)), from, to };
      case "BreakStatement":
      case "ContinueStatement":
        return { kind: "leave", from, to };
      case "StatementGroup":
        // Several on one line: `a; b`.
        return {
          kind: "if",
          branches: [
            {
              test: { kind: "constant", value: true, from, to },
              body: this.statements(children, depth),
            },
          ],
          otherwise: [],
          from,
          to,
        };
      case "YieldStatement":
        this.#yields = true;
        return { kind: "other", parts: children.slice(1).map(child => this.#expression(child, depth)), from, to };
      case "AssertStatement":
      case "DeleteStatement":
      case "PrintStatement":
        return { kind: "other", parts: this.#parts(children.slice(1), depth), from, to };
      default:
        return undefined;
    }
  }

  #bodies(children: readonly SyntaxNode[], depth: number): readonly (readonly Statement[])[] {
    return children.filter(({ name }) => name === "Body").map(body => this.#body(body, depth));
  }

  #body(body: SyntaxNode, depth: number): readonly Statement[] {
    return this.statements(this.#children(body), depth);
  }

  #assignment(node: SyntaxNode, children: readonly SyntaxNode[], depth: number): Statement {
    const { from, to } = node;
    const type = children.find(({ name }) => name === "TypeDef");
    const annotation = type ? this.#expressionIn(this.#children(type).at(-1), depth, type) : undefined;
    const groups = splitAt(
      children.filter(child => child !== type),
      ({ name }) => name === "AssignOp",
    );
    const parts = groups.map(group => this.#tuple(group, depth, node));
    const extra = annotation ? { annotation } : {};
    if (parts.length < 2) return { kind: "assign", targets: parts, ...extra, from, to };
    return { kind: "assign", targets: parts.slice(0, -1), ...extra, value: parts.at(-1) as Expression, from, to };
  }

  #function(
    node: SyntaxNode,
    children: readonly SyntaxNode[],
    decorators: readonly Expression[],
    depth: number,
  ): FunctionDefinition {
    const outer = this.#yields;
    this.#yields = false;
    const name = children.find(child => child.name === "VariableName");
    const list = children.find(child => child.name === "ParamList");
    const definition: FunctionDefinition = {
      kind: "function",
      name: name ? this.#textOf(name) : "",
      parameters: list ? this.#parameters(list, depth) : [],
      body: this.#bodies(children, depth)[0] ?? [],
      decorators,
      isGenerator: this.#yields,
      from: name?.from ?? node.from,
      to: name?.to ?? node.to,
    };
    this.#yields = outer;
    return definition;
  }

  #class(
    node: SyntaxNode,
    children: readonly SyntaxNode[],
    decorators: readonly Expression[],
    depth: number,
  ): ClassDefinition {
    const name = children.find(child => child.name === "VariableName");
    const bases = children.find(child => child.name === "ArgList");
    return {
      kind: "class",
      name: name ? this.#textOf(name) : "",
      bases: bases ? this.#arguments(bases, depth) : [],
      body: this.#bodies(children, depth)[0] ?? [],
      decorators,
      from: name?.from ?? node.from,
      to: name?.to ?? node.to,
    };
  }

  #parameters(list: SyntaxNode, depth: number): readonly Parameter[] {
    const parameters: Parameter[] = [];
    let isKeyword = false;
    const children = this.#children(list).filter(({ name }) => name !== "(" && name !== ")");
    for (const group of splitAt(children, ({ name }) => name === ",")) {
      const star = group[0]?.name === "*" || group[0]?.name === "**" ? group[0].name : undefined;
      const at = group.findIndex(({ name }) => name === "VariableName");
      const name = group[at];
      if (!name) {
        if (star === "*") isKeyword = true;
        continue;
      }
      const type = group.find(child => child.name === "TypeDef");
      const equals = group.findIndex(child => child.name === "AssignOp");
      const annotation = type ? this.#expressionIn(this.#children(type).at(-1), depth, type) : undefined;
      const fallback = equals < 0 ? undefined : this.#expressionIn(group[equals + 1], depth, list);
      parameters.push({
        name: this.#textOf(name),
        kind: star ?? (isKeyword ? "keyword" : "plain"),
        ...(annotation ? { annotation } : {}),
        ...(fallback ? { fallback } : {}),
        from: name.from,
        to: name.to,
      });
      if (star === "*") isKeyword = true;
    }
    return parameters;
  }

  /** `@a.b(c)`: its parts are not nested. */
  #decorator(node: SyntaxNode, depth: number): Expression {
    let value: Expression | undefined;
    for (const child of this.#children(node)) {
      const { from, to } = child;
      if (child.name === "VariableName" || child.name === "PropertyName") {
        const name = this.#textOf(child);
        value = value
          ? { kind: "member", object: value, name, from: value.from, to }
          : { kind: "name", name, from, to };
      } else if (child.name === "ArgList" && value)
        value = { kind: "call", callee: value, args: this.#arguments(child, depth), from: value.from, to };
      else if (child.name !== "At" && child.name !== ".") value = this.#expression(child, depth);
    }
    return value ?? { kind: "other", parts: [], from: node.from, to: node.to };
  }

  #import(node: SyntaxNode, children: readonly SyntaxNode[]): Statement {
    const { from, to } = node;
    const names = (list: readonly SyntaxNode[]): readonly ImportedName[] =>
      splitAt(
        list.filter(({ name }) => name !== "(" && name !== ")"),
        ({ name }) => name === ",",
      ).flatMap(group => {
        const as = group.findIndex(({ name }) => name === "as");
        const path = as < 0 ? group : group.slice(0, as);
        const [first] = path;
        if (!first) return [];
        const alias = as < 0 ? undefined : group[as + 1];
        return [
          {
            name: path.map(part => this.#textOf(part)).join(""),
            ...(alias ? { as: this.#textOf(alias) } : {}),
            from: first.from,
            to: (path.at(-1) as SyntaxNode).to,
          },
        ];
      });
    if (children[0]?.name !== "from") return { kind: "import", names: names(children.slice(1)), from, to };
    const at = children.findIndex(({ name }) => name === "import");
    const path = children.slice(1, at < 0 ? undefined : at);
    const written = path.map(part => this.#textOf(part)).join("");
    const level = /^\.*/.exec(written)?.[0].length ?? 0;
    const imported = at < 0 ? [] : children.slice(at + 1);
    const isStar = imported[0]?.name === "*";
    return {
      kind: "from",
      level,
      module: written.slice(level),
      names: isStar ? [] : names(imported),
      isStar,
      from,
      to,
    };
  }

  #if(node: SyntaxNode, children: readonly SyntaxNode[], depth: number): Statement {
    const branches: { test: Expression; body: readonly Statement[] }[] = [];
    let otherwise: readonly Statement[] = [];
    let test: Expression | undefined;
    let isLast = false;
    for (const child of children) {
      if (child.name === "if" || child.name === "elif") continue;
      if (child.name === "else") isLast = true;
      else if (child.name !== "Body") test = this.#expression(child, depth);
      else if (isLast) otherwise = this.#body(child, depth);
      else {
        const { from, to } = child;
        branches.push({ test: test ?? { kind: "other", parts: [], from, to }, body: this.#body(child, depth) });
        test = undefined;
      }
    }
    return { kind: "if", branches, otherwise, from: node.from, to: node.to };
  }

  #with(node: SyntaxNode, children: readonly SyntaxNode[], depth: number): Statement {
    const start = children.findIndex(({ name }) => name === "with");
    const end = children.findIndex(({ name }) => name === "Body");
    const items: { value: Expression; target?: Expression }[] = [];
    for (const group of splitAt(children.slice(start + 1, end < 0 ? undefined : end), ({ name }) => name === ",")) {
      const as = group.findIndex(({ name }) => name === "as");
      const [value] = group;
      if (!value) continue;
      const target = as < 0 ? undefined : group[as + 1];
      items.push({
        value: this.#expression(value, depth),
        ...(target ? { target: this.#expression(target, depth) } : {}),
      });
    }
    const { from, to } = node;
    return { kind: "with", items, body: this.#bodies(children, depth)[0] ?? [], from, to };
  }

  #try(node: SyntaxNode, children: readonly SyntaxNode[], depth: number): Statement {
    const { from, to } = node;
    let body: readonly Statement[] = [];
    const handlers: { name?: string; body: readonly Statement[] }[] = [];
    let otherwise: readonly Statement[] = [];
    let last: readonly Statement[] = [];
    let part = "try";
    let name: string | undefined;
    for (const [index, child] of children.entries()) {
      if (["try", "except", "else", "finally"].includes(child.name)) {
        part = child.name;
        name = undefined;
      } else if (child.name === "as") {
        const target = children[index + 1];
        if (target) name = this.#textOf(target);
      } else if (child.name === "Body") {
        const statements = this.#body(child, depth);
        if (part === "try") body = statements;
        else if (part === "except") handlers.push({ ...(name === undefined ? {} : { name }), body: statements });
        else if (part === "else") otherwise = statements;
        else last = statements;
      }
    }
    return { kind: "try", body, handlers, otherwise, finally: last, from, to };
  }

  #expressionIn(node: SyntaxNode | undefined, depth: number, around: Stretch): Expression {
    return node ? this.#expression(node, depth) : { kind: "other", parts: [], from: around.from, to: around.to };
  }

  /** What stands between two operators of an assignment: one value, or several with commas between. */
  #tuple(nodes: readonly SyntaxNode[], depth: number, around: Stretch): Expression {
    const [first] = nodes;
    if (nodes.length === 1 && first) return this.#expression(first, depth);
    const items = this.#items(nodes, depth);
    return { kind: "list", items, from: first?.from ?? around.from, to: nodes.at(-1)?.to ?? around.to };
  }

  #items(nodes: readonly SyntaxNode[], depth: number): readonly Expression[] {
    const items: Expression[] = [];
    for (const group of splitAt(nodes, ({ name }) => name === ",")) {
      const [first, second] = group;
      if (first?.name === "*" && second)
        items.push({ kind: "starred", value: this.#expression(second, depth), from: first.from, to: second.to });
      else if (first) items.push(this.#expression(first, depth));
    }
    return items;
  }

  #parts(nodes: readonly SyntaxNode[], depth: number): readonly Expression[] {
    return nodes
      .filter(({ name }) => /^[A-Z]\w*(?:Expression|Name|String)$/.test(name))
      .map(node => this.#expression(node, depth));
  }

  #expression(node: SyntaxNode, outer: number): Expression {
    const { from, to } = node;
    const depth = outer + 1;
    if (depth > DEEPEST) {
      this.isWhole = false;
      return { kind: "other", parts: [], from, to };
    }
    switch (node.name) {
      case "String":
        return { kind: "constant", value: stringValue(this.#textOf(node)), from, to };
      case "Number":
        return { kind: "constant", value: numberValue(this.#textOf(node)), from, to };
      case "Boolean":
        return { kind: "constant", value: this.#textOf(node) === "True", from, to };
      case "None":
        return { kind: "constant", value: null, from, to };
      case "VariableName":
        return { kind: "name", name: this.#textOf(node), from, to };
      case "Ellipsis":
        return { kind: "name", name: "Ellipsis", from, to };
    }
    const children = this.#children(node);
    switch (node.name) {
      case "ContinuedString": {
        const parts = children.flatMap((child): readonly (string | Expression)[] =>
          child.name === "FormatString" ? this.#formatted(child, depth) : [stringValue(this.#textOf(child))],
        );
        return parts.every(part => typeof part === "string")
          ? { kind: "constant", value: parts.join(""), from, to }
          : { kind: "format", parts, from, to };
      }
      case "FormatString":
        return { kind: "format", parts: this.#formatted(node, depth), from, to };
      case "ParenthesizedExpression":
        return this.#expressionIn(children[1], depth, node);
      case "AwaitExpression":
        return this.#expressionIn(children[1], depth, node);
      case "MemberExpression":
        return this.#member(node, children, depth);
      case "CallExpression": {
        const [callee] = children;
        const args = children.find(({ name }) => name === "ArgList");
        return {
          kind: "call",
          callee: this.#expressionIn(callee, depth, node),
          args: args ? this.#arguments(args, depth) : [],
          from,
          to,
        };
      }
      case "TupleExpression":
      case "ArrayExpression":
      case "SetExpression":
        return { kind: "list", items: this.#items(children.slice(1, -1), depth), from, to };
      case "DictionaryExpression":
        return this.#dictionary(node, children, depth);
      case "BinaryExpression": {
        const left = children[0];
        const right = children.at(-1);
        const operator = children
          .slice(1, -1)
          .map(child => this.#textOf(child))
          .join(" ");
        return {
          kind: "binary",
          operator,
          left: this.#expressionIn(left, depth, node),
          right: this.#expressionIn(right, depth, node),
          from,
          to,
        };
      }
      case "UnaryExpression":
        return {
          kind: "unary",
          operator: children[0] ? this.#textOf(children[0]) : "",
          operand: this.#expressionIn(children[1], depth, node),
          from,
          to,
        };
      case "ConditionalExpression":
        return {
          kind: "conditional",
          chosen: this.#expressionIn(children[0], depth, node),
          test: this.#expressionIn(children[2], depth, node),
          otherwise: this.#expressionIn(children[4], depth, node),
          from,
          to,
        };
      case "NamedExpression": {
        const [name] = children;
        return {
          kind: "assigned",
          name: name ? this.#textOf(name) : "",
          value: this.#expressionIn(children.at(-1), depth, node),
          from,
          to,
        };
      }
      case "LambdaExpression": {
        const list = children.find(({ name }) => name === "ParamList");
        return {
          kind: "lambda",
          parameters: list ? this.#parameters(list, depth) : [],
          body: this.#expressionIn(children.at(-1), depth, node),
          from,
          to,
        };
      }
      case "ArrayComprehensionExpression":
      case "SetComprehensionExpression":
      case "ComprehensionExpression":
        return this.#comprehension(node, children.slice(1, -1), depth);
      case "YieldExpression":
        this.#yields = true;
        return { kind: "other", parts: this.#parts(children, depth), from, to };
      default:
        return { kind: "other", parts: this.#parts(children, depth), from, to };
    }
  }

  #formatted(node: SyntaxNode, depth: number): readonly (string | Expression)[] {
    const written = this.#textOf(node);
    const opening = /^[A-Za-z]*(?:"""|'''|"|')/.exec(written)?.[0] ?? "";
    const quote = opening.replace(/^[A-Za-z]*/, "");
    const prefix = opening.slice(0, opening.length - quote.length).replace(/[fF]/, "");
    const decoded = (start: number, end: number) =>
      stringValue(`${prefix}${quote}${this.#text.slice(start, end)}${quote}`)
        .replaceAll("{{", "{")
        .replaceAll("}}", "}");
    const parts: (string | Expression)[] = [];
    let at = node.from + opening.length;
    for (const child of this.#children(node)) {
      if (child.name !== "FormatReplacement") continue;
      if (child.from > at) parts.push(decoded(at, child.from));
      const inner = this.#children(child);
      // With a conversion or a format it is some text or other.
      const isPlain = inner.length === 3;
      const value = this.#expressionIn(inner[1], depth, child);
      parts.push(isPlain ? value : { kind: "other", parts: [value], from: child.from, to: child.to });
      at = child.to;
    }
    const end = node.to - (written.endsWith(quote) ? quote.length : 0);
    if (end > at) parts.push(decoded(at, end));
    return parts;
  }

  #member(node: SyntaxNode, children: readonly SyntaxNode[], depth: number): Expression {
    const { from, to } = node;
    const object = this.#expressionIn(children[0], depth, node);
    const last = children.at(-1);
    if (last?.name === "PropertyName") return { kind: "member", object, name: this.#textOf(last), from, to };
    const inside = children.slice(2, -1);
    const isSlice = inside.some(({ name }) => name === ":");
    const index: Expression = isSlice ? { kind: "other", parts: [], from, to } : this.#tuple(inside, depth, node);
    return { kind: "index", object, index, from, to };
  }

  #arguments(list: SyntaxNode, depth: number): readonly Argument[] {
    const children = this.#children(list);
    const inside = children.slice(1, children.at(-1)?.name === ")" ? -1 : undefined);
    // A generator that is the only argument has no brackets of its own.
    if (inside.some(({ name }) => name === "for")) return [{ value: this.#comprehension(list, inside, depth) }];
    return splitAt(inside, ({ name }) => name === ",").flatMap(group => {
      const [first, second, third] = group;
      if (!first) return [];
      if ((first.name === "*" || first.name === "**") && second)
        return [{ spread: first.name, value: this.#expression(second, depth) }];
      if (second?.name === "AssignOp" && first.name === "VariableName")
        return this.#textOf(second) === "="
          ? [{ name: this.#textOf(first), value: this.#expressionIn(third, depth, second) }]
          : [{ value: this.#expressionIn(third, depth, second) }];
      return [{ value: this.#expression(first, depth) }];
    });
  }

  #dictionary(node: SyntaxNode, children: readonly SyntaxNode[], depth: number): Expression {
    const { from, to } = node;
    const groups = splitAt(children.slice(1, -1), ({ name }) => name === ",");
    const entries = groups.flatMap((group): readonly { key: Expression | undefined; value: Expression }[] => {
      const [first, second, third] = group;
      if (first?.name === "**" && second) return [{ key: undefined, value: this.#expression(second, depth) }];
      if (!first || second?.name !== ":" || !third) return [];
      return [{ key: this.#expression(first, depth), value: this.#expression(third, depth) }];
    });
    return { kind: "dict", entries, from, to };
  }

  #comprehension(node: SyntaxNode, inside: readonly SyntaxNode[], depth: number): Expression {
    const { from, to } = node;
    const clauses: { target: Expression; iterable: Expression }[] = [];
    for (const [index, child] of inside.entries()) {
      if (child.name !== "for") continue;
      const inAt = inside.findIndex(({ name }, other) => other > index && name === "in");
      if (inAt < 0) break;
      const target = this.#tuple(inside.slice(index + 1, inAt), depth, node);
      clauses.push({ target, iterable: this.#expressionIn(inside[inAt + 1], depth, node) });
    }
    return { kind: "each", element: this.#expressionIn(inside[0], depth, node), clauses, from, to };
  }
}

/** Python that lezer's grammar lacks, and reads all the same: a `yield` alone, and a `with` in brackets. */
const isTolerated = ({ name, parent }: SyntaxNode): boolean =>
  name.startsWith("Yield") || name === "WithStatement" || parent?.name === "WithStatement";

const splitAt = <T>(list: readonly T[], isSeparator: (item: T) => boolean): readonly (readonly T[])[] => {
  const groups: T[][] = [[]];
  for (const item of list)
    if (isSeparator(item)) groups.push([]);
    else groups.at(-1)?.push(item);
  return groups;
};

const numberValue = (text: string): number => {
  const plain = text.replaceAll("_", "");
  return Number(plain);
};
