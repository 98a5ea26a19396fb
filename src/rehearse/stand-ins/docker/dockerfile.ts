import { DockerfileParser, type Instruction } from "dockerfile-ast";
import { Refusal } from "../toolkit.ts";

/** A command: its words, or a line for the shell. */
export type Command = readonly string[] | string;

/** Files to bring into the image. */
export interface CopyStep {
  readonly kind: "copy";
  readonly sources: readonly string[];
  readonly to: string;
  /** The stage or image they come from; none: the build context. */
  readonly from?: string;
  readonly parents: boolean;
  /** Whether an archive is unpacked, and an address fetched. */
  readonly add: boolean;
  /** Text of the Dockerfile that becomes a file, by name. */
  readonly inline: Readonly<Record<string, string>>;
}

/** An instruction, as far as it decides what the image holds and how it starts. */
export type Step =
  | CopyStep
  | { readonly kind: "arg"; readonly name: string; readonly value?: string }
  | { readonly kind: "env" | "label"; readonly pairs: readonly (readonly [string, string])[] }
  | { readonly kind: "workdir"; readonly path: string }
  | { readonly kind: "user"; readonly user: string }
  | { readonly kind: "expose"; readonly ports: readonly string[] }
  | { readonly kind: "shell"; readonly words: readonly string[] }
  | { readonly kind: "cmd" | "entrypoint"; readonly command: Command }
  /** A folder or file of the context that a command reads while the image is built. */
  | { readonly kind: "mount"; readonly source: string; readonly from?: string };

/** One `FROM` and what follows it. */
export interface Stage {
  readonly base: string;
  readonly name?: string;
  readonly steps: readonly Step[];
}

/** A Dockerfile: the arguments before the first stage, and the stages. */
export interface Dockerfile {
  readonly args: readonly Step[];
  readonly stages: readonly Stage[];
}

const KNOWN = new Set(
  "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split(
    " ",
  ),
);

type Parsed = Instruction & {
  getFlags?: () => readonly { getName(): string; getValue(): string | null }[];
  getProperties?: () => readonly { getName(): string; getValue(): string | null }[];
};

const content = (instruction: Parsed): string =>
  (instruction.getArgumentsContent() ?? "").replace(/^[ \t]*#.*\n/gm, "").trim();

const words = (instruction: Parsed): readonly string[] => {
  const json = jsonWords(instruction);
  return json ?? instruction.getArguments().map(argument => argument.getValue());
};

const jsonWords = (instruction: Parsed): readonly string[] | undefined => {
  const text = content(instruction);
  if (!text.startsWith("[")) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) && parsed.every(word => typeof word === "string") ? parsed : undefined;
  } catch {
    // Docker takes such a line for a command of the shell.
    return undefined;
  }
};

const flagOf = (instruction: Parsed, name: string): string | undefined =>
  instruction
    .getFlags?.()
    .find(flag => flag.getName() === name)
    ?.getValue() ?? undefined;

const pairs = (instruction: Parsed): readonly (readonly [string, string])[] =>
  (instruction.getProperties?.() ?? []).map(property => [property.getName(), property.getValue() ?? ""] as const);

