import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RuleId } from "../../src/lint/rule.ts";
import { rules } from "../../src/lint/rules/index.ts";
import { readWorkflowFile } from "../../src/lint/workflow-file.ts";
import type { RepositoryContents } from "../../src/repository/contents.ts";
import { exampleRepository } from "../support/lint.ts";

const packages = join(import.meta.dirname, "../../node_modules/@actions");

/** The modules that have something to say of a workflow. */
const modules = [
  "workflow-parser/dist/model/convert.js",
  ...["concurrency", "container", "events", "id-builder", "jobs", "referencedWorkflow", "steps"].map(
    name => `workflow-parser/dist/model/converter/${name}.js`,
  ),
  ...["workflow-call", "workflow-dispatch", "job/inputs", "job/runs-on", "job/secrets"].map(
    name => `workflow-parser/dist/model/converter/${name}.js`,
  ),
  "workflow-parser/dist/templates/template-reader.js",
  "workflow-parser/dist/templates/tokens/literal-token.js",
  "workflow-parser/dist/templates/tokens/template-token.js",
  "workflow-parser/dist/workflows/file-reference.js",
  "workflow-parser/dist/workflows/yaml-object-reader.js",
  "languageservice/dist/expression-validation/evaluator.js",
  "languageservice/dist/utils/validate-uses.js",
  "languageservice/dist/validate-action-reference.js",
  "languageservice/dist/validate.js",
  "expressions/dist/errors.js",
  "expressions/dist/lexer.js",
];

/** The texts of a module's messages, with `…` for what is put into them. */
const messagesIn = (module: string): readonly string[] => {
  const code = readFileSync(join(packages, module), "utf8");
  // Elsewhere, what is returned or chosen from is a part of a message.
  const whole = /(?:errors|id-builder)\.js$/.test(module) ? "|return " : /steps\.js$/.test(module) ? "|[?:] " : "";
  const texts = new RegExp(
    `(?:\\.error\\([^"\`;\\n]*?|new (?:Error|TemplateTokenError)\\(|\\bmessage: ${whole})("(?:[^"\\\\\\n]|\\\\.)*"|\`(?:[^\`\\\\]|\\\\.)*\`)`,
    "g",
  );
  return [...code.matchAll(texts)]
    .map(([, text = ""]) => (text.startsWith("`") ? withoutValues(text) : text).slice(1, -1))
    .filter(text => / /.test(text) || text === "ErrorExceededMaxLength");
};

const withoutValues = (template: string): string =>
  template
    .replace(/\\`/g, "´")
    .replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, "…")
    .replace(/\$\{[^}]*(?=`$)/, "…")
    .replaceAll("´", "`");

const STEPS = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n";
const steps = (...lines: readonly string[]): string => STEPS + lines.map(line => `      ${line}\n`).join("");
const job = (...lines: readonly string[]): string =>
  `on: push\njobs:\n  a:\n${lines.map(line => `    ${line}\n`).join("")}`;
const input = (event: string, lines: string): string =>
  `on:\n  ${event}:\n    inputs:\n      x: { ${lines} }\njobs: { a: { runs-on: x, steps: [{ run: x }] } }\n`;
const cron = (line: string): string =>
  `on:\n  schedule:\n    - ${line}\njobs: { a: { runs-on: x, steps: [{ run: x }] } }\n`;
const calls = (workflow: string, more = ""): string => job(`uses: ${workflow}`, more);
const needs = (one: string, other: string): string =>
  `on: push\njobs:\n  a: { runs-on: x, needs: [${one}], steps: [{ run: x }] }\n  b: { runs-on: x, needs: [${other}], steps: [{ run: x }] }\n  c: { runs-on: x, steps: [{ run: x }] }\n`;

/** What each message becomes: the rule that tells it, its words, and a workflow that brings it about; `no mistake`: dropped. */
type Row = readonly [id: RuleId, words: string, text: string] | readonly [id: "no mistake", why: string, text: string];

