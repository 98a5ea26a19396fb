import { readFileSync } from "node:fs";

/**
 * GitHub's language service builds, for each expression anew, every context that is offered there, with all that the payloads of
 * the workflow's events hold: several thousand names. Each change below leaves what it finds alone, and together they make a
 * workflow of two hundred expressions take a fifth of the time. The last ones make it read YAML that GitHub reads.
 *
 * @type {readonly { file: RegExp, find: string, put: string }[]}
 */
const changes = [
  {
    // What an expression does not name cannot be wrong in it.
    file: /[\\/]languageservice[\\/]dist[\\/]validate\.js$/,
    find: "await getWorkflowExpressionContext(namedContexts, contextProviderConfig, workflowContext, Mode.Validation)",
    put: `await getWorkflowExpressionContext(
      namedContexts.filter(name => expression.expression.toLowerCase().includes(name.toLowerCase())),
      contextProviderConfig,
      { ...workflowContext, readsEvent: /event(?!_)|\\[/i.test(expression.expression) },
      Mode.Validation,
    )`,
  },
  remembering({
    // Without the event, it is the same for all workflows.
    file: /[\\/]languageservice[\\/]dist[\\/]context-providers[\\/]github\.js$/,
    name: "getGithubContext",
    parameters: "workflowContext, mode",
    key: "workflowContext?.readsEvent === false ? remembered : workflowContext?.template",
    build: "build(key === remembered ? undefined : workflowContext, mode)",
  }),
  remembering({
    file: /[\\/]languageservice[\\/]dist[\\/]expression-validation[\\/]error-dictionary\.js$/,
    name: "wrapDictionary",
    parameters: "d",
    key: "d",
    build: "build(d)",
  }),
  {
    // All steps look alike to those below them.
    file: /[\\/]languageservice[\\/]dist[\\/]context-providers[\\/]steps\.js$/,
    find: "function stepContext() {",
    put: `let shared;
function stepContext() {
  shared ??= build();
  return shared;
}
function build() {`,
  },
  {
    // Only what is around a place can lead to what stands there; of thousands of steps, one.
    file: /[\\/]languageservice[\\/]dist[\\/]utils[\\/]find-token\.js$/,
    find: "for (const token of sequenceToken) {",
    put: "for (const token of sequenceToken) {\n                    if (!posInToken(pos, token)) continue;",
  },
  {
    file: /[\\/]languageservice[\\/]dist[\\/]utils[\\/]find-token\.js$/,
    find: "                    s.push({\n                        parent: mappingToken,",
    put: "                    if (!posInToken(pos, value)) continue;\n                    s.push({\n                        parent: mappingToken,",
  },
  {
    // The parser breaks off at a key that is a number, a boolean or an alias, and at one without a value in braces; GitHub does not.
    file: /[\\/]workflow-parser[\\/]dist[\\/]workflows[\\/]yaml-object-reader\.js$/,
    find: "const key = scalarKey.value;",
    put: `const named = isAlias(scalarKey) ? scalarKey.resolve(this.doc) : scalarKey;
            const key = isScalar(named) ? String(named.value ?? "") : undefined;`,
  },
  {
    file: /[\\/]workflow-parser[\\/]dist[\\/]workflows[\\/]yaml-object-reader\.js$/,
    find: "for (const child of this.getNodes(node.value, aliasResolutionStack)) {",
    put: `if (!node.value) yield new ParseEvent(EventType.Literal, new NullToken(this.fileId, range, undefined));
            else for (const child of this.getNodes(node.value, aliasResolutionStack)) {`,
  },
];

/**
 * A function that depends on one object alone keeps each result with it.
 *
 * @param {{ file: RegExp, name: string, parameters: string, key: string, build: string }} of
 */
function remembering({ file, name, parameters, key, build }) {
  return {
    file,
    find: `export function ${name}(${parameters}) {`,
    put: `const remembered = new WeakMap();
export function ${name}(${parameters}) {
  const key = ${key};
  if (key === undefined) return build(${parameters});
  if (!remembered.has(key)) remembered.set(key, ${build});
  return remembered.get(key);
}
function build(${parameters}) {`,
  };
}

/**
 * The changed module; `undefined` for any other.
 *
 * @param {string} path
 * @returns {string | undefined}
 */
const changedModule = path => {
  const own = changes.filter(({ file }) => file.test(path));
  if (own.length === 0) return undefined;
  const text = readFileSync(path, "utf8").replace(/^\/\/# sourceMappingURL=.*$/m, "");
  return own.reduce((before, { find, put }) => {
    if (!before.includes(find)) throw new Error(`${path} has no ${find}: is it another release?`);
    return before.replace(find, () => put);
  }, text);
};

/** @type {import("esbuild").Plugin} */
export const languageServicePlugin = {
  name: "language-service",
  setup: ({ onLoad }) => {
    // Its tables, half a megabyte, take half the time to load as text that is parsed than as code that is compiled.
    onLoad({ filter: /[\\/]@actions[\\/].*\.json$/ }, ({ path }) => ({
      contents: `export default JSON.parse(${JSON.stringify(JSON.stringify(JSON.parse(readFileSync(path, "utf8"))))});`,
    }));
    for (const { file } of changes) onLoad({ filter: file }, ({ path }) => ({ contents: changedModule(path) ?? "" }));
  },
};

/** The same for tests. */
export const languageServiceTestPlugin = { name: "language-service", load: changedModule };
