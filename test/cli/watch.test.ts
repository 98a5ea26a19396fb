import { setTimeout as pause } from "node:timers/promises";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { binary, environment } from "../support/cli.ts";
import type { Repository } from "../support/repo.ts";
import { CI, CONFIG, repository } from "../support/repo.ts";

const watching = (repo: Repository, cwd = repo.root) => {
  const child = execa(process.execPath, [binary(), "generate", "--watch"], {
    cwd,
    env: environment(),
    extendEnv: false,
    reject: false,
    buffer: false,
    stdin: "ignore",
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (printed += text));
  const until = async (what: string, condition: () => boolean) => {
    for (let patience = 300; !condition(); patience -= 1) {
      if (patience === 0) throw new Error(`${what} did not happen:\n${printed}`);
      await pause(50);
    }
  };
  return { child, until, printed: () => printed, ready: () => until("the start", () => printed.includes("watching")) };
};

const ended = async ({ child }: ReturnType<typeof watching>, signal: "SIGINT" | "SIGTERM") => {
  const start = performance.now();
  child.kill(signal);
  const { exitCode, signal: killedBy } = await child;
  return { exitCode, killedBy, quick: performance.now() - start < 2000 };
};

test("generate --watch follows the config, its imports and the lock file, survives a broken config, and ends with 0", async () => {
  const repo = repository({
    "shared.ts": "export const minutes = 11;\n",
    [CONFIG]:
      'import { defineConfig } from "creditrisk-ci";\nimport { minutes } from "./shared";\nexport default defineConfig({ name: "creditrisk", timeouts: { quality: minutes } });\n',
  });
  const watched = watching(repo);
  await watched.ready();
  const hasMinutes = (minutes: number) => () => repo.read(CI).includes(`timeout-minutes: ${minutes}\n`);
  expect(hasMinutes(11)()).toBe(true);

  repo.edit(CONFIG, text => text.replace("quality: minutes", "quality: 12"));
  await watched.until("the edit of the config", hasMinutes(12));
  repo.edit(CONFIG, text => text.replace("quality: 12", "quality: minutes"));
  await watched.until("the way back", hasMinutes(11));
  repo.write("shared.ts", "export const minutes = 13;\n");
  await watched.until("the edit of the import", hasMinutes(13));

  repo.edit(CONFIG, text => text.replace("timeouts", "timeuots"));
  await watched.until("the complaint", () => watched.printed().includes("did you mean `timeouts`?"));
  expect(hasMinutes(13)()).toBe(true);
  repo.edit(CONFIG, text => text.replace("timeuots", "timeouts").replace("quality: minutes", "quality: 14"));
  await watched.until("the mending", hasMinutes(14));

  expect(await ended(watched, "SIGINT")).toEqual({ exitCode: 0, killedBy: undefined, quick: true });
  expect(watched.printed()).not.toMatch(/^\s+at /m);
});

test("generate --watch started without a config takes the one that appears above", async () => {
  const repo = repository({ "src/x.py": "" });
  const watched = watching(repo, repo.at("src"));
  await watched.ready();
  expect(watched.printed()).toContain("[config/not-found]");
  repo.write("pipeline.config.yaml", "name: late\n");
  await watched.until("the first generation", () => repo.has(CI) && repo.read(CI).includes("late"));
  expect(await ended(watched, "SIGTERM")).toEqual({ exitCode: 0, killedBy: undefined, quick: true });
});