const rows: Readonly<Record<string, Row>> = {
  "A mapping was not expected": [
    "workflow/value-type",
    "`steps` is a mapping, and wants a list",
    job("runs-on: x", "steps: { run: x }"),
  ],
  "A sequence was not expected": [
    "workflow/value-type",
    "`env` is a list, and wants a mapping",
    job("runs-on: x", "env: [a]", "steps: [{ run: x }]"),
  ],
  "A template expression is not allowed in this context": [
    "workflow/expression-not-allowed",
    "a key cannot be an expression here",
    `on: push\n\${{ insert }}: x\njobs: { a: { runs-on: x, steps: [{ run: x }] } }\n`,
  ],
  'Actions schedules run at most every 5 minutes. "…" (…) will not run as frequently as specified.': [
    "workflow/cron-too-frequent",
    "`* * * * *` asks for more than one run in five minutes",
    cron('cron: "* * * * *"'),
  ],
  "An expression was expected": [
    "workflow/expression-syntax",
    `there is nothing between \`\${{\` and \`}}\``,
    steps(`- run: \${{ }}`),
  ],
  "Concurrency group '…' is also defined at the workflow level. This will cause a deadlock.": [
    "workflow/concurrency-deadlock",
    "`g` is the workflow's concurrency group as well: the job waits for itself",
    `concurrency: g\n${job("runs-on: x", "concurrency: g", "steps: [{ run: x }]")}`,
  ],
  "Concurrency group '…' is also used by job '…'. This will cause a deadlock.": [
    "no mistake",
    "told of the job",
    `concurrency: g\n${job("runs-on: x", "concurrency: g", "steps: [{ run: x }]")}`,
  ],
  "Conditional expression contains literal text outside replacement tokens. This will cause the expression to always evaluate to truthy. Did you mean to put the entire expression inside ${{ }}?":
    ["workflow/text-around-expression", "", steps(`- if: \${{ true }} && false`, "  run: x")],
  "Container image cannot be empty": [
    "workflow/missing-key",
    "the container names no image",
    job("runs-on: x", "services: { db: { ports: ['1'] } }", "steps: [{ run: x }]"),
  ],
  "Context access might be invalid: …": [
    "workflow/unknown-property",
    "`github` has no `refname`, as far as the file shows",
    steps(`- run: \${{ github.refname }}`),
  ],
  "Even number of parameters supplied, requires an odd number of parameters": [
    "workflow/function-arguments",
    "`case` has no value for the case that no condition holds",
    steps(`- run: \${{ case(true, 1, false, 2) }}`),
  ],
  "Exactly … parameter(s) were expected following the directive '…'. Actual parameter count: …": [
    "workflow/expression-syntax",
    `\`\${{ insert }}\` stands for a whole key, and takes nothing else`,
    steps(`- run: \${{ insert x }}`),
  ],
  "Exceeded max expression depth …": [
    "workflow/expression-too-deep",
    "the expression nests deeper than 50 levels",
    steps(`- run: \${{ ${"(".repeat(60)}1${")".repeat(60)} }}`),
  ],
  "Expected format {owner}/{repo}[/path]@{ref}. Actual '…'": [
    "workflow/uses-format",
    "`actions/checkout` has no version: which commit is to run?",
    steps("- uses: actions/checkout"),
  ],
  "Expected one of uses, run, wait, wait-all, cancel, or parallel to be defined": [
    "workflow/missing-key",
    "this step has none of `run`, `uses`, `wait`, `wait-all`, `cancel` or `parallel`",
    steps("- name: x"),
  ],
  "Format string references argument {…} but only … argument(s) provided": [
    "workflow/format-string",
    "the text of `format` has a place `{1}`, but there is one argument",
    steps(`- run: \${{ format('{0}{1}', 1) }}`),
  ],
  "Input type is not 'choice', but 'options' is defined": [
    "workflow/dispatch-inputs",
    "`x` has `options`, but is no `choice`",
    input("workflow_dispatch", "options: [y]"),
  ],
  "Input … is required, but not provided while calling.": [
    "workflow/called-workflow",
    "the called workflow wants the input `image`",
    calls("./.github/workflows/publish.yaml"),
  ],
  "Invalid cron expression. Expected format: '* * * * *' (minute hour day month weekday)": [
    "workflow/cron",
    "`@daily` is no schedule: it has one field, and needs five",
    cron('cron: "@daily"'),
  ],
  "Invalid format for jobs": ["no mistake", "told of the value's kind", "on: push\njobs: x\n"],
  "Invalid format for steps": ["no mistake", "told of the value's kind", job("runs-on: x", "steps: x")],
  "Invalid format string: …": [
    "workflow/format-string",
    "the text of `format` has a brace that is no place for an argument",
    steps(`- run: \${{ format('{', 1) }}`),
  ],
  "Invalid input, … is not defined in the referenced workflow.": [
    "workflow/called-workflow",
    "the called workflow has no input `y`",
    calls("./.github/workflows/publish.yaml", "with: { image: x, y: z }"),
  ],
  "Invalid runs-on group name '…. Please use 'organization/' or 'enterprise/' prefix to target a single runner group.'":
    ["workflow/invalid", "", job("runs-on: { group: ./gpu }", "steps: [{ run: x }]")],
  "Invalid runs-on group name '…'.": [
    "workflow/invalid",
    "invalid runs-on group name 'org/'",
    job("runs-on: { group: org/ }", "steps: [{ run: x }]"),
  ],
  "Invalid secret, … is not defined in the referenced workflow.": [
    "workflow/called-workflow",
    "the called workflow has no secret `A`",
    calls("./.github/workflows/publish.yaml", "secrets: { A: x }"),
  ],
  "Invalid workflow reference '…': …": [
    "workflow/uses-format",
    "`a/b/x.yml@v1` names no workflow: references to workflows must be rooted in '.github/workflows'",
    calls("a/b/x.yml@v1"),
  ],
  "Job '…' depends on job '…' which creates a cycle in the dependency graph.": [
    "workflow/needs-cycle",
    "jobs wait for each other: `a` → `b` → `a`",
    needs("b", "a"),
  ],
  "Job '…' depends on unknown job '…'.": ["workflow/unknown-need", "there is no job `other`", needs("c", "other")],
  "Missing 'options' for choice input": [
    "workflow/dispatch-inputs",
    "the choice `x` has no `options`",
    input("workflow_dispatch", "type: choice"),
  ],
  "Missing required key 'cron' in schedule entry": [
    "no mistake",
    "told of the missing key",
    cron("timezone: Europe/Berlin"),
  ],
  "Nested 'parallel' blocks are not allowed.": [
    "workflow/background-steps",
    "`parallel` cannot be inside of another `parallel`",
    steps("- parallel: [{ parallel: [{ run: x }] }]"),
  ],
  "Required property is missing: …": ["workflow/missing-key", "the workflow has no `jobs`", "on: push\n"],
  "Reusable workflows should be referenced at the top-level `jobs.<job_id>.uses` key, not within steps": [
    "workflow/uses-format",
    "a step cannot call a workflow: a job of its own does, with `uses` in place of `steps`",
    steps("- uses: a/b/.github/workflows/x.yml@v1"),
  ],
  "Secret … is required, but not provided while calling.": [
    "workflow/called-workflow",
    "the called workflow wants the secret `KEY`",
    calls("./.github/workflows/sign.yaml"),
  ],
  "Step '…' cannot reference itself": [
    "workflow/background-steps",
    "the step `s` waits for itself",
    steps("- id: s", "  wait: s"),
  ],
  "Step references unknown step ID '…'": [
    "workflow/background-steps",
    "no step above has the id `s`",
    steps("- wait: s"),
  ],
  "The directive '…' is not allowed in this context. Directives are not supported for expressions that are embedded within a string. Directives are only supported when the entire value is an expression.":
    [
      "workflow/expression-syntax",
      `\`\${{ insert }}\` stands for a whole key, and takes nothing else`,
      steps(`- run: \${{ insert }} x`),
    ],
  "The expression is not closed. An unescaped ${{ sequence was found, but the closing }} sequence was not found.": [
    "workflow/expression-syntax",
    `an expression is opened with \`\${{\` and never closed with \`}}\``,
    steps(`- run: \${{ github.ref`),
  ],
  "The identifier '…' is invalid. IDs may only contain alphanumeric characters, '_', and '-'. IDs must start with a letter or '_' and and must be less than … characters.":
    ["workflow/invalid-id", "`a.b` cannot be an id", steps("- id: a.b", "  run: x")],
  "The identifier '…' is invalid. IDs starting with '__' are reserved.": [
    "workflow/invalid-id",
    "`__a` begins with `__`, which GitHub keeps for itself",
    steps("- id: __a", "  run: x"),
  ],
  "The identifier '…' may not be used more than once within the same scope.": [
    "workflow/duplicate-id",
    "`a` is already the id of the step on line 6",
    steps("- { id: a, run: x }", "- { id: a, run: x }"),
  ],
  "The provided ref '…' may be a shortened commit SHA. If so, please use the full 40-character commit SHA instead, as short SHAs are not supported.":
    [
      "policy/short-commit",
      "`1234567` is not a whole commit: GitHub wants all 40 digits",
      steps("- uses: a/b@1234567"),
    ],
  "The value of 'wait-all' must be true or omitted": [
    "workflow/background-steps",
    "`wait-all` can be true, or be left out",
    steps("- wait-all: false"),
  ],
  "The workflow must contain at least one job with no dependencies.": [
    "workflow/needs-cycle",
    "the job `a` waits for itself",
    job("runs-on: x", "needs: a", "steps: [{ run: x }]"),
  ],
  "There's not enough info to determine what you meant. Add one of these properties: …": [
    "workflow/missing-key",
    "the job `a` has none of `runs-on` or `uses`",
    job("name: x"),
  ],
  "Too few parameters supplied": [
    "workflow/function-arguments",
    "`contains` has too few arguments",
    steps(`- run: \${{ contains(1) }}`),
  ],
  "Too many parameters supplied": [
    "workflow/function-arguments",
    "`toJSON` has too many arguments",
    steps(`- run: \${{ toJSON(1, 2) }}`),
  ],
  "Unable to create a unique name": [
    "workflow/invalid-id",
    "a job has so many steps without an `id` that GitHub finds no more names for them: 999 of a kind can be",
    STEPS + "      - run: x\n".repeat(1001),
  ],
  "Unable to find reusable workflow": [
    "workflow/called-workflow",
    "there is no workflow `.github/workflows/none.yaml` in this repository",
    calls("./.github/workflows/none.yaml"),
  ],
  "Unable to resolve action `…`, no 'action.yml' or 'action.yaml' found in '…'": [
    "no mistake",
    "told by another rule",
    steps("- uses: $/none"),
  ],
  "Unexpected end of expression": [
    "workflow/expression-syntax",
    "the expression ends too early: something is missing at its end",
    steps(`- run: \${{ (github.ref }}`),
  ],
  "Unexpected symbol": [
    "workflow/expression-syntax",
    `\`.ref\` makes no sense here in \`\${{ github..ref }}\``,
    steps(`- run: \${{ github..ref }}`),
  ],
  "Unexpected symbol: '…'. Located at position … within expression: …": [
    "workflow/expression-syntax",
    "texts of expressions stand in single quotes, not in double ones",
    steps(`- run: \${{ "x" }}`),
  ],
  "Unexpected type '…' encountered while reading '…'. The type '…' was expected.": [
    "workflow/dispatch-inputs",
    "the default `yes` of `x` is neither true nor false",
    input("workflow_dispatch", "type: boolean, default: 'yes'"),
  ],
  "Unexpected type '…' encountered while reading '…'. The type 'ScalarToken' was expected.": [
    "no mistake",
    "told of the value's kind",
    steps("- run: [x]"),
  ],
  "Unexpected value '…'": [
    "workflow/unknown-key",
    "unknown key `timeout_minutes`: did you mean `timeout-minutes`?",
    steps("- run: x", "  timeout_minutes: 5"),
  ],
  "Unrecognized function": [
    "workflow/unknown-function",
    "there is no function `containz`: did you mean `contains`?",
    steps(`- run: \${{ containz(1) }}`),
  ],
  "Unrecognized named-value": [
    "workflow/context-not-available",
    "`env` is not offered here: only `github`, `inputs`, `vars`, `needs`, `strategy` and `matrix` are",
    job(`runs-on: \${{ env.X }}`, "steps: [{ run: x }]"),
  ],
  "Value '…' is not valid": ["workflow/unknown-need", "there is no job `other`", needs("c", "other")],
  "'background' is not allowed inside a parallel block. Steps in a parallel block are automatically run as background steps.":
    [
      "workflow/background-steps",
      "a step of `parallel` cannot have `background`",
      steps("- parallel: [{ run: x, background: true }]"),
    ],
  "'cancel' is not allowed inside a parallel block.": [
    "workflow/background-steps",
    "a step of `parallel` cannot have `cancel`",
    steps("- parallel: [{ cancel: x }]"),
  ],
  "'queue: max' cannot be combined with 'cancel-in-progress: true'.": [
    "workflow/queue-with-cancel",
    "`queue: max` and `cancel-in-progress: true` exclude each other",
    `concurrency: { group: g, queue: max, cancel-in-progress: true }\n${steps("- run: x")}`,
  ],
  "'uses' value in action cannot be blank": ["no mistake", "told of the missing value", steps("- uses: ''")],
  "'wait' is not allowed inside a parallel block.": [
    "workflow/background-steps",
    "a step of `parallel` cannot have `wait`",
    steps("- parallel: [{ wait: x }]"),
  ],
  "'wait-all' is not allowed inside a parallel block.": [
    "workflow/background-steps",
    "a step of `parallel` cannot have `wait-all`",
    steps("- parallel: [{ wait-all: true }]"),
  ],
  "'…' is already defined": [
    "workflow/duplicate-key",
    "`A` is the same as `a` on line 8: case does not tell keys apart",
    steps("- run: x", "  env:", "    a: 1", "    A: 2"),
  ],
  "workflow_call key is not defined in the referenced workflow.": [
    "workflow/called-workflow",
    "the called workflow does not let itself be called: it has no `on.workflow_call`",
    calls("./.github/workflows/ci.yaml"),
  ],
  ErrorExceededMaxLength: ["workflow/expression-too-long", "", steps(`- run: \${{ '${"x".repeat(21_001)}' }}`)],
};

