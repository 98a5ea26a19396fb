import { defineRule } from "../../rule.ts";

export const yamlSyntax = defineRule({
  id: "workflow/yaml-syntax",
  severity: "error",
  summary: "The file is no valid YAML.",
  why: "GitHub refuses the whole file: none of its jobs runs, and a required check that it reports waits for ever.",
  hint: "look at the indentation, the quotes and the brackets around this place: the cause is often a line above",
  reference: "https://yaml.org/spec/1.2.2/",
  examples: {
    kind: "step",
    bad: `- name: Lint
  run: "ruff check .
`,
    good: `- name: Lint
  run: "ruff check ."
`,
  },
  inspect: ({ shape }, report) => {
    if (shape?.tag) report(shape.tag, "a YAML tag stands here that GitHub does not read");
    if (shape?.unknownAlias) report(shape.unknownAlias, "the alias names an anchor that is not set above it");
  },
  messages: ({ message }, { file: { messages } }) => {
    const said = /^(?<said>.*?) at line \d+, column \d+(?::\n|$)/s.exec(message)?.groups?.said;
    // What follows is mostly of the first one's making.
    if (said !== undefined && messages[0]?.message !== message) return null;
    if (said !== undefined) return better.find(([pattern]) => pattern.test(said))?.[1] ?? lowerFirst(said);
    return undefined;
  },
});

/** What the YAML parser says, where its users would not understand it. */
const better: readonly (readonly [RegExp, string])[] = [
  [
    /^Nested mappings are not allowed in compact mappings/,
    "a text with `: ` in it needs quotes, or the next line is indented too far",
  ],
  [
    /^Implicit keys? (?:of flow|need|must)|^Implicit map keys need/,
    "a key and its `:` must be on one line: a quote or a bracket is open, or a `:` is missing",
  ],
  [/^Tabs are not allowed/, "a tab stands where YAML wants spaces"],
  [/^Missing closing/, "a quote is opened here and never closed"],
  [
    /^A collection cannot be both|^All (?:mapping|sequence|collection) items must start at the same column/,
    "this line is not indented like those it belongs to",
  ],
  [/^Plain value cannot start with/, "a text that starts with this character needs quotes"],
  [
    /^Flow (?:map|sequence) in block collection must be sufficiently indented/,
    "a bracket is closed further left than what it belongs to",
  ],
];

const lowerFirst = (text: string): string => text.replace(/^./, first => first.toLowerCase());
