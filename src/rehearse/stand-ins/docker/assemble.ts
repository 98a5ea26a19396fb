import { basename, join, posix } from "node:path";
import { Refusal } from "../toolkit.ts";
import { type Context, patternOf } from "./context.ts";
import type { Command, CopyStep, Dockerfile, Stage, Step } from "./dockerfile.ts";
import { checkReference } from "./reference.ts";
import { expand, type Scope } from "./variables.ts";

/** Where the bytes of a file in an image come from. An archive is unpacked in its place. */
export type Source =
  | { readonly kind: "file" | "link" | "archive"; readonly path: string }
  | { readonly kind: "text"; readonly text: string };

/** An image in memory: its files by absolute path, and how it starts. */
export interface Image {
  readonly files: Map<string, Source>;
  readonly folders: Set<string>;
  env: Readonly<Record<string, string>>;
  labels: Readonly<Record<string, string>>;
  workdir: string;
  user: string | null;
  shell: readonly string[];
  entrypoint: readonly string[] | null;
  cmd: readonly string[] | null;
  exposed: readonly number[];
}

/** What the command line says about a build. */
export interface Choices {
  readonly target: string | undefined;
  readonly buildArgs: Readonly<Record<string, string>>;
}

/** An image, and the build arguments that no instruction took. */
export interface Assembled {
  readonly image: Image;
  readonly unused: readonly string[];
}

const PLATFORM: Readonly<Record<string, string>> = {
  BUILDARCH: "amd64",
  BUILDOS: "linux",
  BUILDPLATFORM: "linux/amd64",
  TARGETARCH: "amd64",
  TARGETOS: "linux",
  TARGETPLATFORM: "linux/amd64",
};

/** Arguments that every command has, and no Dockerfile needs to name. */
const PREDEFINED = /^(?:(?:HTTP|HTTPS|FTP|NO|ALL)_PROXY|SOURCE_DATE_EPOCH|BUILDKIT_\w+)$/i;

/** Folders that the images people build on have. */
const COMMON =
  "bin dev etc home media mnt opt proc root run sbin srv sys tmp usr usr/bin usr/lib usr/local usr/local/bin usr/src var var/lib var/log"
    .split(" ")
    .map(path => `/${path}`);

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const fresh = (base: string): Image => ({
  files: new Map(),
  folders: new Set(base === "scratch" ? ["/"] : ["/", ...COMMON]),
  env: {},
  labels: {},
  workdir: "/",
  user: null,
  shell: ["/bin/sh", "-c"],
  entrypoint: null,
  cmd: null,
  exposed: [],
});

const copyOf = (image: Image): Image => ({
  ...image,
  files: new Map(image.files),
  folders: new Set(image.folders),
});

const isArchive = (path: string): boolean => /\.(?:tar|tgz|tbz2?|txz|tar\.(?:gz|bz2|xz|zst))$/.test(path);

const isAddress = (source: string): boolean => /^(?:https?:\/\/|git@|ssh:\/\/|git:\/\/)/.test(source);

const notFound = (source: string): Refusal =>
  new Refusal(
    `failed to solve: failed to compute cache key: failed to calculate checksum of ref: "${posix.join("/", source)}": not found`,
  );

const addFolders = (image: Image, path: string): void => {
  for (let folder = path; !image.folders.has(folder); folder = posix.dirname(folder)) image.folders.add(folder);
};

const addFile = (image: Image, path: string, source: Source): void => {
  addFolders(image, posix.dirname(path));
  image.files.set(path, source);
};

/** One thing to copy: its name, whether it is a folder, and the files in it, relative to itself. */
interface Item {
  readonly name: string;
  readonly folder: boolean;
  readonly files: readonly (readonly [string, Source])[];
  readonly folders: readonly string[];
}

