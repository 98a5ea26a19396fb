import type { ShellCommand, Word } from "./script.ts";
import type { Step } from "./workflow.ts";

/**
 * Every output that the script of a step can set, and perhaps more; absent where a name is only known at run time, or where
 * a program that the script calls may set some too.
 */
export const outputsWritten = ({ run, script }: Step): ReadonlySet<string> | undefined => {
  if (!run || !script) return undefined;
  const functions = new Set(script.commands.map(({ inFunction }) => inFunction));
  const names = new Set<string>();
  let written = 0;
  for (const command of script.commands) {
    const toFile = command.redirects.some(({ target }) => target?.text.includes("GITHUB_OUTPUT"));
    if (toFile) written += 1;
    const isPrinter = PRINTERS.has(command.name ?? "");
    if (!isPrinter && (toFile || !isHarmless(command, functions))) return undefined;
    if (!isPrinter) continue;
    const texts = textsOf(command).flatMap(namesIn);
    if (toFile && texts.length === 0) return undefined;
    for (const name of texts) names.add(name.toLowerCase());
  }
  // The output of a block, `{ …; } >> "$GITHUB_OUTPUT"`, of a loop or of `tee` is not told apart from other text.
  const mentioned = run.text.split("GITHUB_OUTPUT").length - 1;
  return mentioned === written ? names : undefined;
};

const PRINTERS: ReadonlySet<string> = new Set(["echo", "printf", "cat"]);

const isHarmless = ({ name }: ShellCommand, functions: ReadonlySet<string | undefined>): boolean =>
  name !== undefined && (HARMLESS.has(name) || functions.has(name));

/** Programs that do not look for `GITHUB_OUTPUT` on their own. */
const HARMLESS: ReadonlySet<string> = new Set([
  ...["[", "[[", "test", "true", "false", ":", "set", "shopt", "exit", "return", "read", "local", "export", "declare"],
  ...["readonly", "unset", "shift", "trap", "wait", "cd", "pushd", "popd", "pwd", "sleep", "date", "uname", "whoami"],
  ...["awk", "base64", "basename", "chmod", "cp", "cut", "curl", "dirname", "expr", "find", "grep", "gunzip", "gzip"],
  ...["head", "hostname", "id", "jq", "ls", "md5sum", "mkdir", "mktemp", "mv", "realpath", "rm", "rmdir", "sed", "seq"],
  ...["sha1sum", "sha256sum", "sort", "stat", "tail", "tar", "touch", "tr", "uniq", "unzip", "wc", "wget", "zip"],
  ...["aws", "docker", "gh", "git", "kubectl", "yq"],
]);

/** What a command prints, as far as it is known. */
const textsOf = ({ name, args, redirects }: ShellCommand): readonly string[] => {
  const documents = redirects.flatMap(({ operator, target }) => (operator.startsWith("<<") && target ? [target] : []));
  const words = name === "cat" ? documents : args;
  return words.map(({ start }: Word) => start);
};

/** The names in front of `=` or `<<`, one a line. */
const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(/(?:^|\n|\\n)\s*([\w-]+)(?:=|<<)/g)].flatMap(([, name]) => name ?? []);
