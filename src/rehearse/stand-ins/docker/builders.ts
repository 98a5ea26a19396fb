import { join } from "node:path";
import { changeJson, readJson } from "../shared-file.ts";
import { Refusal } from "../toolkit.ts";
import { dockerFolder } from "./login.ts";

interface Builders {
  readonly current?: string;
  /** Name → driver. */
  readonly drivers: Readonly<Record<string, string>>;
}

const NONE: Builders = { drivers: {} };
const DEFAULT = "default";
const file = (): string => join(dockerFolder(), "rehearsal-builders.json");
const read = (): Builders => readJson(file(), NONE);

const driverOf = (name: string): string => {
  const driver = read().drivers[name] ?? (name === DEFAULT ? "docker" : undefined);
  if (driver === undefined) throw new Refusal(`ERROR: no builder "${name}" found`);
  return driver;
};

/** The driver that a build uses. Only Docker's own leaves its images on the machine. */
export const currentDriver = (builder: string | undefined): string => driverOf(builder ?? read().current ?? DEFAULT);

/** Adds a builder; its name is what docker prints. */
export const createBuilder = (name: string, driver: string, use: boolean): string => {
  changeJson(file(), NONE, ({ drivers, current }) => ({
    drivers: { ...drivers, [name]: driver },
    ...(use ? { current: name } : current !== undefined && { current }),
  }));
  return name;
};

/** Makes a builder the one of the builds that name none. */
export const useBuilder = (name: string): string => {
  driverOf(name);
  changeJson(file(), NONE, ({ drivers }) => ({ drivers, current: name }));
  return name;
};

/** Forgets a builder. */
export const removeBuilder = (wanted: string | undefined): string => {
  const name = wanted ?? read().current ?? DEFAULT;
  driverOf(name);
  changeJson(file(), NONE, ({ drivers, current }) => ({
    drivers: Object.fromEntries(Object.entries(drivers).filter(([one]) => one !== name)),
    ...(current !== undefined && current !== name && { current }),
  }));
  return `${name} removed`;
};

/** What docker says of a builder. */
export const inspectBuilder = (wanted: string | undefined): string => {
  const name = wanted ?? read().current ?? DEFAULT;
  return [
    `Name:          ${name}`,
    `Driver:        ${driverOf(name)}`,
    "",
    "Nodes:",
    `Name:      ${name}0`,
    "Status:    running",
    "Platforms: linux/amd64",
  ].join("\n");
};

/** Every builder, the current one with a star. */
export const listBuilders = (): string =>
  [...new Set([...Object.keys(read().drivers), DEFAULT])]
    .map(name => `${name}${name === (read().current ?? DEFAULT) ? "*" : ""} ${driverOf(name)}`)
    .join("\n");
