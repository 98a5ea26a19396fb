import type { Instruction } from "dockerfile-ast";
import { DockerfileParser } from "dockerfile-ast";
import type { RepositoryContents } from "../contents.ts";
import { remembered } from "../remembered.ts";
import type { SourceProblem, Spot } from "../source-problem.ts";
import { sourceText } from "../source-text.ts";

/** Files that a stage brings in. */
export interface DockerCopy {
  readonly keyword: "COPY" | "ADD";
  readonly sources: readonly string[];
  /** The stage or image they come from; absent: the build context. */
  readonly from?: string;
  readonly destination: string;
  /** Whether a source is made of text in the Dockerfile itself, or paths are cut in a way of their own. */
  readonly isPlain: boolean;
  readonly spot: Spot;
}

/** One `FROM` and what follows it, as far as it decides what the image holds and how it starts. */
export interface DockerStage {
  readonly from: string;
  /** In lower case, as Docker compares it. */
  readonly name?: string;
  readonly spot: Spot;
  readonly copies: readonly DockerCopy[];
  /** Commands of `RUN` with their flags, as they are written. */
  readonly runs: readonly { readonly text: string; readonly spot: Spot }[];
  /** The words of `CMD` and `ENTRYPOINT`; a line for the shell is one text. */
  readonly command?: StartCommand;
  readonly entrypoint?: StartCommand;
  readonly expose: readonly { readonly port: number; readonly spot: Spot }[];
  readonly user?: string;
}

export interface StartCommand {
  readonly words: readonly string[] | string;
  readonly spot: Spot;
}

export interface Dockerfile {
  readonly file: string;
  /** Defaults of the build arguments in front of the first stage. */
  readonly args: ReadonlyMap<string, string>;
  /** At least one, unless there are problems; the last is the image. */
  readonly stages: readonly DockerStage[];
  readonly problems: readonly SourceProblem[];
}

/** A Dockerfile of the repository; `undefined` where there is none. https://docs.docker.com/reference/dockerfile/ */
export const dockerfile: (repository: RepositoryContents, file: string) => Dockerfile | undefined = remembered(
  (repository, file) => {
    const source = sourceText(repository, file);
    if (source.kind === "absent") return undefined;
    if (source.kind === "problem") return { file, args: new Map(), stages: [], problems: [source.problem] };
    return readDockerfile(file, source.text);
  },
);

/** What the final image consists of: its last stage, and those that stage is built upon. */
export const finalStages = ({ stages }: Dockerfile): readonly DockerStage[] => {
  const found: DockerStage[] = [];
  let stage = stages.at(-1);
  while (stage) {
    found.push(stage);
    const base = stage.from.toLowerCase();
    const before = stages.slice(0, stages.indexOf(stage));
    stage = before.findLast(({ name }) => name === base);
  }
  return found;
};

/** Far more than a person writes; the parser is quadratic in the number of continued lines. */
const LONGEST = 200_000;

const KEYWORDS: ReadonlySet<string> = new Set([
  ...["ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER"],
  ...["ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"],
]);

const readDockerfile = (file: string, text: string): Dockerfile => {
  const refuse = (kind: SourceProblem["kind"], message: string, spot: Spot = { file }): Dockerfile => ({
    file,
    args: new Map(),
    stages: [],
    problems: [{ spot, kind, message, hint: "correct the Dockerfile: Docker refuses it as well" }],
  });
  if (text.length > LONGEST)
    return {
      ...refuse("too-large", `the file has more than ${LONGEST} characters, so it was not read`),
    };
  const args = new Map<string, string>();
  const stages: OpenStage[] = [];
  for (const instruction of instructionsOf(text)) {
    const keyword = instruction.getKeyword();
    const spot = spotOf(file, instruction);
    if (!KEYWORDS.has(keyword)) return refuse("syntax", `Docker knows no instruction \`${shortened(keyword)}\``, spot);
    if (keyword === "FROM") {
      const [from, as, name] = wordsOf(instruction);
      if (from === undefined || (as !== undefined && (as.toUpperCase() !== "AS" || name === undefined)))
        return refuse("syntax", "`FROM` takes an image, and after `AS` a name", spot);
      stages.push({
        from,
        ...(name !== undefined && { name: name.toLowerCase() }),
        spot,
        copies: [],
        runs: [],
        expose: [],
      });
      continue;
    }
    const stage = stages.at(-1);
    if (stage) read(stage, instruction, spot);
    else if (keyword === "ARG")
      for (const property of instruction.getProperties?.() ?? [])
        args.set(property.getName(), property.getValue() ?? "");
    else return refuse("syntax", `\`${keyword}\` stands before the first \`FROM\``, spot);
  }
  if (stages.length === 0) return refuse("syntax", "the file has no `FROM`, so that there is nothing to build upon");
  return { file, args, stages, problems: [] };
};

