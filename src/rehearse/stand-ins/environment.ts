/** A value of the environment that the machine running the workflow always sets. */
export const need = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: stand-ins work inside a rehearsal only`);
  return value;
};

/** `owner/name` of the repository whose workflow runs, in lower case, as GitHub compares it. */
export const repository = (): string => need("GITHUB_REPOSITORY").toLowerCase();

/** How many real milliseconds a minute of a waiting input lasts. */
export const minute = (): number => Number(process.env.REHEARSAL_MINUTE || "60") * 1000;
