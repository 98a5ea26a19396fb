import { posix } from "node:path";
import type { Spot } from "../source-problem.ts";
import type { Requirement } from "./requirement.ts";
import { packageName, readRequirement } from "./requirement.ts";

/** What pip can be told to install, on its command line and in a requirements file. */
export type InstallTarget =
  | { readonly kind: "requirement"; readonly requirement: Requirement }
  /** A project, or an archive, of this machine; `path`: as it is written, relative to where pip runs. */
  | { readonly kind: "local"; readonly path: string; readonly extras: readonly string[]; readonly spot: Spot }
  | { readonly kind: "unknown"; readonly text: string; readonly spot: Spot };

/** `start`: the offset of the text in its file. https://pip.pypa.io/en/stable/cli/pip_install/#argument-handling */
export const readTarget = (text: string, spot: Spot, start?: number): InstallTarget => {
  const target = text.trim();
  if (target.includes("${")) return { kind: "unknown", text: target, spot };
  const address = /^(?:[a-z]+\+)?[a-z]+:/i.exec(target);
  if (address) return addressOf(target, spot);
  const [head = ""] = target.split(";");
  if (head.startsWith(".") || (head.includes("/") && !/^[^/]*@/.test(head))) return localOf(target, spot);
  const requirement = readRequirement(target, spot, start === undefined ? undefined : start + text.indexOf(target));
  return requirement ? { kind: "requirement", requirement } : { kind: "unknown", text: target, spot };
};

const localOf = (target: string, spot: Spot): InstallTarget => {
  const [path = "", marker] = target.split(";");
  const [, folder = "", extras = ""] = /^(.*?)(?:\[([^\]]*)\])?$/.exec(path.trim()) ?? [];
  const wheel = wheelName(folder);
  if (wheel !== undefined || marker !== undefined || /[*?]/.test(folder))
    return wheel === undefined
      ? { kind: "unknown", text: target, spot }
      : { kind: "requirement", requirement: { name: wheel, extras: extrasOf(extras), url: folder, spot } };
  return { kind: "local", path: folder, extras: extrasOf(extras), spot };
};

/** `git+https://…#egg=name`, or the address of a wheel, whose name says what it is. */
const addressOf = (target: string, spot: Spot): InstallTarget => {
  const [url = ""] = target.split(/\s/);
  const egg = /[#&]egg=([\w.-]+)(?:\[([^\]]*)\])?/.exec(url);
  const name = egg?.[1] === undefined ? wheelName(url.split(/[?#]/)[0] as string) : packageName(egg[1]);
  if (name === undefined) return { kind: "unknown", text: target, spot };
  return { kind: "requirement", requirement: { name, extras: extrasOf(egg?.[2] ?? ""), url, spot } };
};

const wheelName = (path: string): string | undefined => {
  const name = /^([A-Za-z0-9._]+)-[^-]+-.*\.whl$/.exec(posix.basename(path))?.[1];
  return name === undefined ? undefined : packageName(name);
};

const extrasOf = (text: string): readonly string[] =>
  text
    .split(",")
    .map(extra => packageName(extra.trim()))
    .filter(extra => extra !== "");