/** More of what one message can be about. */
const more: readonly Row[] = [
  [
    "workflow/unknown-value",
    "`contents` cannot be `reed`: did you mean `read`?",
    job("runs-on: x", "permissions: { contents: reed }", "steps: [{ run: x }]"),
  ],
  ["workflow/unknown-value", "`runs-on` has no value", job("runs-on:", "steps: [{ run: x }]")],
  [
    "workflow/unknown-value",
    "`on` cannot be `pusj`: did you mean `push`?",
    "on: pusj\njobs: { a: { runs-on: x, steps: [{ run: x }] } }\n",
  ],
  [
    "workflow/value-type",
    "`timeout-minutes` is `five`, and wants a number",
    job("runs-on: x", "timeout-minutes: five", "steps: [{ run: x }]"),
  ],
  ["workflow/unknown-key", "`uses` does not go together with `run`", steps("- run: x", "  uses: a/b@v1")],
  [
    "workflow/unknown-key",
    "unknown key `runs-on`: it belongs further left, beside `runs-on` or `steps`",
    steps("- run: x", "  runs-on: x"),
  ],
  ["workflow/unknown-key", "unknown key `constructor`", job("runs-on: x", "constructor: x", "steps: [{ run: x }]")],
  [
    "workflow/unknown-context",
    "there is no context `main`: a text needs single quotes",
    steps("- if: github.ref_name == main", "  run: x"),
  ],
  [
    "workflow/unknown-context",
    "there is no context `githb`: did you mean `github`?",
    steps(`- run: \${{ githb.ref }}`),
  ],
  ["workflow/expression-not-allowed", "`uses` cannot be an expression", steps(`- uses: \${{ github.ref }}`)],
  [
    "workflow/function-not-available",
    "`hashFiles` is not offered here, unlike `always`, `failure`, `cancelled` and `success`",
    job("if: hashFiles('x')", "runs-on: x", "steps: [{ run: x }]"),
  ],
  [
    "workflow/expression-syntax",
    "`=` is no operator of expressions: comparisons are written `==`",
    steps("- if: github.ref = 'x'", "  run: x"),
  ],
  [
    "workflow/expression-syntax",
    `an expression has another \`\${{\` inside of it: it is written once, around all of it`,
    steps(`- run: \${{ a \${{ b }} }}`),
  ],
  [
    "workflow/yaml-syntax",
    "a text with `: ` in it needs quotes, or the next line is indented too far",
    steps("- run: a: b"),
  ],
  ["workflow/yaml-syntax", "a quote is opened here and never closed", steps('- run: "x')],
  ["workflow/yaml-syntax", "sequence item without - indicator", steps("- run: x", " name: y")],
  [
    "workflow/called-workflow",
    "GitHub's parser refuses the called workflow `.github/workflows/broken.yaml`",
    calls("./.github/workflows/broken.yaml"),
  ],
  ["policy/unpinned-action", "`a/b@20240102` is not pinned to a commit", steps("- uses: a/b@20240102")],
  ["workflow/needs-cycle", "the workflow has no job", "on: push\njobs: {}\n"],
];

