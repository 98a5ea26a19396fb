import type { InputKind } from "../actions/catalogue.ts";
import type { RepositoryContents } from "../repository/contents.ts";
import type { KnownAction } from "./known-actions.ts";
import { knownAction, knownOutputs } from "./known-actions.ts";
import { dataAt, isRecord, keysOf, readData } from "./repository-workflows.ts";
import type { ActionUse } from "./workflow.ts";

/** The version of an action as a tag or the comment beside a commit states it; parts left out move on with every release. */
export interface Version {
  readonly major: number;
  readonly minor: number | undefined;
  readonly patch: number | undefined;
}

const COMMIT = /^[0-9a-f]{40}$/;

const readVersion = (text: string): Version | undefined => {
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(text);
  if (!match) return undefined;
  const [major, minor, patch] = match.slice(1).map(part => (part === undefined ? undefined : Number(part)));
  return { major: major as number, minor, patch };
};

/** The version that a step's `uses` says it has; a pin says it in the comment behind it. */
export const versionOf = ({ action, ref, comment }: ActionUse): Version | undefined => {
  if (ref === undefined) return undefined;
  if (!COMMIT.test(ref)) return readVersion(ref);
  const known = action === undefined ? undefined : knownAction(action);
  if (known?.sha === ref) return readVersion(known.version);
  return (comment ?? "")
    .split(/[\s=@]+/)
    .map(readVersion)
    .find(Boolean);
};

export interface ActionInput {
  readonly name: string;
  readonly kind: InputKind;
  /** What to use instead, where it is deprecated and the action says so. */
  readonly advice?: string;
}

/** An action as far as a step that uses it can be held to it. */
export interface Action {
  /** How messages call the release that is known. */
  readonly title: string;
  readonly inputs: readonly ActionInput[];
  /** Absent where some are known only at run time. */
  readonly outputs: readonly string[] | undefined;
  /** Takes `args` and `entrypoint` besides its inputs. */
  readonly isImage: boolean;
  /** `same`: it is the one the step uses; `near`: its major version; `newer`: the step uses a later one; `other`: neither. */
  readonly certainty: "same" | "near" | "newer" | "other";
}

/** What is known of the action a step uses; absent where nothing is. */
export const actionOf = (
  use: ActionUse | undefined,
  repository: RepositoryContents | undefined,
): Action | undefined => {
  if (use?.folder !== undefined) return repository && localAction(use.folder, repository);
  const known = use?.action === undefined ? undefined : knownAction(use.action);
  if (!use?.action || !known) return undefined;
  return {
    title: `${use.action} ${known.version}`,
    inputs: Object.entries(known.inputs).map(([name, kind]) => ({ name, kind })),
    outputs: knownOutputs(use.action, known),
    isImage: known.runtime === "docker",
    certainty: certaintyOf(use, known),
  };
};

const certaintyOf = (use: ActionUse, known: KnownAction): Action["certainty"] => {
  if (use.ref === known.sha || use.ref === known.version) return "same";
  const [used, at] = [versionOf(use), readVersion(known.version)];
  if (!used || !at) return "other";
  // A major version of nought promises nothing.
  if (used.major !== at.major || at.major === 0) return used.major < at.major ? "other" : "newer";
  if (used.minor === undefined) return "near";
  const later = used.minor - (at.minor ?? 0) || (used.patch ?? 0) - (at.patch ?? 0);
  return later > 0 ? "newer" : later === 0 ? "same" : "near";
};

/** The file that describes an action of the repository. */
export const actionFile = (folder: string, repository: RepositoryContents): string | undefined =>
  ["action.yml", "action.yaml"]
    .map(name => (folder === "." ? name : `${folder}/${name}`))
    .find(path => repository.has(path));

const localActions = new WeakMap<RepositoryContents, Map<string, Action | undefined>>();

const localAction = (folder: string, repository: RepositoryContents): Action | undefined => {
  const read = localActions.get(repository) ?? new Map<string, Action | undefined>();
  localActions.set(repository, read);
  if (!read.has(folder)) read.set(folder, readAction(folder, repository));
  return read.get(folder);
};

const readAction = (folder: string, repository: RepositoryContents): Action | undefined => {
  const path = actionFile(folder, repository);
  const data = path === undefined ? undefined : readData(repository.text(path));
  if (!isRecord(data)) return undefined;
  return {
    title: folder,
    inputs: keysOf(data.inputs).map(name => {
      const [required, preset, advice] = ["required", "default", "deprecationMessage"].map(key =>
        dataAt(data, "inputs", name, key),
      );
      if (typeof advice === "string") return { name, kind: "deprecated", advice };
      return { name, kind: required === true && preset === undefined ? "required" : "optional" };
    }),
    // An action of Node.js or of an image may set more than it declares.
    outputs: dataAt(data, "runs", "using") === "composite" ? keysOf(data.outputs) : undefined,
    isImage: dataAt(data, "runs", "using") === "docker",
    certainty: "same",
  };
};
