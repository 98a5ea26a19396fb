import type { Access } from "./expression.ts";

/** Whether it reads a secret of the repository, the organisation or an environment. */
export const isSecret = ({ path }: Access): boolean => path[0] === "secrets" && path.length > 1 && !isToken({ path });

/** Whether it reads the token that every job has. */
export const isToken = ({ path }: Pick<Access, "path">): boolean => {
  const name = path.slice(0, 2).join(".");
  return name === "secrets.github_token" || name === "github.token";
};
