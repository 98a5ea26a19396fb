import type { RepositoryContents } from "../../src/repository/contents.ts";

/** A repository that holds these files: path → text. */
export const repositoryOf = (texts: Readonly<Record<string, string>>): RepositoryContents => {
  const files = Object.keys(texts).sort();
  return {
    root: "/repository",
    files,
    unread: [],
    isFromGit: true,
    has: path => path === "." || files.some(file => file === path || file.startsWith(`${path.replace(/\/$/, "")}/`)),
    text: path => texts[path],
    look: path => {
      const text = texts[path];
      return text === undefined ? { kind: "absent" } : { kind: "text", text };
    },
  };
};
