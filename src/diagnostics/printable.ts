/** Controls but for the tab, and what turns the direction of the text: a terminal would obey, a reader be misled. */
const OBEYED = /(?!\t)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** Text from a file or its name, as it may be shown on a terminal. */
export const printable = (text: string): string =>
  text.replace(OBEYED, code => `\\u${code.charCodeAt(0).toString(16).padStart(4, "0")}`);
