import type { Files } from "../host/host.ts";

/** What stands at the place of a workflow file. */
export type CommittedFile =
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable"; readonly reason: string }
  | {
      readonly kind: "text";
      /** LF, without a byte order mark. */
      readonly text: string;
      /** As it is on disk. */
      readonly raw: string;
      readonly remarks: readonly string[];
    };

/** GitHub refuses workflows of half this size, so nothing larger was ever one of ours. */
const LARGEST = 1_000_000;

/** Reads a file without following a symbolic link; whatever is there instead of a text file is said, not thrown. */
export const readCommitted = (files: Files, path: string): CommittedFile => {
  const kind = files.kind(path);
  if (kind === undefined) return { kind: "absent" };
  if (kind === "symlink") return { kind: "unreadable", reason: "it is a symbolic link" };
  if (kind !== "file")
    return { kind: "unreadable", reason: kind === "directory" ? "it is a folder" : "it is not a regular file" };
  const bytes = files.read(path);
  if (bytes.length > LARGEST)
    return {
      kind: "unreadable",
      reason: `it has ${Math.round(bytes.length / 1000)} KB, more than any workflow may have`,
    };
  try {
    const raw = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { kind: "text", ...normalised(raw), raw };
  } catch {
    return { kind: "unreadable", reason: "it is not UTF-8 text" };
  }
};

const normalised = (raw: string): { readonly text: string; readonly remarks: readonly string[] } => {
  const remarks: string[] = [];
  let text = raw;
  if (text.startsWith("\ufeff")) {
    text = text.slice(1);
    remarks.push("it begins with a byte order mark");
  }
  if (text.includes("\r\n")) {
    text = text.replaceAll("\r\n", "\n");
    remarks.push("it has CRLF line endings");
  }
  return { text, remarks };
};
