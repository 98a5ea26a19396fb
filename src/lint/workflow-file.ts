import { AsyncLocalStorage } from "node:async_hooks";
import { registerLogger } from "@actions/languageservice/log";
import { mapRange } from "@actions/languageservice/utils/range";
import {
  clearCacheEntry,
  getOrConvertWorkflowTemplate,
  getOrParseWorkflow,
} from "@actions/languageservice/utils/workflow-cache";
import type { ValidationConfig } from "@actions/languageservice/validate";
import { validate } from "@actions/languageservice/validate";
import { ErrorPolicy } from "@actions/workflow-parser/model/convert";
import type { FileProvider } from "@actions/workflow-parser/workflows/file-provider";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { RepositoryContents } from "../repository/contents.ts";
import { featureFlags, interfaceOf } from "./called-workflow.ts";
import { expressionPlace } from "./expression-markers.ts";
import type { Location } from "./location.ts";
import { locator } from "./location.ts";
import { Node } from "./node.ts";
import type { Place } from "./place.ts";
import { SourceText, samePlace } from "./place.ts";
import { Workflow } from "./workflow.ts";

/** What GitHub's parser or language service has to say of a file. */
export interface ParserMessage {
  readonly message: string;
  /** The word it is about, where the parser only tells the expression around it. */
  readonly place: Place;
  readonly severity: "error" | "warning";
  /** What stands where the parser says. */
  readonly text: string;
  /** Whether that is a key. */
  readonly isKey: boolean;
  /** Where that is in the workflow; absent where the file is none. */
  readonly location: Location | undefined;
}

/** A workflow file, read. */
export interface WorkflowFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly source: SourceText;
  /** Absent where it is no YAML. */
  readonly workflow: Workflow | undefined;
  readonly messages: readonly ParserMessage[];
}

let documents = 0;

/**
 * The one door to GitHub's own parser and language service: parses, converts as far as it goes, and validates, which takes a time
 * that grows with the square of the file, so that one that is large is not. Never throws.
 */
export const readWorkflowFile = async (
  path: string,
  text: string,
  repository: RepositoryContents | undefined,
  isLarge = false,
): Promise<WorkflowFile> => {
  const source = new SourceText(text);
  // The service remembers what it read by address, also when the text has changed.
  documents += 1;
  const uri = `file:///${documents}/.github/workflows/${documents}.yaml`;
  const faults: string[] = [];
  try {
    const config = { featureFlags, fileProvider: fileProvider(repository) };
    const document = TextDocument.create(uri, "yaml", 1, text);
    const found = isLarge
      ? await convert(document, config)
      : await listeners.run(faults, () => validate(document, config));
    const root = getOrParseWorkflow({ name: uri, content: text }, uri, false, featureFlags)?.value;
    const node = root && new Node(root, source);
    const locate = node && locator(node);
    return {
      path,
      source,
      workflow: node && new Workflow(node),
      messages: [
        ...withoutEchoes(found)
          .map(said => messageOf(said, source, locate))
          .filter(message => !isOutOfReach(message)),
        ...faults.map(fault),
      ],
    };
  } catch (error) {
    return { path, source, workflow: undefined, messages: [fault(String(error))] };
  } finally {
    clearCacheEntry(uri);
  }
};

/** What the service does before it validates. */
const convert = async (document: TextDocument, config: ValidationConfig): Promise<readonly Said[]> => {
  const file = { name: document.uri, content: document.getText() };
  const { context, value } = getOrParseWorkflow(file, document.uri, false, config.featureFlags);
  const options = { fetchReusableWorkflowDepth: 1, errorPolicy: ErrorPolicy.TryConversion, featureFlags };
  if (value) await getOrConvertWorkflowTemplate(context, value, document.uri, config, options);
  return context.errors.getErrors().map(({ rawMessage, range }) => ({ message: rawMessage, range: mapRange(range) }));
};

