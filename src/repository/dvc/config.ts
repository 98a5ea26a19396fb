import type { RepositoryContents } from "../contents.ts";
import type { Spot } from "../source-problem.ts";

/** What `.dvc/config` says of remotes. */
export interface DvcConfig {
  /** The file, relative to the repository. */
  readonly file: string;
  /** The remote that `dvc pull` and `dvc push` use when none is named. */
  readonly defaultRemote: string | undefined;
  /** The address of each remote. */
  readonly remotes: ReadonlyMap<string, string>;
  /** The lines that name the default remote and the addresses of remotes. */
  readonly places: { readonly defaultRemote?: Spot; readonly remotes: ReadonlyMap<string, Spot> };
}

/**
 * The configuration of the DVC project a folder belongs to; `undefined` where git has none.
 * https://doc.dvc.org/user-guide/project-structure/configuration
 */
export const dvcConfig = (repository: RepositoryContents, folder: string): DvcConfig | undefined => {
  const parts = folder === "." ? [] : folder.split("/");
  for (let depth = parts.length; depth >= 0; depth -= 1) {
    const file = [...parts.slice(0, depth), ".dvc/config"].join("/");
    const text = repository.text(file);
    if (text !== undefined) return { file, ...readDvcConfig(text, file) };
  }
  return undefined;
};

/**
 * DVC writes it with Python's configobj: `[section]`, `['remote "name"']`, `key = value`, comments after `#`, quotes around a value
 * that needs them, no lists and no continued lines.
 */
export const readDvcConfig = (text: string, file = ".dvc/config"): Omit<DvcConfig, "file"> => {
  let section = "";
  let defaultRemote: string | undefined;
  let defaultPlace: Spot | undefined;
  const remotes = new Map<string, string>();
  const places = new Map<string, Spot>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    const equals = trimmed.indexOf("=");
    if (trimmed.startsWith("[")) section = bare(trimmed.slice(1, trimmed.lastIndexOf("]")));
    else if (!trimmed.startsWith("#") && equals > 0) {
      const key = bare(trimmed.slice(0, equals)).toLowerCase();
      const value = bare(trimmed.slice(equals + 1));
      const remote = /^remote "(.*)"$/.exec(section)?.[1];
      const place: Spot = { file, line: index + 1 };
      if (section.toLowerCase() === "core" && key === "remote") {
        defaultRemote = value || undefined;
        defaultPlace = place;
      } else if (remote !== undefined && key === "url") {
        remotes.set(remote, value);
        places.set(remote, place);
      }
    }
  }
  return {
    defaultRemote,
    remotes,
    places: { ...(defaultPlace ? { defaultRemote: defaultPlace } : {}), remotes: places },
  };
};

/** A word out of its quotes, or up to a comment. */
const bare = (text: string): string => {
  const trimmed = text.trim();
  const quote = trimmed[0];
  const end = quote === '"' || quote === "'" ? trimmed.indexOf(quote, 1) : -1;
  return end > 0 ? trimmed.slice(1, end) : (trimmed.split("#")[0] as string).trim();
};
