import { watch as watchFiles } from "chokidar";
import type { ExitCode } from "../diagnostics/exit-code.ts";
import { exitCodes } from "../diagnostics/exit-code.ts";
import type { Host } from "../host/host.ts";

/** Milliseconds of quiet after a change: editors write a file in several steps. */
const QUIET = 50;

interface Run {
  readonly code: ExitCode;
  /** The files whose change asks for another run; empty when the config could not be loaded. */
  readonly sources: readonly string[];
}

/** Runs `once`, and again after every change of the config or of what it imports, until interrupted. */
export const watch = async (once: () => Promise<Run>, folder: string, host: Host): Promise<ExitCode> => {
  let { sources } = await once();
  const watcher = watchFiles(watched(sources, folder), {
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: QUIET, pollInterval: QUIET / 2 },
    ignored: path => /[\\/](node_modules|\.git|\.venv|\.dvc)([\\/]|$)/.test(path),
    depth: 0,
  });
  host.stderr.write("watching the config; end with Ctrl+C\n");
  let running = Promise.resolve();
  watcher.on("all", () => {
    running = running.then(async () => {
      ({ sources } = await once());
      watcher.add(watched(sources, folder));
    });
  });
  await new Promise<void>(resolve => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await running;
  await watcher.close();
  return exitCodes.clean;
};

/** While there is no config that loads, whatever appears in the folder may be it. */
const watched = (sources: readonly string[], folder: string): string[] =>
  sources.length > 0 ? [...sources] : [folder];
