import { Refusal } from "../toolkit.ts";

const PART = "[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*";
const REFERENCE = new RegExp(
  `^(?:[A-Za-z0-9.-]+(?::\\d+)?/)?${PART}(?:/${PART})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
);

const isRegistry = (part: string): boolean => /[.:]/.test(part) || part === "localhost";

/** The registry that an image's name begins with, or Docker's own. */
export const registryOf = (reference: string): string => {
  const [head = "", ...rest] = reference.split("/");
  return rest.length > 0 && isRegistry(head) ? head : "docker.io";
};

const withoutRegistry = (reference: string): string => {
  const [head = "", ...rest] = reference.split("/");
  return rest.length > 0 && isRegistry(head) ? rest.join("/") : reference;
};

/** The first part of an image's path: on most registries its owner. */
export const ownerOf = (reference: string): string => withoutRegistry(reference).split("/")[0] ?? "";

/** An image's name without its tag and digest. */
export const nameOf = (reference: string): string => reference.replace(/@.*$/, "").replace(/:[^/:]*$/, "");

/** Refuses what no registry accepts. */
export const checkReference = (reference: string, failure: string): void => {
  if (REFERENCE.test(reference) && !/[A-Z]/.test(withoutRegistry(nameOf(reference)))) return;
  const why = /[A-Z]/.test(withoutRegistry(nameOf(reference)))
    ? "invalid reference format: repository name must be lowercase"
    : "invalid reference format";
  throw new Refusal(`${failure} "${reference}": ${why}`);
};

/** The reference with `latest`, if it has no tag and no digest. */
export const withTag = (reference: string): string =>
  reference.includes("@") || nameOf(reference) !== reference ? reference : `${reference}:latest`;