/** A file into a folder, or under a name; of a folder the content, not the folder. */
const place = (image: Image, item: Item, to: string, step: CopyStep): void => {
  const target = posix.resolve(image.workdir, to);
  const intoFolder = to.endsWith("/") || to === "." || image.folders.has(target);
  if (item.folder) {
    const base = step.parents ? posix.join(target, item.name) : target;
    addFolders(image, base);
    for (const folder of item.folders) addFolders(image, posix.join(base, folder));
    for (const [path, source] of item.files) addFile(image, posix.join(base, path), source);
    return;
  }
  const [[, source] = []] = item.files;
  if (!source) return;
  if (step.add && source.kind === "file" && isArchive(source.path)) {
    addFolders(image, target);
    image.files.set(`${target}/${posix.basename(item.name)}`, { kind: "archive", path: source.path });
  } else {
    const name = step.parents ? item.name : posix.basename(item.name);
    addFile(image, intoFolder || step.parents ? posix.join(target, name) : target, source);
  }
};

const fromContext = (context: Context, path: string): Item => {
  const source = (one: string): Source => ({
    kind: context.kind(one) === "link" ? "link" : "file",
    path: join(context.root, one),
  });
  const inside = context.kind(path) === "folder" ? context.below(path) : [path];
  const relative = (one: string) => (path === "." ? one : one.slice(path.length + 1));
  return {
    name: path,
    folder: context.kind(path) === "folder",
    files: inside.filter(one => context.kind(one) !== "folder").map(one => [relative(one), source(one)] as const),
    folders: inside.filter(one => context.kind(one) === "folder").map(relative),
  };
};

/** What another image has at a path. What its commands made is not known here, so that nothing may be found. */
const fromImage = (other: Image, source: string): readonly Item[] => {
  const path = posix.resolve("/", source);
  const pattern = patternOf(path);
  const all = [...other.files.keys(), ...other.folders];
  const found = pattern ? all.filter(one => pattern.test(one)) : all.filter(one => one === path);
  return found.map(one => {
    const file = other.files.get(one);
    const start = one === "/" ? one : `${one}/`;
    return {
      name: posix.relative("/", one),
      folder: !file,
      files: file
        ? [[basename(one), file]]
        : [...other.files]
            .filter(([name]) => name.startsWith(start))
            .map(([name, of]) => [name.slice(start.length), of]),
      folders: [...other.folders]
        .filter(name => name !== one && name.startsWith(start))
        .map(name => name.slice(start.length)),
    };
  });
};

class Build {
  readonly #dockerfile: Dockerfile;
  readonly #context: Context;
  readonly #buildArgs: Readonly<Record<string, string>>;
  readonly #globals = new Map<string, string>();
  readonly #built = new Map<number, Image>();
  readonly used = new Set<string>();

  constructor(dockerfile: Dockerfile, context: Context, buildArgs: Readonly<Record<string, string>>) {
    this.#dockerfile = dockerfile;
    this.#context = context;
    this.#buildArgs = buildArgs;
    for (const [name, value] of Object.entries(PLATFORM)) this.#globals.set(name, value);
    for (const step of dockerfile.args) if (step.kind === "arg") this.#define(step, this.#globals, new Map());
  }

