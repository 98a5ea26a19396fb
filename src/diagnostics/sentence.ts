/** A hint as a sentence of its own. */
export const sentence = (hint: string): string => `${hint.replace(/^[a-z]/, first => first.toUpperCase())}.`;
