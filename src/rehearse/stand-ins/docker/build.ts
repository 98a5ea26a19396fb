import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { type Arguments, readArguments } from "../arguments.ts";
import { need, repository } from "../environment.ts";
import type { ImageFacts } from "../journal.ts";
import { cloneAt } from "../origin.ts";
import { Refusal } from "../toolkit.ts";
import { assemble, type Image } from "./assemble.ts";
import { currentDriver } from "./builders.ts";
import { openContext } from "./context.ts";
import { readDockerfile } from "./dockerfile.ts";
import { digestOf, storeImage } from "./image-store.ts";
import { nameImage } from "./local-images.ts";
import { checkReference, withTag } from "./reference.ts";
import { push } from "./registry.ts";

const VALUED = (
  "-f --file -t --tag --label --build-arg --cache-from --cache-to --platform --target --iidfile --metadata-file --builder " +
  "--secret --output -o --progress --add-host --annotation --attest --build-context --network --shm-size --ssh --ulimit " +
  "--allow --call --cgroup-parent --no-cache-filter --provenance --sbom"
).split(" ");

interface Opened {
  readonly root: string;
  /** Whether the Dockerfile is looked for in the context, not in the working directory. */
  readonly remote: boolean;
}

const ADDRESS = /^(?:https?:\/\/|git@|ssh:\/\/|git:\/\/)/;

/** A context that is an address is the repository at a commit or branch, and perhaps a folder of it. */
const openRemote = (address: string, temporary: string): Opened => {
  const [url = "", fragment = ""] = address.split("#");
  const [ref = "", folder = "."] = fragment.split(":");
  const name = url.replace(/\.git$/, "").toLowerCase();
  if (!name.endsWith(`/${repository()}`) && !name.endsWith(`:${repository()}`))
    throw new Refusal(`a rehearsal has only the repository ${need("GITHUB_REPOSITORY")}, not ${url}`);
  cloneAt(temporary, ref || "HEAD");
  return { root: join(temporary, folder), remote: true };
};

const openLocal = (path: string, cwd: string): Opened => {
  const root = resolve(cwd, path);
  if (!existsSync(root) || !statSync(root).isDirectory())
    throw new Refusal(`unable to prepare context: path "${path}" not found`);
  return { root, remote: false };
};

const findDockerfile = ({ root, remote }: Opened, wanted: string | undefined, cwd: string): string => {
  if (wanted === "-") throw new Refusal("a rehearsal does not read a Dockerfile from standard input");
  const path = wanted === undefined ? join(root, "Dockerfile") : resolve(remote ? root : cwd, wanted);
  if (!existsSync(path) || !statSync(path).isFile())
    throw new Refusal(
      `failed to solve: failed to read dockerfile: open ${wanted ?? "Dockerfile"}: no such file or directory`,
    );
  return path;
};

/** `NAME=value`; a name alone takes its value from the environment. */
const pairsOf = (texts: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    texts.flatMap(text => {
      const at = text.indexOf("=");
      if (at >= 0) return [[text.slice(0, at), text.slice(at + 1)] as const];
      const value = process.env[text];
      return value === undefined ? [] : [[text, value] as const];
    }),
  );

interface Choices {
  readonly tags: readonly string[];
  readonly pushing: boolean;
  readonly loading: boolean;
}

const readChoices = (args: Arguments): Choices => {
  const tags = args.all("-t", "--tag");
  for (const tag of tags) checkReference(tag, "invalid tag");
  const outputs = args.all("-o", "--output");
  const pushing =
    args.has("--push") || outputs.some(output => /(?:^|,)(?:push=true|type=registry)(?:,|$)/.test(output));
  if (pushing && tags.length === 0) throw new Refusal("tag is needed when pushing to registry");
  const loading =
    args.has("--load") ||
    outputs.some(output => output.includes("type=docker")) ||
    (!pushing && outputs.length === 0 && currentDriver(args.last("--builder")) === "docker");
  return { tags: tags.map(withTag), pushing, loading };
};

const factsOf = (
  image: Image,
  facts: Pick<ImageFacts, "digest" | "dockerfile" | "labels" | "buildArgs">,
): ImageFacts => ({
  digest: facts.digest,
  dockerfile: facts.dockerfile,
  workdir: image.workdir,
  env: image.env,
  entrypoint: image.entrypoint,
  cmd: image.cmd,
  user: image.user,
  exposed: image.exposed,
  labels: { ...image.labels, ...facts.labels },
  buildArgs: facts.buildArgs,
});

const buildIn = (args: Arguments, context: string, cwd: string, temporary: string): string => {
  const { tags, pushing, loading } = readChoices(args);
  if (context === "-") throw new Refusal("a rehearsal does not read a build context from standard input");
  const opened = ADDRESS.test(context) ? openRemote(context, temporary) : openLocal(context, cwd);
  const dockerfile = findDockerfile(opened, args.last("-f", "--file"), cwd);
  const text = readFileSync(dockerfile, "utf8");
  const [labels, buildArgs, target] = [
    pairsOf(args.all("--label")),
    pairsOf(args.all("--build-arg")),
    args.last("--target"),
  ];
  const { image, unused } = assemble(readDockerfile(text), openContext(opened.root, dockerfile), { target, buildArgs });
  const digest = digestOf(image, [text, target ?? "", ...args.all("--label", "--build-arg", "--platform")]);
  const shown = relative(opened.remote ? opened.root : cwd, dockerfile);
  storeImage(image, factsOf(image, { digest, dockerfile: shown, labels, buildArgs }));
  for (const tag of tags) {
    if (pushing) push(tag, digest);
    if (loading) nameImage(tag, digest);
  }
  for (const file of args.all("--iidfile")) writeFileSync(resolve(cwd, file), digest);
  for (const file of args.all("--metadata-file"))
    writeFileSync(
      resolve(cwd, file),
      JSON.stringify({
        "containerimage.digest": digest,
        "containerimage.config.digest": digest,
        ...(tags.length > 0 && { "image.name": tags.join(",") }),
      }),
    );
  return [
    `${shown}: ${image.files.size} files copied`,
    `exporting manifest ${digest}`,
    ...tags.map(tag => `${pushing ? "pushing" : "naming to"} ${tag}`),
    ...(unused.length > 0 ? [`WARNING: One or more build-args were not consumed: ${unused.join(", ")}`] : []),
    ...(pushing || loading || args.all("-o", "--output").length > 0
      ? []
      : [
          "WARNING: No output specified with docker-container driver. Build result will only remain in the build cache.",
        ]),
  ].join("\n");
};

/** `docker build`: follows the Dockerfile, keeps the files of the image, and names or pushes it. */
export const build = (argv: readonly string[], cwd: string): string => {
  const args = readArguments(argv, VALUED);
  const [context, ...more] = args.rest;
  if (context === undefined || more.length > 0)
    throw new Refusal("ERROR: docker: 'docker buildx build' requires 1 argument");
  const temporary = mkdtempSync(join(tmpdir(), "context-"));
  try {
    return buildIn(args, context, cwd, temporary);
  } catch (problem) {
    if (!(problem instanceof Refusal) || problem.message.startsWith("ERROR: ")) throw problem;
    throw new Refusal(`ERROR: failed to build: ${problem.message}`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
};
