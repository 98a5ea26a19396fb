import type { Place } from "./place.ts";
import type { Script, ShellCommand, Word } from "./script.ts";
import { secretVariables, variablesIn } from "./secret-values.ts";
import type { Step } from "./workflow.ts";

/** Variables of a script that hold a secret, or something taken out of one. */
export interface SecretFlow {
  /** Each with the secret it is: `secrets.NAME`. The runner masks it as it is stored. */
  readonly plain: ReadonlyMap<string, string>;
  /** What `base64 --decode` or `jq` made of one, which the runner does not know. */
  readonly decoded: ReadonlyMap<string, string>;
}

export const secretFlow = (step: Step, { assignments, commands }: Script): SecretFlow => {
  const plain = new Map(secretVariables(step));
  const decoded = new Map<string, string>();
  if (plain.size === 0) return { plain, decoded };
  const captured = commands.filter(command => command.captured);
  for (const { name, value, place } of assignments) {
    const read = variablesIn(value);
    const inside = captured.filter(command => contains(place, command.place));
    const fed = inside.flatMap(command => contentWords(command).flatMap(variablesIn));
    const secret = [...read, ...(inside.some(isDecoder) ? fed : [])].find(
      other => plain.has(other) || decoded.has(other),
    );
    const from = secret === undefined ? undefined : (plain.get(secret) ?? decoded.get(secret));
    plain.delete(name);
    decoded.delete(name);
    if (secret === undefined || from === undefined) continue;
    if (inside.length > 0 || decoded.has(secret)) decoded.set(name, from);
    else plain.set(name, from);
  }
  return { plain, decoded };
};

/** Whether it takes something else out of what it reads. */
export const isDecoder = ({ name, args }: ShellCommand): boolean =>
  name === "jq" ||
  ((name === "base64" || name === "openssl") &&
    args.some(({ value }) => value !== undefined && /^(?:-d|-D|-di|--decode)$/.test(value)));

/** The words whose text a command prints or reads: not the names of files. */
export const contentWords = ({ name, args, redirects }: ShellCommand): readonly Word[] => [
  ...(name === "echo" || name === "printf" ? args : []),
  ...redirects.filter(({ operator }) => operator.startsWith("<<")).flatMap(({ target }) => target ?? []),
];

const contains = (outer: Place, inner: Place): boolean =>
  (outer.line < inner.line || (outer.line === inner.line && outer.column <= inner.column)) &&
  (outer.endLine > inner.endLine || (outer.endLine === inner.endLine && outer.endColumn >= inner.endColumn));
