/** A shell script, as the text it has in a workflow (scripts/shell-text.mjs). */
declare module "*.sh" {
  const text: string;
  export default text;
}
