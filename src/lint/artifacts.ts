import { versionOf } from "./actions.ts";
import type { Step } from "./workflow.ts";

/** An artifact that a step uploads. */
export interface Upload {
  readonly step: Step;
  /** Absent where an expression decides. */
  readonly name: string | undefined;
}

/** The name `actions/upload-artifact` gives without one. */
const PRESET = "artifact";

export const uploadOf = (step: Step): Upload | undefined => {
  if (step.uses?.action !== "actions/upload-artifact") return undefined;
  // Uploaded as it is, the file's own name is the artifact's.
  if ((step.input("archive")?.text ?? "true") !== "true") return { step, name: undefined };
  const node = step.input("name");
  return { step, name: node === undefined || node.text === "" ? PRESET : node.literal };
};

/** Whether names may be used twice: up to v3, later uploads were added to earlier ones. */
export const mergesUploads = ({ uses }: Step): boolean => ((uses && versionOf(uses)?.major) ?? 4) < 4;
