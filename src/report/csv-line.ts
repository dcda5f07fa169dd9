/** What a field has to be quoted for. */
const QUOTED = /[",\r\n]/;
/** What a spreadsheet takes for the start of a formula; its wide forms among them, which some read as the narrow ones. */
const FORMULA = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

/**
 * A line of CSV (RFC 4180, but for its end), with formulas escaped by `'`: a spreadsheet runs nothing that a model wrote. Numbers
 * stay numbers.
 */
export function csvLine(fields: readonly (string | number)[]): string {
  return `${fields.map((field) => (typeof field === "number" ? String(field) : textField(field))).join(",")}\n`;
}

function textField(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return QUOTED.test(text) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
