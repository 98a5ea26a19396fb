/** The value of a name, if it has one. */
export type Scope = (name: string) => string | undefined;

const VARIABLE = /\\([\s\S])|\$(?:(\w+)|\{(\w+)(?:(:?[-+])((?:[^{}]|\{[^{}]*\})*))?\})/g;

/** Puts variables into a text of a Dockerfile: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+alternative}`. */
export const expand = (text: string, scope: Scope): string =>
  text.replace(VARIABLE, (_, escaped?: string, plain?: string, braced?: string, operator?: string, other = "") => {
    if (escaped !== undefined) return escaped;
    const value = scope(plain ?? braced ?? "");
    const present = operator?.startsWith(":") ? Boolean(value) : value !== undefined;
    if (operator?.endsWith("+")) return present ? expand(other, scope) : "";
    return present || operator === undefined ? (value ?? "") : expand(other, scope);
  });
