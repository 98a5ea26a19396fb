import type { Files, Host } from "../../src/host/host.ts";
import { MachineFault } from "../../src/host/host.ts";

export type Deed = "kind" | "read" | "list" | "writeAll" | "append" | "remove";

export interface MemoryHostOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly isTerminal?: boolean;
  /** Says why the machine refuses something, if it does. */
  readonly fault?: (deed: Deed, path: string) => string | undefined;
}

export interface MemoryHost extends Host {
  readonly contents: Map<string, string>;
  readonly out: () => string;
  readonly err: () => string;
}

/** A world in memory: a repository at `/repo` with these files, relative to it. */
export const memoryHost = (
  files: Readonly<Record<string, string>>,
  { cwd = "/repo", env = {}, isTerminal = false, fault = () => undefined }: MemoryHostOptions = {},
): MemoryHost => {
  const contents = new Map<string, string>([["/repo/.git/HEAD", "ref: refs/heads/main\n"]]);
  for (const [path, text] of Object.entries(files)) contents.set(`/repo/${path}`, text);
  const written = { out: "", err: "" };
  const refuse = (deed: Deed, path: string) => {
    const reason = fault(deed, path);
    if (reason !== undefined)
      throw new MachineFault({ code: "machine/files", message: `cannot ${deed} ${path}: ${reason}`, hint: "mend it" });
  };
  const inside = (path: string) => [...contents.keys()].filter(name => name.startsWith(`${path}/`));
  const disk: Files = {
    kind: path => {
      refuse("kind", path);
      if (contents.has(path)) return "file";
      return inside(path).length > 0 ? "directory" : undefined;
    },
    read: path => {
      refuse("read", path);
      const text = contents.get(path);
      if (text === undefined) throw new Error(`there is no ${path}`);
      return Buffer.from(text);
    },
    size: path => {
      refuse("read", path);
      const text = contents.get(path);
      return text === undefined ? undefined : Buffer.byteLength(text);
    },
    list: path => {
      refuse("list", path);
      return [...new Set(inside(path).map(name => name.slice(path.length + 1).split("/")[0] as string))].sort();
    },
    writeAll: texts => {
      for (const path of texts.keys()) refuse("writeAll", path);
      for (const [path, text] of texts) contents.set(path, text);
    },
    append: (path, text) => {
      refuse("append", path);
      contents.set(path, `${contents.get(path) ?? ""}${text}`);
    },
    remove: path => {
      refuse("remove", path);
      contents.delete(path);
    },
  };
  const stream = (name: "out" | "err") => ({
    write: (text: string) => {
      written[name] += text;
    },
    isTerminal,
  });
  return {
    cwd,
    env: { CREDITRISK_CI_CACHE: "off", ...env },
    stdout: stream("out"),
    stderr: stream("err"),
    isInteractive: isTerminal,
    files: disk,
    contents,
    out: () => written.out,
    err: () => written.err,
  };
};
