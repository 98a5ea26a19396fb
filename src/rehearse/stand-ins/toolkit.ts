import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { need } from "./environment.ts";

/** What the real program would refuse too: its text is the step's error. */
export class Refusal extends Error {}

/** An input of the step, without the blanks around it; empty when it is not given. */
export const input = (name: string): string =>
  (process.env[`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`] ?? "").trim();

/** An input that the action cannot do without. */
export const requiredInput = (name: string): string => {
  const value = input(name);
  if (value === "") throw new Refusal(`Input required and not supplied: ${name}`);
  return value;
};

/** An input that is true or false, in the spellings that actions accept. */
export const flag = (name: string, fallback: boolean): boolean => {
  const value = input(name);
  if (value === "") return fallback;
  if (/^(?:true|True|TRUE)$/.test(value)) return true;
  if (/^(?:false|False|FALSE)$/.test(value)) return false;
  throw new Refusal(
    `Input does not meet YAML 1.2 "Core Schema" specification: ${name}. Support boolean input list: \`true | True | TRUE | false | False | FALSE\``,
  );
};

/** An input of several lines, without the empty ones. */
export const lines = (name: string): readonly string[] =>
  input(name)
    .split("\n")
    .map(line => line.trim())
    .filter(line => line !== "");

/** A path of an input: relative to the workspace, with `~` for the home folder. */
export const inWorkspace = (path: string): string =>
  resolve(need("GITHUB_WORKSPACE"), path.replace(/^~(?=\/|$)/, homedir()));

/** The delimiter is random, so that no value can end itself early. */
const append = (file: string, name: string, value: string): void => {
  const end = `end_${randomUUID()}`;
  appendFileSync(need(file), `${name}<<${end}\n${value}\n${end}\n`);
};

/** An output of the step. */
export const setOutput = (name: string, value: string | number | boolean): void =>
  append("GITHUB_OUTPUT", name, String(value));

/** A variable of the steps that follow. */
export const exportVariable = (name: string, value: string): void => {
  process.env[name] = value;
  append("GITHUB_ENV", name, value);
};

/** A folder in front of the PATH of the steps that follow. */
export const addPath = (folder: string): void => appendFileSync(need("GITHUB_PATH"), `${folder}\n`);

/** What the action's post step is told. */
export const saveState = (name: string, value: string): void => append("GITHUB_STATE", name, value);

/** What the action's main step told. */
export const state = (name: string): string => process.env[`STATE_${name}`] ?? "";

/** A line of the step's log. */
export const info = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const command = (name: string, text: string): void =>
  info(`::${name}::${text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A")}`);

/** Hides a value in every log of the job. */
export const mask = (value: string): void => {
  if (value !== "") command("add-mask", value);
};

/** An annotation of the run that fails nothing. */
export const warn = (text: string): void => command("warning", text);

/** The annotation of a failure. */
export const error = (text: string): void => command("error", text);

/** Says which of the inputs in use have no effect here, so that nobody takes them for rehearsed. */
export const withoutEffect = (...names: readonly string[]): void => {
  const used = names.filter(name => input(name) !== "");
  if (used.length > 0) warn(`Without effect in a rehearsal: ${used.join(", ")}.`);
};