/** What no file brings about, and why. */
const never: Readonly<Record<string, string>> = {
  "A file provider is required to fetch reusable workflows": "there is one",
  "Block scalar '…' implicitly adds a trailing newline that may be unintentional. Use '…-' to remove it, or '…+' to explicitly keep it.":
    "not asked for",
  "Error while reading '…'. Unexpected value '…'": "nothing calls it",
  "Exceeded max expression length …": "the lexer has words of its own",
  "Expected a scalar value, a sequence, or a mapping": "every key has a value, and aliases are looked at before",
  "Expected end of reader": "the parser stops before",
  "Expected mapping end": "a pair always has a key",
  "Expected one of uses or run to be defined": "steps in the background are known",
  "Expected start of reader": "a text always begins",
  "Expression might be invalid: …": "only of `fromJSON`, which the service does not evaluate",
  "Invalid action input '…'": "the service is told that actions have no inputs",
  "Invalid file reference: …": "told as one that is not found",
  "Invalid format for 'on'": "what is no text is no single event either",
  "Invalid key '…'": "the schema has refused it",
  "Invalid property name: …": "the schema has refused it",
  "Invalid schedule key": "the schema has refused it",
  "Reusable workflows are not allowed": "they are",
  "Unable to resolve action `…`, repository or version not found": "the service is not told of actions",
  "Unexpected container item key: …": "the schema has refused it",
  "Unexpected value type '…' when reading object": "tags that make other values are refused before",
  "Unknown error": "every kind has words",
  "credentials key …": "the schema has refused it",
};

