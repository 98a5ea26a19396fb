import type { Node } from "./node.ts";
import type { Job } from "./workflow.ts";

/** The container a job runs in, and those beside it: each an image alone, or a mapping with one. */
export const containersOf = ({ node }: Job): readonly Node[] => {
  const services = (node.get("services")?.entries ?? []).map(({ value }) => value);
  const own = node.get("container");
  return own ? [own, ...services] : services;
};
