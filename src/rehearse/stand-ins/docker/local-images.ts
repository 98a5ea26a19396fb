import { join } from "node:path";
import { changeJson, readJson } from "../shared-file.ts";
import { Refusal } from "../toolkit.ts";
import { dockerFolder } from "./login.ts";
import { withTag } from "./reference.ts";

type Images = Readonly<Record<string, string>>;

const file = (): string => join(dockerFolder(), "rehearsal-images.json");

/** Names an image on this machine. */
export const nameImage = (reference: string, digest: string): void =>
  changeJson<Images>(file(), {}, images => ({ ...images, [withTag(reference)]: digest }));

/** The digest of an image on this machine. */
export const localDigest = (reference: string): string => {
  const digest = readJson<Images>(file(), {})[withTag(reference)];
  if (digest === undefined) throw new Refusal(`An image does not exist locally with the tag: ${reference}`);
  return digest;
};