/** Whether it says no more than that a workflow of another repository was not looked at. */
const isOutOfReach = ({ message, text }: ParserMessage): boolean =>
  /^Unable to find reusable workflow/i.test(message) && !/^["']?[.$]\//.test(text);

/** It swallows what goes wrong inside of it, and says so to whoever listens. */
const listeners = new AsyncLocalStorage<string[]>();
registerLogger({
  error: message => void listeners.getStore()?.push(message),
  warn: () => {},
  info: () => {},
  log: () => {},
});

const fault = (message: string): ParserMessage => ({
  message,
  place: { line: 1, column: 1, endLine: 1, endColumn: 1 },
  severity: "error",
  text: "",
  isKey: false,
  location: undefined,
});

const messageOf = (
  { message: said, severity, range: { start, end } }: Said,
  source: SourceText,
  locate: ((place: Place) => Location) | undefined,
): ParserMessage => {
  const message = textOf(said);
  const isNowhere = !locate && start.line === 1 && start.character === 1 && end.line === 1 && end.character === 1;
  const given = isNowhere
    ? source.place(0, 0)
    : source.place(source.offset(start.line + 1, start.character + 1), source.offset(end.line + 1, end.character + 1));
  const location = locate?.(given);
  const isValue = location !== undefined && samePlace(location.node.place, given);
  const symbol = SYMBOL.exec(message)?.groups?.symbol;
  // Conditions without markers are whole values.
  const place = symbol === undefined || isValue ? given : expressionPlace(source, given);
  return {
    message,
    severity: severity === 2 ? "warning" : "error",
    text: source.slice(place),
    isKey: !isValue,
    location,
    place: symbol === undefined ? place : wordPlace(source, place, symbol),
  };
};

/** Messages that name a part of the expression they are about. */
const SYMBOL =
  /^(?:Unrecognized|Unexpected symbol|Too (?:few|many) parameters|Even number|Context access).*?: '?(?<symbol>[^']+)'?/s;

const wordPlace = (source: SourceText, place: Place, word: string): Place => {
  const from = source.offset(place.line, place.column);
  const text = source.slice(place);
  const isPart = (character: string | undefined) => character !== undefined && /[\w-]/.test(character);
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const end = at + word.length;
    const whole = !(isPart(text[at - 1]) && isPart(word[0])) && !(isPart(text[end]) && isPart(word.at(-1)));
    if (whole) return source.place(from + at, from + end);
  }
  return place;
};

/** A condition that cannot be read is tried once more without its markers being known for such; that says nothing new. */
const withoutEchoes = (found: readonly Said[]): readonly Said[] => {
  const isEcho = ({ message }: Said) => textOf(message).startsWith("Unexpected symbol: '${{");
  const lines = new Set(found.filter(said => !isEcho(said)).map(({ range: { start } }) => start.line));
  return found.filter(said => {
    if (!isEcho(said)) return true;
    const { start, end } = said.range;
    // Of a text of several lines, the parser counts one line too many.
    const last = end.line > start.line ? end.line + 1 : end.line;
    for (let line = start.line; line <= last; line += 1) if (lines.has(line)) return false;
    return true;
  });
};

type Said = Awaited<ReturnType<typeof validate>>[number];

const textOf = (message: Said["message"]): string => (typeof message === "string" ? message : message.value);

/** Workflows of this repository that a job calls. Those of others are out of reach: the service then says they were not found. */
const fileProvider = (repository: RepositoryContents | undefined): FileProvider => ({
  getFileContent: async reference => {
    const path = "repository" in reference ? undefined : reference.path.replace(/^(?:\.|\$)\//, "");
    const text = path === undefined ? undefined : repository?.text(path);
    // Of an action, other rules know the inputs; that it is there will do.
    const content = text === undefined || /\/action\.ya?ml$/.test(path ?? "") ? text && "{}" : interfaceOf(text);
    if (content === undefined) throw new Error("not in this repository");
    return { name: reference.path, content };
  },
});
