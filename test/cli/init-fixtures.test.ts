import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config/parse.ts";
import type { Pipeline } from "../../src/config/pipeline.ts";
import { FIXTURES, fixture, fixtureNames } from "../support/fixture.ts";
import { CONFIG } from "../support/repo.ts";

type Data = Readonly<Record<string, unknown>>;

const meaning = (config: unknown): readonly Pipeline[] | undefined => {
  const parsed = parseConfig(config, { configFile: CONFIG, lockFile: "pipeline.lock.json", position: () => undefined });
  return parsed.ok ? parsed.value : undefined;
};

const isData = (value: unknown): value is Data => typeof value === "object" && value !== null && !Array.isArray(value);

/** The config once without each field that it states, at whatever depth: `a.b` and what is left. */
const without = (config: unknown): readonly (readonly [string, unknown])[] => {
  if (Array.isArray(config))
    return config.flatMap((item, index) =>
      without(item).map(([path, rest]) => [`[${index}].${path}`, config.with(index, rest)] as const),
    );
  if (!isData(config)) return [];
  return Object.entries(config).flatMap(([key, value]) => [
    [key, Object.fromEntries(Object.entries(config).filter(([other]) => other !== key))] as const,
    ...without(value).map(([path, rest]) => [`${key}.${path}`, { ...config, [key]: rest }] as const),
  ]);
};

describe.concurrent("init --yes", () => {
  test.for(fixtureNames)(
    "%s: writes a valid config that states no default, then generate and check succeed",
    async name => {
      const repo = fixture(name);
      const before = repo.snapshot();
      const { code, stderr } = await repo.cli("init", "--yes");
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(repo.git("status", "--porcelain")).toBe(`?? ${CONFIG}\n`);

      const golden = `${FIXTURES}/${name}.config.ts`;
      await expect(repo.read(CONFIG)).toMatchFileSnapshot(golden);
      const { default: config } = (await import(repo.at(CONFIG))) as { readonly default: unknown };
      const meant = meaning(config);
      expect(meant).toBeDefined();
      const idle = without(config).filter(([, rest]) => isDeepStrictEqual(meaning(rest), meant));
      expect(idle.map(([path]) => path)).toEqual([]);

      expect(await repo.cli("generate")).toMatchObject({ code: 0 });
      expect(await repo.cli("check")).toMatchObject({ code: 0, stderr: "" });
      for (const [path, text] of Object.entries(before)) expect(repo.read(path)).toBe(text);

      const generated = repo.git("ls-files", "--others", "--", ".github").split("\n").filter(Boolean);
      expect(generated.length).toBeGreaterThan(2);
      const linted = await repo.cli("lint", "--format", "json", ...generated);
      expect(JSON.parse(linted.stdout).diagnostics).toEqual([]);
    },
  );

  test.for(fixtureNames)("%s: a second time it refuses, and changes nothing", async name => {
    const repo = fixture(name);
    await repo.cli("init", "--yes");
    repo.edit(CONFIG, text => `${text}// Ours.\n`);
    const before = repo.snapshot();
    for (const form of [[], ["--yaml"]]) {
      const { code, stdout, stderr } = await repo.cli("init", "--yes", ...form);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toContain(CONFIG);
    }
    expect(repo.snapshot()).toEqual(before);
  });
});
