/** Plain text in Markdown. Names and reasons come from files and providers: nothing in them may become markup, a link or a mention. */
export function text(raw: string): string {
  return raw.replace(/[\\`*_{}[\]<>#|@]/g, (mark) => `\\${mark}`).replace(/\s+/g, " ");
}

/** A name or a command as code. */
export function code(raw: string): string {
  return `\`${raw.replace(/[`\n]/g, " ")}\``;
}
