import { readExpression } from "./expression.ts";
import { allCommandLines } from "./invocations.ts";
import type { Node } from "./node.ts";
import type { Place } from "./place.ts";
import type { Word } from "./script.ts";
import { plainVariable } from "./script.ts";
import type { Job, Step, Workflow } from "./workflow.ts";

/** A place where a workflow names a container image. */
export interface ImageReference {
  readonly place: Place;
  /** As far as it is known; `UNKNOWN` stands for what is only known at run time. */
  readonly text: string;
  /** The contexts that are put into its name as they are: `github.repository`; not into its tag. */
  readonly reads: readonly string[];
  /** The contexts that are put into its tag, in the input of an action. */
  readonly tag: readonly string[];
  /** What is done with it. */
  readonly use: "built" | "run" | "deployed";
}

export const UNKNOWN = "\0";

/** Every image that a workflow names, in scripts, inputs of actions, containers and services. */
export const imageReferences = (workflow: Workflow): readonly ImageReference[] => [
  ...allCommandLines(workflow).flatMap(line => {
    const { step, command, invocation, operands } = line;
    if (invocation.program !== "docker") return [];
    const last = invocation.subcommand.at(-1) ?? "";
    const tags = ["build", "create"].includes(last) ? (invocation.flags.get("--tag") ?? []) : [];
    const named = ["push", "pull", "tag"].includes(last)
      ? operands
      : invocation.certain && (last === "run" || (last === "create" && invocation.subcommand.length === 1))
        ? operands.slice(0, 1)
        : [];
    const use = last === "run" || last === "pull" ? ("run" as const) : ("built" as const);
    const attached = (word: Word, value: string): string => word.start.slice(word.start.length - value.length);
    return [
      ...tags.flatMap(({ index, value }) => {
        const word = command.args[index];
        return word && value ? [inScript(step, word, attached(word, value.start), use)] : [];
      }),
      ...named.map(word => inScript(step, word, word.start, use)),
    ];
  }),
  ...workflow.steps.flatMap(step => inAction(step)),
  ...workflow.jobs.flatMap(inContainers),
];

const inScript = (step: Step, word: Word, start: string, use: ImageReference["use"]): ImageReference => {
  // The known beginning ends where the first unknown part is.
  const text = word.value === undefined ? start + UNKNOWN : start;
  let before = "";
  let rest = word.text.replaceAll(/["']/g, "");
  const reads = word.expansions.flatMap(expansion => {
    const [literal = "", ...others] = rest.split(expansion);
    rest = others.join(expansion);
    before += literal;
    return isTagged(before) ? [] : readsOf(step, expansion);
  });
  return { place: word.place, text, reads, tag: [], use };
};

/** What a variable or an expression in a script puts into a word as it is. */
const readsOf = (step: Step, expansion: string): readonly string[] => {
  const name = plainVariable(expansion);
  if (name === undefined) return expansion.startsWith("${{") ? readsOfText(step, expansion) : [];
  if (name === "GITHUB_REPOSITORY") return ["github.repository"];
  if (name === "GITHUB_REPOSITORY_OWNER") return ["github.repository_owner"];
  const assigned = step.script?.assignments.filter(assignment => assignment.name === name) ?? [];
  if (assigned.length > 0) {
    // What is assigned more than once, or from itself, has been through something.
    const [only] = assigned;
    return assigned.length === 1 && only?.value && !only.value.expansions.some(other => other.includes(name))
      ? only.value.expansions.flatMap(other => readsOf(step, other))
      : [];
  }
  const value = variable(step, name);
  return value ? readsOfText(step, value.text) : [];
};

const variable = (step: Step, name: string): Node | undefined =>
  [step.env, step.job.env, step.job.workflow.env].flatMap(env => env.find(({ key }) => key === name)?.value ?? [])[0];

const EXPRESSION = /\$\{\{(?:[^}']|'[^']*'|\}(?!\}))*\}\}/g;

/** The contexts that a text with expressions puts into the name of an image, or into its tag. */
const readsOfText = (
  step: Step | undefined,
  text: string,
  part: "name" | "tag" = "name",
  depth = 0,
): readonly string[] =>
  [...text.matchAll(EXPRESSION)].flatMap(({ 0: written, index }) => {
    if (isTagged(text.slice(0, index)) !== (part === "tag")) return [];
    const { reads } = readExpression(written.slice(3, -2).trim(), NOWHERE);
    return reads.flatMap(({ path }) => {
      const full = path.join(".");
      const name = path[0] === "env" ? path[1] : undefined;
      const value = step && name !== undefined && depth < 3 ? variableOf(step, name) : undefined;
      return value ? readsOfText(step, value.text, "name", depth + 1) : [full];
    });
  });

const NOWHERE: Place = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** A variable by the name an expression gives it: in lower case. */
const variableOf = (step: Step, lowerCase: string): Node | undefined =>
  [step.env, step.job.env, step.job.workflow.env].flatMap(
    env => env.find(({ key }) => key.toLowerCase() === lowerCase)?.value ?? [],
  )[0];

/** Whether a reference that begins so has come to its tag or digest. */
const isTagged = (start: string): boolean => /[:@]/.test(start.slice(start.lastIndexOf("/") + 1));

/** The text with what is known of its expressions put in. */
const known = (step: Step | undefined, text: string): string =>
  text.replace(EXPRESSION, written => {
    const name = /^\$\{\{\s*env\.(\w+)\s*\}\}$/.exec(written)?.[1];
    return (step && name !== undefined ? step.variable(name) : undefined) ?? UNKNOWN;
  });

const fromNode = (
  node: Node | undefined,
  step: Step | undefined,
  use: ImageReference["use"],
): readonly ImageReference[] => {
  if (!node?.isScalar) return [];
  const { text } = node;
  return [...text.matchAll(/(?:\$\{\{.*?\}\}|[^\s,])+/g)].map(({ 0: written, index }) => ({
    place: node.within(index, index + written.length),
    text: known(step, written),
    reads: readsOfText(step, written),
    tag: readsOfText(step, written, "tag"),
    use,
  }));
};

const inAction = (step: Step): readonly ImageReference[] => {
  const { uses } = step;
  if (uses?.action === "docker/build-push-action") return fromNode(step.input("tags"), step, "built");
  if (uses?.action === "aws-actions/amazon-ecs-render-task-definition")
    return fromNode(step.input("image"), step, "deployed");
  if (uses?.kind === "docker") {
    const image = uses.node.text.slice("docker://".length);
    return [{ place: uses.node.place, text: image, reads: [], tag: [], use: "run" }];
  }
  return [];
};

const inContainers = ({ node }: Job): readonly ImageReference[] => {
  const container = node.get("container");
  const services = node.get("services")?.entries ?? [];
  return [container?.isMapping ? container.get("image") : container, ...services.map(({ value }) => value.get("image"))]
    .flatMap(image => fromNode(image, undefined, "run"))
    .map(reference => ({ ...reference, text: reference.text.replace(/^docker:\/\//, "") }));
};
