import { posix } from "node:path";
import type { Script, ShellCommand } from "./script.ts";
import type { Job, Step } from "./workflow.ts";

/** Commits that are the change the workflow is about, so that the files beside the workflow are those that are checked out. */
const OWN_REFS: ReadonlySet<string> = new Set([
  "",
  ...["github.sha", "github.ref", "github.ref_name", "github.head_ref", "github.event.pull_request.head.sha"],
  ...["github.event.pull_request.head.ref", "github.event.pull_request.merge_commit_sha"],
]);

/** Whether, when a step begins, the workspace is a clone of this repository: certainly, as far as the file says. */
export const hasCheckout = (step: Step): boolean => {
  const before = checkoutsAtRoot(step.job).filter(({ index }) => index < step.index);
  return before.length > 0 && before.every(({ isOwn }) => isOwn);
};

interface Checkout {
  readonly index: number;
  /** Whether it is this repository, at the commit the workflow is about. */
  readonly isOwn: boolean;
}

const checkouts = new WeakMap<Job, readonly Checkout[]>();

/** Those that fill the workspace itself, not a folder in it. */
const checkoutsAtRoot = (job: Job): readonly Checkout[] => {
  let found = checkouts.get(job);
  if (!found) {
    found = job.steps
      .filter(step => step.uses?.action === "actions/checkout" && placeOfCheckout(step.input("path")?.text) === ".")
      .map(step => {
        const repository = inner(step.input("repository")?.text);
        const isOwn = ["", "github.repository"].includes(repository) && OWN_REFS.has(inner(step.input("ref")?.text));
        return { index: step.index, isOwn };
      });
    checkouts.set(job, found);
  }
  return found;
};

const placeOfCheckout = (path: string | undefined): string => posix.normalize(path || ".").replace(/\/$/, "");

/** What stands in `${{ }}`, or the text itself. */
const inner = (text: string | undefined): string => (text ?? "").replace(/^\$\{\{\s*|\s*\}\}$/g, "").toLowerCase();

/** The steps that run before it, in order. */
export const earlier = (step: Step): readonly Step[] => step.job.steps.slice(0, step.index);

const firsts = new WeakMap<(step: Step) => boolean, WeakMap<Job, number>>();

/** The position of the first step of which something is true. It is remembered by the function, which must be one of a module. */
const firstOf = (job: Job, isTrue: (step: Step) => boolean): number => {
  const known = firsts.get(isTrue) ?? new WeakMap<Job, number>();
  firsts.set(isTrue, known);
  let first = known.get(job);
  if (first === undefined) {
    const found = job.steps.findIndex(isTrue);
    first = found < 0 ? Number.POSITIVE_INFINITY : found;
    known.set(job, first);
  }
  return first;
};

/** Whether something is true of a step before this one. `isTrue`: a function of a module, for the answer is remembered by it. */
export const isTrueBefore = (step: Step, isTrue: (step: Step) => boolean): boolean =>
  firstOf(step.job, isTrue) < step.index;

/** Whether it is true of this step, or of one before. */
export const isTrueUntil = (step: Step, isTrue: (step: Step) => boolean): boolean =>
  firstOf(step.job, isTrue) <= step.index;

/** A path within the repository: normal, relative to its root; absent where it leaves it, or only the shell knows. */
export const repositoryPath = (folder: string, path: string): string | undefined => {
  if (path === "" || path.startsWith("/") || /[$~*?[\]{}\\\0]|^[A-Za-z]:|:\/\//.test(path)) return undefined;
  const joined = posix.join(folder, path).replace(/\/$/, "");
  return joined === ".." || joined.startsWith("../") ? undefined : joined;
};

const changesFolder = new WeakMap<Script, number>();

/** The folder of the repository that a command runs in; absent where it is not certain. */
export const folderOf = (step: Step, command: ShellCommand): string | undefined => {
  const { script, workingDirectory } = step;
  if (!script || workingDirectory === undefined || !hasCheckout(step)) return undefined;
  let first = changesFolder.get(script);
  if (first === undefined) {
    const found = script.commands.findIndex(({ name }) => name === undefined || CHANGING.has(name));
    first = found < 0 ? script.commands.length : found;
    changesFolder.set(script, first);
  }
  if (first < script.commands.length && script.commands.indexOf(command) >= first) return undefined;
  return repositoryPath(".", workingDirectory);
};

/** Commands after which the folder is another. */
export const CHANGING: ReadonlySet<string> = new Set(["cd", "pushd", "popd", "chroot"]);