const called: Readonly<Record<string, string>> = {
  ".github/workflows/broken.yaml": "on: workflow_call\njobs: { a: { runs: x } }\n",
  ".github/workflows/sign.yaml":
    "on: { workflow_call: { secrets: { KEY: { required: true } } } }\njobs: { a: { runs-on: x, steps: [{ run: x }] } }\n",
};

const repository: RepositoryContents = {
  ...exampleRepository,
  has: path => path in called || exampleRepository.has(path),
  text: path => called[path] ?? exampleRepository.text(path),
};

/** What GitHub's parser says of a workflow, each with the rule that takes it and its words. */
const explained = async (text: string) => {
  const file = await readWorkflowFile("x.yaml", text, repository);
  return file.messages.map(message => {
    for (const { id, messages } of rules) {
      const words = messages?.(message, { file, repository });
      if (words !== undefined) return { said: message.message, id, words };
    }
    throw new Error(`nobody takes ${message.message}`);
  });
};

/** Whether a message is one of those that a text with `…` stands for. */
const isOf = (said: string, text: string): boolean => {
  const parts = text.split("…").map(part => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^]*")}(?::|$)`).test(said);
};

test("messages: everything that GitHub's parser and language service can say is accounted for", () => {
  const said = new Set(modules.flatMap(messagesIn));
  expect([...said].filter(text => !(text in rows) && !(text in never)).sort()).toEqual([]);
  expect([...Object.keys(rows), ...Object.keys(never)].filter(text => !said.has(text)).sort()).toEqual([]);
});