  /** An argument: from the command line, else its default, else what was said before the first stage. */
  #define(step: Extract<Step, { kind: "arg" }>, args: Map<string, string>, outer: ReadonlyMap<string, string>): void {
    const given = this.#buildArgs[step.name];
    if (given !== undefined) this.used.add(step.name);
    const own = step.value === undefined ? undefined : expand(step.value, name => args.get(name));
    const value = given ?? own ?? outer.get(step.name);
    if (value !== undefined) args.set(step.name, value);
  }

  /** The stage of a name or number, if it is one that stands before another. */
  stageIndex(name: string, before: number): number {
    const { stages } = this.#dockerfile;
    const named = stages.slice(0, before).findLastIndex(stage => stage.name === name.toLowerCase());
    if (named >= 0) return named;
    return /^\d+$/.test(name) && Number(name) < before ? Number(name) : -1;
  }

  /** The image of a stage. Only those that the wanted one needs are ever built. */
  image(index: number): Image {
    const known = this.#built.get(index);
    if (known) return known;
    const stage = this.#dockerfile.stages[index] as Stage;
    const base = expand(stage.base, name => this.#globals.get(name));
    if (base === "") throw new Refusal(`base name (${stage.base}) should not be blank`);
    const parent = this.stageIndex(base, index);
    if (parent < 0 && base !== "scratch") checkReference(base, "failed to parse stage name");
    const image = parent < 0 ? fresh(base) : copyOf(this.image(parent));
    this.#apply(image, stage.steps, index);
    this.#built.set(index, image);
    return image;
  }

  #apply(image: Image, steps: readonly Step[], index: number): void {
    const args = new Map<string, string>();
    let ownCommand = false;
    const scope: Scope = name => image.env[name] ?? args.get(name) ?? (name === "PATH" ? PATH : undefined);
    const filled = (text: string): string => expand(text, scope);
    const asPairs = (pairs: readonly (readonly [string, string])[]) =>
      Object.fromEntries(pairs.map(([name, value]) => [filled(name), filled(value)]));
    const asWords = (command: Command): readonly string[] =>
      typeof command === "string" ? [...image.shell, command] : command;
    for (const step of steps) {
      switch (step.kind) {
        case "arg":
          this.#define(step, args, this.#globals);
          break;
        case "env":
          image.env = { ...image.env, ...asPairs(step.pairs) };
          break;
        case "label":
          image.labels = { ...image.labels, ...asPairs(step.pairs) };
          break;
        case "workdir":
          image.workdir = posix.resolve(image.workdir, filled(step.path));
          addFolders(image, image.workdir);
          break;
        case "user":
          image.user = filled(step.user);
          break;
        case "expose":
          image.exposed = [...image.exposed, ...step.ports.map(port => Number.parseInt(filled(port), 10))];
          break;
        case "shell":
          image.shell = step.words;
          break;
        case "cmd":
          image.cmd = asWords(step.command);
          ownCommand = true;
          break;
        case "entrypoint":
          image.entrypoint = asWords(step.command);
          // A command of the image below was written for the entry point that is replaced.
          if (!ownCommand) image.cmd = null;
          break;
        case "mount":
          if (step.from === undefined && this.#context.find(filled(step.source)).length === 0)
            throw notFound(filled(step.source));
          break;
        case "copy":
          this.#copy(image, step, index, filled);
          break;
      }
    }
  }

  #copy(image: Image, step: CopyStep, index: number, filled: (text: string) => string): void {
    const to = filled(step.to);
    const names = Object.keys(step.inline);
    if (step.sources.length + names.length > 1 && !to.endsWith("/") && to !== ".")
      throw new Refusal(
        `When using ${step.add ? "ADD" : "COPY"} with more than one source file, the destination must be a directory and end with a /`,
      );
    for (const [name, text] of Object.entries(step.inline))
      place(
        image,
        { name, folder: false, folders: [], files: [[name, { kind: "text", text: filled(text) }]] },
        to,
        step,
      );
    const from = step.from === undefined ? undefined : filled(step.from);
    const stage = from === undefined ? -1 : this.stageIndex(from, index);
    for (const source of step.sources.map(filled)) {
      if (isAddress(source) || (from !== undefined && stage < 0)) continue;
      const items =
        from === undefined
          ? this.#context.find(source).map(path => fromContext(this.#context, path))
          : fromImage(this.image(stage), source);
      if (from === undefined && items.length === 0) throw notFound(source);
      for (const item of items) place(image, item, to, step);
    }
  }
}

/** Follows a Dockerfile as far as it brings files into the image and says how it starts; nothing of it is run. */
export const assemble = (dockerfile: Dockerfile, context: Context, { target, buildArgs }: Choices): Assembled => {
  const build = new Build(dockerfile, context, buildArgs);
  const { length } = dockerfile.stages;
  const index = target === undefined ? length - 1 : build.stageIndex(target, length);
  if (index < 0) throw new Refusal(`target stage "${target}" could not be found`);
  const image = build.image(index);
  const unused = Object.keys(buildArgs).filter(name => !build.used.has(name) && !PREDEFINED.test(name));
  return { image, unused };
};
