import type { RepositoryContents } from "../contents.ts";
import { remembered } from "../remembered.ts";
import type { Spot } from "../source-problem.ts";

/** A line of a `.gitignore`, as the library reads it that DVC asks instead of git. */
interface Pattern {
  readonly text: string;
  readonly spot: Spot;
  readonly isException: boolean;
  readonly isForFolders: boolean;
  /** Names relative to the folder of the file. */
  readonly names: RegExp;
  /** Whether it is about what a folder holds: `data/*`. */
  readonly isAboutContents: boolean;
}

/** The pattern that hides something from DVC. */
export interface Hiding {
  readonly pattern: string;
  readonly spot: Spot;
}

/**
 * The pattern of a `.gitignore` for which DVC leaves a path alone. It differs from git in one respect that matters: a folder counts as
 * ignored when a pattern is about all that it holds, whatever exceptions follow, and DVC does not look into it.
 * https://github.com/treeverse/dvc/issues/5612
 */
export const hiddenByGit = (repository: RepositoryContents, path: string, isFolder: boolean): Hiding | undefined => {
  const parts = path.split("/");
  for (let depth = 1; depth < parts.length; depth += 1) {
    const found = namedBy(repository, parts.slice(0, depth), true);
    if (found && !found.isException) return found;
  }
  const own = namedBy(repository, parts, isFolder);
  if (own && !own.isException) return own;
  const inside = isFolder
    ? patternAt(repository, [...parts, ""], (pattern, name) => reaches(pattern, name))
    : undefined;
  return inside && !inside.isException ? inside : undefined;
};

type Found = Hiding & Pick<Pattern, "isException">;

/** The pattern that decides over a path itself: the last that matches of the file that is nearest to it. */
const namedBy = (repository: RepositoryContents, parts: readonly string[], isFolder: boolean): Found | undefined =>
  patternAt(
    repository,
    isFolder ? [...parts, ""] : parts,
    ({ isForFolders, names }, name) => (isFolder || !isForFolders) && names.test(name),
  );

const reaches = ({ isAboutContents, names }: Pattern, name: string): boolean =>
  isAboutContents && names.test(`${name}/x`);

const patternAt = (
  repository: RepositoryContents,
  parts: readonly string[],
  isMeant: (pattern: Pattern, name: string) => boolean,
): Found | undefined => {
  const named = parts.at(-1) === "" ? parts.slice(0, -1) : parts;
  for (let depth = parts.length - 1; depth >= 0; depth -= 1) {
    const name = named.slice(depth).join("/");
    const found = patternsIn(repository, named.slice(0, depth).join("/") || ".").findLast(one => isMeant(one, name));
    if (found) return { pattern: found.text, spot: found.spot, isException: found.isException };
  }
  return undefined;
};

const patternsIn = remembered((repository, folder): readonly Pattern[] => {
  const file = folder === "." ? ".gitignore" : `${folder}/.gitignore`;
  return (repository.text(file) ?? "").split("\n").flatMap((line, index) => {
    const text = line.replace(/\r$/, "").replace(/(?<!\\) +$/, "");
    const isException = text.startsWith("!");
    const pattern = isException ? text.slice(1) : text;
    const name = pattern.replace(/\/+$/, "");
    if (name === "" || text.startsWith("#")) return [];
    const names = regularExpression(name, !pattern.slice(0, -1).includes("/"));
    if (!names) return [];
    return [
      {
        text,
        spot: { file, line: index + 1, column: 1, endLine: index + 1, endColumn: text.length + 1 },
        isException,
        isForFolders: pattern.endsWith("/"),
        names,
        isAboutContents: /\/\*\*?$/.test(name),
      },
    ];
  });
});

/** https://git-scm.com/docs/gitignore#_pattern_format; `undefined` for what is no pattern. */
const regularExpression = (pattern: string, isAnywhere: boolean): RegExp | undefined => {
  if ((pattern.match(/\*+/g)?.length ?? 0) > MOST_STARS) return undefined;
  const anchored = pattern.replace(/^\\(?=[!#])/, "").replace(/^\//, "");
  const segments = anchored.split("/").filter((segment, index, all) => segment !== "**" || all[index - 1] !== "**");
  const start = isAnywhere || segments[0] === "**" ? "(?:.*/)?" : "";
  const rest = segments[0] === "**" && segments.length > 1 ? segments.slice(1) : segments;
  const source = rest.map((segment, index) => {
    const isLast = index === rest.length - 1;
    if (segment === "**") return isLast ? ".*" : "(?:[^/]+/)*";
    return `${segment === "*" ? "[^/]+" : characters(segment)}${isLast ? "" : "/"}`;
  });
  try {
    return new RegExp(`^${start}${source.join("")}$`, "s");
  } catch {
    return undefined;
  }
};

/** More than a pattern has, and few enough to be matched in no time. */
const MOST_STARS = 8;

const characters = (segment: string): string =>
  segment.replace(/\\(.)|\*+|\?|\[[!^]?\]?[^\]]*\]|./gs, (part, escaped: string | undefined) => {
    if (escaped !== undefined) return escapeRegExp(escaped);
    if (part.startsWith("*")) return "[^/]*";
    if (part === "?") return "[^/]";
    if (part.startsWith("[") && part.length > 1) return part.replace(/^\[[!^]/, "[^").replace(/^(\[\^?)\]/, "$1\\]");
    return escapeRegExp(part);
  });

const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
