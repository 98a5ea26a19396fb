import { Ajv } from "ajv";
import { expect } from "vitest";
// The schema of the OASIS standard, with its first errata:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json
import standard from "./sarif-schema-2.1.0.json" with { type: "json" };

function isReference(text: string): boolean {
  return /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[0-9A-F]{2})*$/.test(text);
}

// It says to be of draft 4, of which it uses nothing that later drafts do not know, but for the name of its own address.
const { $schema: _, id: __, ...schema } = standard;

/** Whether a document is of the standard; `errors` says why not. */
export const validateSarif = new Ajv({
  strict: false,
  allErrors: true,
  formats: { uri: text => URL.canParse(text), "uri-reference": isReference, "date-time": true },
}).compile(schema);

/** The log in a text, which must be of the standard. */
export const expectSarif = (text: string) => {
  const log = JSON.parse(text);
  validateSarif(log);
  expect(validateSarif.errors ?? []).toEqual([]);
  return log;
};
