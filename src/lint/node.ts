import { isBasicExpression, isMapping, isSequence, isString } from "@actions/workflow-parser";
import { DefinitionInfo } from "@actions/workflow-parser/templates/schema/definition-info";
import { DefinitionType } from "@actions/workflow-parser/templates/schema/definition-type";
import { SequenceDefinition } from "@actions/workflow-parser/templates/schema/sequence-definition";
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/template-token";
import type { TokenRange } from "@actions/workflow-parser/templates/tokens/token-range";
import type { Expectation } from "./expectation.ts";
import { expectationOf } from "./expectation.ts";
import type { Expression } from "./expression.ts";
import { readExpression } from "./expression.ts";
import { expressionPlace } from "./expression-markers.ts";
import { offsetsIn, scalarValue } from "./offsets.ts";
import type { Place, SourceText } from "./place.ts";

/** A key and its value. */
export interface Entry {
  readonly key: string;
  readonly keyPlace: Place;
  readonly value: Node;
}

/** A value of a workflow as GitHub's parser read it, with its place in the file. */
export class Node {
  readonly source: SourceText;
  readonly #token: TemplateToken;
  /** What the key or the list around says of it. */
  readonly #given: DefinitionInfo | undefined;
  #entries: readonly Entry[] | undefined;
  #expressions: readonly Expression[] | undefined;
  #items: readonly Node[] | undefined;
  #text: string | undefined;
  #offsets: Int32Array | undefined;

  constructor(token: TemplateToken, source: SourceText, given: DefinitionInfo | undefined = undefined) {
    this.#token = token;
    this.source = source;
    this.#given = given;
  }

  get place(): Place {
    const token = this.#token;
    const place = placeOf(token.range);
    return isBasicExpression(token) && !token.originalExpressions ? expressionPlace(this.source, place) : place;
  }

  /** GitHub's name for what stands here, such as `step-if`. */
  get definition(): string | undefined {
    return this.#token.definition?.key;
  }

  /** What GitHub's schema says of it; absent where the schema does not reach. */
  get expected(): Expectation | undefined {
    // A mapping of which several forms are known has the one that its keys tell.
    const info = this.isMapping
      ? (this.#token.definitionInfo ?? this.#given)
      : (this.#given ?? this.#token.definitionInfo);
    return info && expectationOf(info);
  }

  /** The same, as the key or the list around says it, whichever of several forms it has. */
  get given(): Expectation | undefined {
    return this.#given && expectationOf(this.#given);
  }

  get isMapping(): boolean {
    return isMapping(this.#token);
  }

  get isSequence(): boolean {
    return isSequence(this.#token);
  }

  get isScalar(): boolean {
    return this.#token.isScalar;
  }

  /** A scalar's text as the runner gets it, `${{ }}` not yet replaced; empty for a collection. */
  get text(): string {
    this.#text ??= this.#readText();
    return this.#text;
  }

  /** A scalar's text, where no expression is part of it. */
  get literal(): string | undefined {
    return this.#token.isScalar && !isBasicExpression(this.#token) ? this.#token.toString() : undefined;
  }

  /** The length of the one expression that GitHub makes of a scalar's text and every `${{ }}` in it. */
  get expressionLength(): number {
    return isBasicExpression(this.#token) ? this.#token.expression.length : 0;
  }

  /** The keys of a mapping; none for anything else. */
  get entries(): readonly Entry[] {
    this.#entries ??= isMapping(this.#token)
      ? [...this.#token].map(({ key, value }) => ({
          // A key that is itself a list or a mapping has no text, whatever its type says.
          key: key.toString() ?? "",
          keyPlace: placeOf(key.range),
          value: new Node(value, this.source, key.definitionInfo),
        }))
      : [];
    return this.#entries;
  }

  entry(key: string): Entry | undefined {
    return this.entries.find(entry => entry.key === key);
  }

  get(key: string): Node | undefined {
    return this.entry(key)?.value;
  }

  /** The items of a sequence; a scalar alone, which GitHub takes for a list of one; none for a mapping. */
  get items(): readonly Node[] {
    const token = this.#token;
    if (!isSequence(token)) return token.isScalar && this.text !== "" ? [this] : [];
    const given = itemDefinition(token);
    this.#items ??= Array.from(token, item => new Node(item, this.source, given));
    return this.#items;
  }

  /** The expressions of a scalar, in order; of a collection, those of all it holds. */
  get expressions(): readonly Expression[] {
    this.#expressions ??= this.#readExpressions();
    return this.#expressions;
  }

  #readExpressions(): readonly Expression[] {
    const token = this.#token;
    if (isBasicExpression(token))
      return (token.originalExpressions ?? [token]).map(({ expression, range }) =>
        readExpression(expression, expressionPlace(this.source, placeOf(range))),
      );
    if (isString(token)) {
      const condition = CONDITIONS.has(token.definition?.key ?? "") && !token.value.includes("${{");
      return condition ? [readExpression(token.value.trim(), this.place)] : [];
    }
    return [...this.entries.map(({ value }) => value), ...(isSequence(token) ? this.items : [])].flatMap(
      ({ expressions }) => expressions,
    );
  }

  /** Where a stretch of a scalar's text stands in the file. */
  within(start: number, end: number): Place {
    const { line, column } = this.place;
    const from = this.source.offset(line, column);
    this.#offsets ??= offsetsIn(this.#written, this.text);
    const first = this.#offsets[start] ?? 0;
    const last = end > start ? (this.#offsets[end - 1] ?? first) + 1 : first;
    return this.source.place(from + first, from + last);
  }

  get #written(): string {
    return this.source.slice(this.place);
  }

  #readText(): string {
    const token = this.#token;
    if (!isBasicExpression(token)) return token.isScalar ? token.toString() : "";
    if (!token.originalExpressions) return `\${{ ${token.expression} }}`;
    // The parser makes one `format('…{0}…', …)` of a text with several expressions, with all that YAML takes away from it.
    return scalarValue(this.#written, this.source.indent(this.place));
  }
}

const itemDefinition = ({ definitionInfo }: TemplateToken): DefinitionInfo | undefined => {
  const [sequence] = definitionInfo?.getDefinitionsOfType(DefinitionType.Sequence) ?? [];
  return definitionInfo && sequence instanceof SequenceDefinition
    ? new DefinitionInfo(definitionInfo, sequence.itemType)
    : undefined;
};

/** Conditions are expressions also without their markers. */
const CONDITIONS: ReadonlySet<string> = new Set(["job-if", "step-if", "snapshot-if"]);

/** What the parser made up itself has no place; the beginning of the file stands for it. */
const placeOf = (range: TokenRange | undefined): Place => ({
  line: range?.start.line ?? 1,
  column: range?.start.column ?? 1,
  endLine: range?.end.line ?? 1,
  endColumn: range?.end.column ?? 1,
});
