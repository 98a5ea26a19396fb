import { defineRule } from "../../rule.ts";
import type { ParserMessage } from "../../workflow-file.ts";
import { itsKey, listed, quoted } from "./words.ts";

export const valueType = defineRule({
  id: "workflow/value-type",
  severity: "error",
  summary: "A value is of another kind than GitHub expects: a text for a number, a list for a mapping.",
  why: "GitHub refuses the whole file: none of its jobs runs, and a required check that it reports waits for ever.",
  hint: 'look at the quotes and the dashes: `5` is a number and `"5"` is a text, `- x` is an item of a list',
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax",
  examples: {
    kind: "job",
    bad: `example:
  name: Example
  runs-on: ubuntu-latest
  timeout-minutes: ten
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
`,
    good: `example:
  name: Example
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
`,
  },
  messages: message => {
    const { isKey, location } = message;
    const told = what(message);
    if (told === null) return null;
    if (told === undefined || (isKey && !told.certain)) return undefined;
    const kinds = location?.node.expected?.kinds ?? [];
    // What the schema has refused is refused again where it is made something of.
    if (told.again && !kinds.includes(told.is)) return null;
    const wanted = told.wanted ?? (kinds.length > 0 ? listed(kinds, "or") : undefined);
    if (told.is === "nothing") return `${itsKey(message)} has no value${wanted ? `: it wants ${wanted}` : ""}`;
    return `${itsKey(message)} is ${told.is}${wanted ? `, and wants ${wanted}` : ", which it cannot be"}`;
  },
});

interface Told {
  readonly is: string;
  /** What it should be, where the parser says so. */
  readonly wanted?: string | undefined;
  /** Whether the words alone say that it is about a kind. */
  readonly certain: boolean;
  /** Whether it may have been said before. */
  readonly again?: boolean;
}

const what = ({ message }: ParserMessage): Told | undefined | null => {
  const [, unexpected] = /^A (sequence|mapping) was not expected$/.exec(message) ?? [];
  if (unexpected !== undefined) return { is: unexpected === "sequence" ? "a list" : "a mapping", certain: true };
  const [, type = "", wanted = ""] =
    /^Unexpected type '(.*)' encountered while reading '.*'\. The type '(.*)' was expected\.$/s.exec(message) ?? [];
  if (type !== "") return { is: words[type] ?? type, wanted: words[wanted], certain: true, again: true };
  const [, value] = /^Unexpected value '(.*)'$/s.exec(message) ?? [];
  if (value !== undefined) return { is: value === "" ? "nothing" : quoted(value), certain: false };
  return /^Invalid format for /.test(message) ? null : undefined;
};

/** The parser's names of kinds. */
const words: Readonly<Record<string, string>> = {
  StringToken: "a text",
  NumberToken: "a number",
  BooleanToken: "true or false",
  NullToken: "nothing",
  SequenceToken: "a list",
  MappingToken: "a mapping",
  BasicExpressionToken: "an expression",
  ScalarToken: "a single value",
};
