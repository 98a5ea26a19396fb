import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const PATIENCE = 10_000;

const sleep = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
};

const errorCode = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);

const age = (path: string): number => Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());

/** Making a folder is atomic everywhere. One that outlives every change was left by a process that was killed. */
const lock = (path: string): void => {
  for (;;) {
    try {
      mkdirSync(path);
      return;
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
    }
    if (age(path) > PATIENCE) rmSync(path, { recursive: true, force: true });
    else sleep(20);
  }
};

/** The JSON in a file; the fallback if there is no file yet. */
export const readJson = <T>(path: string, fallback: T): T => {
  try {
    // The files are written by `changeJson` alone, with the type its callers name.
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return fallback;
    throw error;
  }
};

/** Changes the JSON in a file that other processes change too. */
export const changeJson = <T>(path: string, fallback: T, change: (value: T) => T): void => {
  mkdirSync(dirname(path), { recursive: true });
  lock(`${path}.lock`);
  try {
    const next = `${path}.${process.pid}`;
    writeFileSync(next, `${JSON.stringify(change(readJson(path, fallback)), null, 1)}\n`);
    renameSync(next, path);
  } finally {
    rmSync(`${path}.lock`, { recursive: true, force: true });
  }
};