/** The texts between `<<NAME` and `NAME`, and the line they begin on without them. */
const inlineTexts = (text: string): { readonly line: string; readonly inline: Readonly<Record<string, string>> } => {
  const [line = "", ...rest] = text.split("\n");
  const inline: Record<string, string> = {};
  for (const [, strip = "", name = ""] of line.matchAll(/<<(-?)["']?(\w+)["']?/g)) {
    const end = rest.findIndex(one => one.trim() === name);
    const body = rest.splice(0, end < 0 ? rest.length : end + 1).slice(0, end < 0 ? undefined : -1);
    inline[name] = body.map(one => `${strip === "-" ? one.replace(/^\t+/, "") : one}\n`).join("");
  }
  return { line, inline };
};

const copy = (instruction: Parsed, add: boolean): CopyStep => {
  const text = content(instruction);
  const { line, inline } = text.includes("<<") ? inlineTexts(text) : { line: "", inline: {} };
  const all = line === "" ? words(instruction) : line.split(/\s+/);
  const from = flagOf(instruction, "from");
  if (all.length < 2) throw new Refusal(`${add ? "ADD" : "COPY"} requires at least two arguments`);
  return {
    kind: "copy",
    sources: all.slice(0, -1).filter(word => !word.startsWith("<<")),
    to: all.at(-1) ?? "",
    ...(from !== undefined && { from }),
    parents: instruction.getFlags?.().some(flag => flag.getName() === "parents") ?? false,
    add,
    inline,
  };
};

/** `--mount=type=bind,source=…`: the kind that is meant when none is named. */
const mounts = (instruction: Parsed): readonly Step[] =>
  (instruction.getFlags?.() ?? [])
    .filter(flag => flag.getName() === "mount")
    .map(flag => Object.fromEntries((flag.getValue() ?? "").split(",").map(part => part.split("=", 2))))
    .filter(options => (options.type ?? "bind") === "bind")
    .map(options => ({
      kind: "mount" as const,
      source: String(options.source ?? options.src ?? "."),
      ...(options.from !== undefined && { from: String(options.from) }),
    }));

const argument = (instruction: Parsed): readonly Step[] =>
  (instruction.getProperties?.() ?? []).map(property => {
    const value = property.getValue();
    return { kind: "arg", name: property.getName(), ...(value !== null && { value }) } as const;
  });

const readStep = (instruction: Parsed): readonly Step[] => {
  switch (instruction.getKeyword()) {
    case "ADD":
      return [copy(instruction, true)];
    case "COPY":
      return [copy(instruction, false)];
    case "ARG":
      return argument(instruction);
    case "ENV":
      return [{ kind: "env", pairs: pairs(instruction) }];
    case "LABEL":
      return [{ kind: "label", pairs: pairs(instruction) }];
    case "WORKDIR":
      return [{ kind: "workdir", path: content(instruction) }];
    case "USER":
      return [{ kind: "user", user: content(instruction) }];
    case "EXPOSE":
      return [{ kind: "expose", ports: words(instruction) }];
    case "SHELL":
      return [{ kind: "shell", words: words(instruction) }];
    case "CMD":
      return [{ kind: "cmd", command: jsonWords(instruction) ?? content(instruction) }];
    case "ENTRYPOINT":
      return [{ kind: "entrypoint", command: jsonWords(instruction) ?? content(instruction) }];
    case "RUN":
      return mounts(instruction);
    default:
      return [];
  }
};

/** Reads a Dockerfile, and refuses what is none. */
export const readDockerfile = (text: string): Dockerfile => {
  const args: Step[] = [];
  const stages: (Omit<Stage, "steps"> & { readonly steps: Step[] })[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions() as readonly Parsed[]) {
    const keyword = instruction.getKeyword();
    const line = instruction.getRange().start.line + 1;
    if (!KNOWN.has(keyword))
      throw new Refusal(`dockerfile parse error on line ${line}: unknown instruction: ${instruction.getInstruction()}`);
    if (keyword === "FROM") {
      const [base, as, name] = words(instruction);
      if (base === undefined || (as !== undefined && (as.toUpperCase() !== "AS" || name === undefined)))
        throw new Refusal(`dockerfile parse error on line ${line}: FROM requires either one or three arguments`);
      stages.push({ base, ...(name !== undefined && { name: name.toLowerCase() }), steps: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (!stage && keyword !== "ARG")
      throw new Refusal(`dockerfile parse error on line ${line}: no build stage in current context`);
    (stage?.steps ?? args).push(...readStep(instruction));
  }
  if (stages.length === 0) throw new Refusal("file with no instructions");
  return { args, stages };
};
