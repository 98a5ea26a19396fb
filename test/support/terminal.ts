import { execa } from "execa";
import { binary, environment } from "./cli.ts";

/** The tool on a terminal of its own, at which somebody types each of these when the next question is there. */
export const runOnTerminal = async (
  cwd: string,
  args: readonly string[],
  question: RegExp,
  keys: readonly string[],
): Promise<{ readonly code: number | undefined; readonly shown: string }> => {
  const run = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
  const child = execa(
    "python3",
    ["-c", run, "sh", "-c", 'stty cols 100 rows 40; exec "$0" "$@"', process.execPath, binary(), ...args],
    { cwd, env: environment({ TERM: "xterm" }), extendEnv: false, reject: false, stdin: "pipe", timeout: 60_000 },
  );
  const rest = [...keys];
  let asked = 0;
  let shown = "";
  child.stdout.on("data", (chunk: Buffer) => {
    shown += chunk.toString();
    const questions = new Set(shown.match(question)).size;
    for (; asked < questions && rest.length > 0; asked += 1) child.stdin.write(rest.shift() as string);
  });
  const { exitCode } = await child;
  return { code: exitCode, shown };
};
