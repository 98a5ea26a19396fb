import { dirname, join, relative } from "node:path";
import { watch as watchFiles } from "chokidar";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ExitCode } from "../diagnostics/exit-code.ts";
import { exitCodes } from "../diagnostics/exit-code.ts";
import type { Files, Host } from "../host/host.ts";
import { MachineFault } from "../host/host.ts";

/** Milliseconds of quiet after a change: editors write a file in several steps. */
const QUIET = 50;

interface Run {
  /** The files whose change asks for another run; empty when the config could not be loaded. */
  readonly sources: readonly string[];
}

interface Watch {
  readonly once: () => Promise<Run>;
  /** Told of a run that the machine kept from its work; the next change tries again. */
  readonly onFault: (fault: Diagnostic) => Promise<unknown>;
  readonly folder: string;
  readonly host: Host;
}

/** Runs `once`, and again after every change of the config, of what it imports and of the lock file, until interrupted. */
export const watch = async ({ once, onFault, folder, host }: Watch): Promise<ExitCode> => {
  const interrupted = new Promise<void>(resolve => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  const run = async (): Promise<string[]> => {
    try {
      const { sources } = await once();
      if (sources.length > 0) return [...sources];
    } catch (error) {
      if (!(error instanceof MachineFault)) throw error;
      await onFault(error.diagnostic);
    }
    return candidates(folder, host.files);
  };
  const watcher = watchFiles(await run(), {
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: QUIET, pollInterval: QUIET / 2 },
    ignored: path => /[\\/](node_modules|\.git|\.venv|\.dvc)([\\/]|$)/.test(`/${relative(folder, path)}`),
    depth: 0,
  });
  await new Promise<void>(resolve => watcher.once("ready", () => resolve()));
  host.stderr.write("watching the config; end with Ctrl+C\n");
  let running = Promise.resolve();
  let waiting = false;
  let failed: (error: unknown) => void = () => {};
  const broken = new Promise<never>((_resolve, reject) => {
    failed = reject;
  });
  // Changes that come while one run goes on ask for one more run together.
  watcher.on("all", () => {
    if (waiting) return;
    waiting = true;
    running = running
      .then(async () => {
        waiting = false;
        watcher.add(await run());
      })
      .catch(failed);
  });
  try {
    await Promise.race([interrupted, broken]);
    await running;
  } finally {
    await watcher.close();
  }
  return exitCodes.clean;
};

/** While there is no config that loads, whatever appears in the folder or above it may be it. */
const candidates = (folder: string, files: Files): string[] => {
  const parent = dirname(folder);
  const isTop = parent === folder || files.kind(join(folder, ".git")) !== undefined;
  return isTop ? [folder] : [folder, ...candidates(parent, files)];
};
