import { createHash, randomUUID } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { need } from "../environment.ts";
import { recordAction } from "../journal.ts";
import { flag, info, input, lines, Refusal, requiredInput, setOutput, warn } from "../toolkit.ts";
import { selectFiles } from "./artifact-files.ts";
import { artifactFolder, artifactId } from "./artifact-store.ts";

const checkName = (name: string): string => {
  const [bad] = /[":<>|*?\r\n\\/]/.exec(name) ?? [];
  if (bad === undefined) return name;
  throw new Refusal(
    `The artifact name is not valid: ${name}. Contains the following character: ${bad}. ` +
      `Invalid characters include: " : < > | * ? \\r \\n \\ /`,
  );
};

const checkPath = (path: string): string => {
  const [bad] = /[":<>|*?\r\n]/.exec(path) ?? [];
  if (bad === undefined) return path;
  throw new Refusal(`The path for one of the files in artifact is not valid: ${path}. Contains: ${bad}`);
};

const readRetention = (): number | null => {
  const days = Number(input("retention-days") || "0");
  if (!Number.isInteger(days) || days < 0 || days > 90) throw new Refusal("Invalid retention-days");
  return days || null;
};

const readCompression = (): void => {
  const level = Number(input("compression-level") || "6");
  if (!Number.isInteger(level) || level < 0 || level > 9)
    throw new Refusal("Invalid compression-level. Valid values are 0-9");
};

const POLICIES = ["warn", "error", "ignore"];

const nothingFound = (policy: string): void => {
  const text = `No files were found with the provided path: ${input("path")}. No artifacts will be uploaded.`;
  if (policy === "error") throw new Refusal(text);
  if (policy === "warn") warn(text);
  else info(text);
};

/** Copies the files as an archive would keep them: without links, and without permissions. */
const pack = (folder: string, root: string, files: readonly string[]): string => {
  const hash = createHash("sha256");
  for (const file of files) {
    const inside = checkPath(relative(root, file));
    const copy = join(folder, inside);
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(file, copy);
    chmodSync(copy, 0o644);
    hash.update(`${inside}\n`).update(readFileSync(copy));
  }
  return hash.digest("hex");
};

/** Puts a folder in place of the artifact; without `overwrite` an artifact of that name is an error. */
const publish = (draft: string, name: string, overwrite: boolean): void => {
  if (overwrite) rmSync(artifactFolder(name), { recursive: true, force: true });
  if (existsSync(artifactFolder(name)))
    throw new Refusal(
      "Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: " +
        `an artifact with this name already exists on the workflow run: ${name}`,
    );
  renameSync(draft, artifactFolder(name));
};

/** Keeps files of the workspace as an artifact of the run. */
export const uploadArtifact = {
  main: () => {
    const policy = input("if-no-files-found") || "warn";
    if (!POLICIES.includes(policy))
      throw new Refusal(`Unrecognized if-no-files-found input. Provided: ${policy}. Available options: ${POLICIES}`);
    const [retentionDays, overwrite] = [readRetention(), flag("overwrite", false)];
    readCompression();
    requiredInput("path");
    const { root, files } = selectFiles(lines("path"), flag("include-hidden-files", false));
    const [first] = files;
    if (first === undefined) {
      nothingFound(policy);
      return;
    }
    const archive = flag("archive", true);
    if (!archive && files.length > 1)
      throw new Refusal("When 'archive' is set to false, only a single file can be uploaded");
    const name = checkName(archive ? input("name") || "artifact" : basename(first));
    const draft = join(need("REHEARSAL_ARTIFACTS"), `.draft-${randomUUID()}`);
    let digest: string;
    try {
      digest = pack(draft, root, files);
      publish(draft, name, overwrite);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
    const id = artifactId(name);
    setOutput("artifact-id", id);
    setOutput("artifact-digest", digest);
    setOutput(
      "artifact-url",
      `${need("GITHUB_SERVER_URL")}/${need("GITHUB_REPOSITORY")}/actions/runs/${need("GITHUB_RUN_ID")}/artifacts/${id}`,
    );
    info(`Artifact ${name} has been successfully uploaded: ${files.length} file${files.length === 1 ? "" : "s"}`);
    recordAction({
      kind: "artifact-upload",
      name,
      files: files.map(file => relative(root, file)).sort(),
      bytes: files.reduce((sum, file) => sum + statSync(file).size, 0),
      retentionDays,
    });
  },
};
