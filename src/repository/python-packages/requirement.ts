import type { LooseProjectNameRequirementWithLocation, RequirementWithLocation } from "pip-requirements-js";
import {
  parsePipRequirementsLine,
  parsePipRequirementsLineLoosely,
  RequirementsSyntaxError,
} from "pip-requirements-js";
import type { Spot } from "../source-problem.ts";

/** A package that something asks for. https://packaging.python.org/en/latest/specifications/dependency-specifiers/ */
export interface Requirement {
  /** In the form in which names are compared. */
  readonly name: string;
  readonly extras: readonly string[];
  /** Ranges as they are written: `>=3,<4`; absent: any version, or that of a URL. */
  readonly specifier?: string;
  /** The condition under which it counts, as it is written. */
  readonly marker?: string;
  readonly url?: string;
  readonly spot: Spot;
  /** Where its parts stand; absent where an edit would not be plain: escaped text, a table of a tool. */
  readonly parts?: RequirementParts;
}

/** UTF-16 offsets in the text of the requirement's file. */
export interface RequirementParts {
  readonly nameEnd: number;
  /** After the last extra, where there is a list of them. */
  readonly extrasEnd?: number;
  readonly specifier?: { readonly start: number; readonly end: number };
}

/** Names are compared so. https://packaging.python.org/en/latest/specifications/name-normalization/ */
export const packageName = (name: string): string => name.replace(/[-_.]+/g, "-").toLowerCase();

/** Reads one requirement. `start`: the offset of the text in its file; `undefined` for what is none. */
export const readRequirement = (text: string, spot: Spot, start?: number): Requirement | undefined => {
  const { wanted, url, marker } = partsOf(text);
  const found = wanted.length > LONGEST ? undefined : read(wanted);
  if (found?.type !== "ProjectName") return undefined;
  const extras = found.extras ?? [];
  const versions = (found.versionSpec ?? []).map(({ location }) => location);
  const range = versions[0] && { start: versions[0].startIdx, end: (versions.at(-1) as (typeof versions)[0]).endIdx };
  const lastExtra = extras.at(-1);
  return {
    name: packageName(found.name.data),
    extras: extras.map(({ data }) => packageName(data)),
    ...(range && { specifier: wanted.slice(range.start, range.end) }),
    ...(marker !== undefined && { marker }),
    ...(url !== undefined && { url }),
    spot,
    ...(start !== undefined && {
      parts: {
        nameEnd: start + found.name.location.endIdx,
        ...(lastExtra && { extrasEnd: start + lastExtra.location.endIdx }),
        ...(range && { specifier: { start: start + range.start, end: start + range.end } }),
      },
    }),
  };
};

/** `wanted` from the beginning of the text: the name with its extras and ranges; then an address after `@`, and a condition after `;`. */
const partsOf = (
  text: string,
): { readonly wanted: string; readonly url: string | undefined; readonly marker: string | undefined } => {
  const at = text.search(/[@;]/);
  // An address may hold a semicolon: that of the condition has a blank before it.
  const semicolon = text[at] === "@" ? text.search(/\s;/) + 1 || text.length : at < 0 ? text.length : at;
  return {
    wanted: text.slice(0, at < 0 ? text.length : at),
    url: text[at] === "@" ? text.slice(at + 1, semicolon).trim() : undefined,
    marker: semicolon < text.length ? text.slice(semicolon + 1).trim() : undefined,
  };
};

/** The parser keeps a table of everything it tried at each character. */
const LONGEST = 5000;

type Found = RequirementWithLocation["data"] | LooseProjectNameRequirementWithLocation["data"];

const read = (text: string): Found | undefined => strictly(text) ?? loosely(text);

const strictly = (text: string): Found | undefined =>
  attempt(() => parsePipRequirementsLine(text, { includeLocations: true }))?.data;

/** The strict grammar does not know `===`. Half a requirement is none. */
const loosely = (text: string): Found | undefined => {
  // The declaration says that there are several; there is one.
  const found = attempt(() => parsePipRequirementsLineLoosely(text, { includeLocations: true })) as unknown as
    | LooseProjectNameRequirementWithLocation
    | null
    | undefined;
  const versions = (found?.data.versionSpec ?? []).map(({ data }) => data);
  const isWhole = versions.every(({ operator, version }) => OPERATORS.has(operator.data) && version);
  return found && isWhole && !/,\s*(?:\]|\)|;|$)/.test(text) ? found.data : undefined;
};

const OPERATORS: ReadonlySet<string> = new Set(["<", "<=", "==", "===", "!=", ">=", ">", "~="]);

const attempt = <T>(parse: () => T): T | undefined => {
  try {
    return parse();
  } catch (error) {
    // Thousands of brackets are more than the stack holds.
    if (error instanceof RequirementsSyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
};