/** While its instructions are read. */
type OpenStage = { -readonly [Key in keyof DockerStage]: DockerStage[Key] } & {
  copies: DockerCopy[];
  runs: { text: string; spot: Spot }[];
  expose: { port: number; spot: Spot }[];
};

const read = (stage: OpenStage, instruction: Parsed, spot: Spot): void => {
  switch (instruction.getKeyword()) {
    case "COPY":
    case "ADD": {
      const words = wordsOf(instruction);
      const flags = instruction.getFlags?.() ?? [];
      const from = flags.find(flag => flag.getName() === "from")?.getValue();
      stage.copies.push({
        keyword: instruction.getKeyword() as DockerCopy["keyword"],
        sources: words.slice(0, -1),
        ...(from != null && { from }),
        destination: words.at(-1) ?? "",
        isPlain:
          words.length > 1 &&
          !words.some(word => word.includes("<<")) &&
          !flags.some(flag => flag.getName() === "parents" || flag.getName() === "exclude"),
        spot,
      });
      return;
    }
    case "RUN":
      stage.runs.push({ text: instruction.getTextContent().replace(/^run\s+/i, ""), spot });
      return;
    case "CMD":
      stage.command = { words: commandOf(instruction), spot };
      return;
    case "ENTRYPOINT":
      stage.entrypoint = { words: commandOf(instruction), spot };
      // What an image is started with by its base no longer counts.
      delete stage.command;
      return;
    case "USER":
      stage.user = wordsOf(instruction)[0] ?? "";
      return;
    case "EXPOSE":
      for (const word of wordsOf(instruction)) {
        const port = /^(\d{1,5})(?:\/tcp)?$/.exec(word)?.[1];
        if (port !== undefined) stage.expose.push({ port: Number(port), spot });
      }
      return;
    default:
  }
};

interface Named {
  getName(): string;
  getValue(): string | null;
}

type Parsed = Instruction & { getFlags?: () => readonly Named[]; getProperties?: () => readonly Named[] };

const instructionsOf = (text: string): readonly Parsed[] => DockerfileParser.parse(text).getInstructions();

const spotOf = (file: string, instruction: Instruction): Spot => {
  const { start, end } = instruction.getRange();
  const single = start.line === end.line;
  return {
    file,
    line: start.line + 1,
    column: start.character + 1,
    ...(single && { endLine: end.line + 1, endColumn: end.character + 1 }),
  };
};

/** `["a", "b"]`, or words between blanks. */
const wordsOf = (instruction: Instruction): readonly string[] =>
  jsonWords(instruction) ?? instruction.getArguments().map(argument => argument.getValue());

const commandOf = (instruction: Instruction): readonly string[] | string =>
  jsonWords(instruction) ?? (instruction.getArgumentsContent() ?? "").trim();

const jsonWords = (instruction: Instruction): readonly string[] | undefined => {
  const text = (instruction.getArgumentsContent() ?? "").replace(/\\\r?\n/g, " ").trim();
  if (!text.startsWith("[")) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) && parsed.every(word => typeof word === "string") ? parsed : undefined;
  } catch {
    // Docker takes such a line for a command of the shell.
    return undefined;
  }
};

const shortened = (word: string): string => (word.length > 40 ? `${word.slice(0, 40)}…` : word);
