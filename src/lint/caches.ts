import { majorVersion } from "./action-version.ts";
import type { Node } from "./node.ts";
import type { Place } from "./place.ts";
import { commandsOf } from "./roles.ts";
import type { Step } from "./workflow.ts";

/** Where a step takes files out of GitHub's cache, and whether it certainly does. */
export interface CacheUse {
  readonly place: Place;
  readonly certain: boolean;
}

/** The input that decides whether an action restores a cache. */
interface Switch {
  readonly input: string;
  /** Whether the input turns it on or off. */
  readonly turns: "on" | "off";
  /** What holds where the input is absent; `perhaps`: the repository decides. */
  readonly otherwise: "on" | "perhaps" | undefined;
}

const on = (input: string, otherwise?: Switch["otherwise"]): readonly Switch[] => [{ input, turns: "on", otherwise }];
const unless = (input: string): readonly Switch[] => [{ input, turns: "off", otherwise: "on" }];

/** As the `action.yml` of each says; those without a switch always restore. */
const caching: Readonly<Record<string, readonly Switch[]>> = {
  "actions/cache": unless("lookup-only"),
  "actions/cache/restore": unless("lookup-only"),
  "actions/setup-dotnet": on("cache"),
  "actions/setup-go": on("cache", "on"),
  "actions/setup-java": on("cache"),
  "actions/setup-node": on("cache"),
  "actions/setup-python": on("cache"),
  "actions-rust-lang/setup-rust-toolchain": on("cache", "on"),
  "astral-sh/setup-uv": on("enable-cache"),
  "awalsh128/cache-apt-pkgs-action": [],
  "gradle/actions/setup-gradle": unless("cache-disabled"),
  "jdx/mise-action": on("cache", "on"),
  "mozilla-actions/sccache-action": [],
  "oven-sh/setup-bun": unless("no-cache"),
  "prefix-dev/setup-pixi": on("cache"),
  "pyo3/maturin-action": on("sccache"),
  "ruby/setup-ruby": on("bundler-cache"),
  "swatinem/rust-cache": unless("lookup-only"),
};

/** What a step restores from GitHub's cache. */
export const cacheOf = (step: Step): CacheUse | undefined => {
  const { uses } = step;
  if (!uses) return buildCache(step);
  const action = uses.action ?? "";
  if (action === "docker/build-push-action" || action === "docker/bake-action") return imageCache(step);
  if (!Object.hasOwn(caching, action)) return undefined;
  const certain = { place: uses.node.place, certain: true };
  const switches = [...(caching[action] ?? []), ...recent(step)];
  if (switches.length === 0) return certain;
  return switches.map(each => decided(each, step, uses.node)).find(Boolean);
};

/** What an action has come to do by itself, or has ceased to, with a newer version. */
const recent = (step: Step): readonly Switch[] => {
  const { uses } = step;
  const major = uses && majorVersion(uses);
  if (uses?.action === "actions/setup-node" && major !== undefined && major >= 5)
    return on("package-manager-cache", "perhaps");
  if (uses?.action === "astral-sh/setup-uv" && major !== undefined && major < 10) return on("enable-cache", "on");
  return [];
};

const decided = ({ input, turns, otherwise }: Switch, step: Step, uses: Node): CacheUse | undefined => {
  const node = step.input(input);
  if (!node) return otherwise && { place: uses.place, certain: otherwise === "on" };
  const { literal } = node;
  if (literal === undefined) return { place: node.place, certain: false };
  // `auto` turns the cache on where the runner is GitHub's, or not at all, as the version decides.
  if (turns === "on" && literal === "auto" && otherwise === undefined) return undefined;
  const isOn = turns === "on" ? !["", "false"].includes(literal.toLowerCase()) : literal.toLowerCase() !== "true";
  return isOn ? { place: turns === "on" ? node.place : uses.place, certain: true } : undefined;
};

/** https://docs.docker.com/build/cache/backends/gha/ */
const imageCache = (step: Step): CacheUse | undefined => {
  const node = step.input("cache-from");
  return node && /\btype=gha\b/.test(node.text) ? { place: node.place, certain: true } : undefined;
};

const buildCache = (step: Step): CacheUse | undefined => {
  for (const { args } of [...commandsOf(step, "docker", "build"), ...commandsOf(step, "docker", "buildx", "build")])
    for (const [index, word] of args.entries()) {
      const value = word.start.startsWith("--cache-from=")
        ? word
        : word.value === "--cache-from"
          ? args[index + 1]
          : undefined;
      if (value && /\btype=gha\b/.test(value.start)) return { place: value.place, certain: true };
    }
  return undefined;
};