test.for(Object.entries(rows))("messages: %s", async ([said, [id, words, text]]) => {
  const found = (await explained(text)).filter(one => isOf(one.said, said));
  expect(found.length, "the workflow brings it about").toBeGreaterThan(0);
  if (id === "no mistake") expect(found.map(one => one.words)).toEqual(found.map(() => null));
  else {
    expect(found.map(one => one.id)).toContain(id);
    // The words of rules that are elsewhere are tested there.
    if (words !== "") expect(found.map(one => one.words)).toContain(words);
  }
});

test.for(more)("messages: %s: %s", async ([id, words, text]) => {
  expect((await explained(text)).map(one => [one.id, one.words])).toContainEqual([id, words]);
});

test.for([
  ["keys that are numbers or booleans", job("runs-on: x", "env: { 1: x, true: y, 1.5: z }", "steps: [{ run: x }]")],
  ["a key that is an alias", job("runs-on: &r x", "env: { &k KEY: x }", "outputs: { *k : *r }", "steps: [{ run: x }]")],
  ["keys in braces without values", "on: { push, pull_request }\njobs: { a: { runs-on: x, steps: [{ run: x }] } }\n"],
  ["keys after a question mark", job("runs-on: x", "env: { ? a : b }", "steps: [{ run: x }]")],
  ["a default that is a number", input("workflow_dispatch", "type: string, default: 5")],
  ["a default that is a text of a boolean", input("workflow_dispatch", "type: boolean, default: 'true'")],
  ["needs of another case", needs("C", "A")],
  ["a workflow of another repository", calls("a/b/.github/workflows/x.yml@v1", "with: { x: y }")],
  ["what is set outside of the file", steps(`- run: \${{ env.X }} \${{ vars.Y }} \${{ secrets.Z }}`)],
] as const)("messages: nothing is said of %s", async ([, text]) => {
  expect((await explained(text)).filter(({ words }) => words !== null)).toEqual([]);
});

test("messages: no rule waits for one that never comes", async () => {
  const texts = [...Object.values(rows), ...more].map(([, , text]) => text);
  const taken = new Set((await Promise.all(texts.map(explained))).flat().map(({ id }) => id));
  expect(rules.filter(rule => rule.messages && !taken.has(rule.id)).map(({ id }) => id)).toEqual([]);
});
