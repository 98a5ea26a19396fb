import { afterAll } from "vitest";
import type { Drill, Drilled } from "./drill.ts";
import { drill } from "./drill.ts";

/** One run that several tests of a file look at. It begins when the first of them asks for it, and what it leaves is removed after the last. */
export const shared = (options: () => Drill | Promise<Drill>): (() => Promise<Drilled>) => {
  const leftovers: (() => unknown)[] = [];
  let run: Promise<Drilled> | undefined;
  afterAll(async () => {
    await run?.catch(() => undefined);
    for (const remove of leftovers.reverse()) await remove();
  });
  return () => {
    run ??= Promise.resolve(options()).then(found =>
      drill({ onTestFinished: remove => void leftovers.push(remove as () => unknown) }, found),
    );
    return run;
  };
};
