import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

const python = join(import.meta.dirname, "../../../.tools/venv/bin/python");

export interface TrackingServer {
  readonly url: string;
  /** The answer of its REST API. https://mlflow.org/docs/latest/api_reference/rest-api.html */
  readonly ask: (path: string) => Promise<Record<string, unknown>>;
  readonly stop: () => Promise<void>;
}

/** A real MLflow tracking server on 127.0.0.1, with a registry of its own. */
export const startMlflow = async (): Promise<TrackingServer> => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "mlflow-")));
  const port = await freePort();
  const server = execa(
    python,
    [
      ...["-m", "mlflow", "server", "--host", "127.0.0.1", "--port", String(port), "--workers", "1"],
      ...["--backend-store-uri", `sqlite:///${folder}/store.db`, "--artifacts-destination", join(folder, "artifacts")],
    ],
    {
      env: { MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false", MLFLOW_DISABLE_TELEMETRY: "true" },
      cwd: folder,
      detached: true,
      reject: false,
      all: true,
      stdin: "ignore",
    },
  );
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    // It starts workers of its own.
    if (server.pid !== undefined && server.exitCode === null) process.kill(-server.pid, "SIGTERM");
    await server;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let patience = 240; ; patience -= 1) {
    const answer = await fetch(`${url}/health`).catch(() => undefined);
    if (answer?.ok) break;
    if (server.exitCode !== null || patience === 0) {
      await stop();
      throw new Error(`MLflow did not start: ${(await server).all}`);
    }
    await new Promise(resolve => setTimeout(resolve, 250));
  }
  return {
    url,
    ask: async path => (await (await fetch(`${url}/api/2.0/mlflow/${path}`)).json()) as Record<string, unknown>,
    stop,
  };
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
