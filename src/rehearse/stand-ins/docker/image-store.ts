import { createHash, randomUUID } from "node:crypto";
import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../child.ts";
import { need } from "../environment.ts";
import type { ImageFacts } from "../journal.ts";
import type { Image, Source } from "./assemble.ts";

const bytesOf = (source: Source): Buffer | string => {
  if (source.kind === "text") return source.text;
  return source.kind === "link" ? readlinkSync(source.path) : readFileSync(source.path);
};

/** The digest of what an image is made of: the same files and the same words give the same one. */
export const digestOf = (image: Image, words: readonly string[]): string => {
  const hash = createHash("sha256").update(JSON.stringify(words));
  for (const [path, source] of [...image.files].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(JSON.stringify([path, createHash("sha256").update(bytesOf(source)).digest("hex")]));
  return `sha256:${hash.digest("hex")}`;
};

const write = (root: string, path: string, source: Source): void => {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  if (source.kind === "archive") run("tar", ["-xf", source.path, "-C", dirname(target)]);
  else if (source.kind === "text") writeFileSync(target, source.text);
  else if (source.kind === "link") symlinkSync(readlinkSync(source.path), target);
  // Where the file system can, the copy shares its blocks with the original until one of them changes.
  else copyFileSync(source.path, target, constants.COPYFILE_FICLONE);
};

/** Lays an image out as a folder. It appears whole: another job may build the same one. */
export const storeImage = (image: Image, facts: ImageFacts): void => {
  const folder = join(need("REHEARSAL_STATE"), "images", facts.digest.replace("sha256:", ""));
  if (existsSync(folder)) return;
  const draft = join(need("REHEARSAL_STATE"), "images", `.draft-${randomUUID()}`);
  const root = join(draft, "root");
  mkdirSync(join(root, image.workdir), { recursive: true });
  for (const [path, source] of image.files) write(root, path, source);
  writeFileSync(join(draft, "image.json"), `${JSON.stringify(facts, null, 1)}\n`);
  try {
    renameSync(draft, folder);
  } catch (problem) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw problem;
  }
};
