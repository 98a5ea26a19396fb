import type { ConfigPath } from "../config/issues.ts";

/** A config, or a part of one, as data. */
export type Data = Readonly<Record<string, unknown>>;

export const isData = (value: unknown): value is Data =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A copy in which the value stands at these keys; what is no object on the way there is replaced by one. */
export const withValue = (whole: unknown, path: ConfigPath, value: unknown): unknown => {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof key === "number") {
    const list: unknown[] = Array.isArray(whole) ? [...(whole as readonly unknown[])] : [];
    list[key] = withValue(list[key], rest, value);
    return list;
  }
  const object = isData(whole) ? whole : {};
  return { ...object, [key]: withValue(object[key], rest, value) };
};

export const withoutKey = (object: Data, key: string): Data =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

export const valueAt = (whole: unknown, path: ConfigPath): unknown =>
  path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null
        ? (inner as Readonly<Record<string | number, unknown>>)[key]
        : undefined,
    whole,
  );

/** Whether one path leads to what is within the other. */
export const isBelow = (path: ConfigPath, above: ConfigPath): boolean =>
  path.length >= above.length && above.every((key, index) => path[index] === key);
