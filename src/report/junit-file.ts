import { visible } from "./html/visible.ts";

export interface JunitCase {
  readonly classname: string;
  readonly name: string;
  readonly file?: string | undefined;
  readonly failure?: { readonly type: string; readonly message: string } | undefined;
  readonly skipped?: boolean | undefined;
  readonly out?: string | undefined;
}

export interface JunitSuite {
  readonly name: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly cases: readonly JunitCase[];
}

/** Suites of tests as the JUnit XML that CI services read. Characters that nobody sees, or that XML cannot write, are spelt out. */
export function junitFile(suites: readonly JunitSuite[]): string {
  const all = suites.flatMap(({ cases }) => cases);
  const root = element("testsuites", totalsOf(all), suites.map(suiteElement));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}`;
}

function suiteElement({ name, properties = {}, cases }: JunitSuite): string {
  const stated = Object.entries(properties).map(([key, value]) => element("property", { name: key, value }));
  return element("testsuite", { name, ...totalsOf(cases) }, [
    ...(stated.length === 0 ? [] : [element("properties", {}, stated)]),
    ...cases.map(caseElement),
  ]);
}

function caseElement({ classname, name, file, failure, skipped, out }: JunitCase): string {
  return element("testcase", { classname, name, ...(file === undefined ? {} : { file }) }, [
    ...(failure === undefined ? [] : [element("failure", { message: failure.message, type: failure.type })]),
    ...(skipped === true ? [element("skipped")] : []),
    ...(out === undefined ? [] : [`<system-out>${escaped(out)}</system-out>\n`]),
  ]);
}

function totalsOf(cases: readonly JunitCase[]): Readonly<Record<string, number>> {
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  const skipped = cases.filter(({ skipped: isSkipped }) => isSkipped === true).length;
  return { tests: cases.length, failures, errors: 0, skipped };
}

function element(
  name: string,
  attributes: Readonly<Record<string, string | number>> = {},
  children: readonly string[] = [],
): string {
  // A line end as it stands would be read as a space.
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escaped(String(value)).replaceAll("\n", "&#xA;").replaceAll("\t", "&#x9;")}"`,
  );
  const head = `<${name}${written.join("")}`;
  if (children.length === 0) return `${head}/>\n`;
  const inner = children.map((child) => child.replace(/^(?= *<)/gm, "  "));
  return `${head}>\n${inner.join("")}</${name}>\n`;
}

const ENTITY: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text: string): string {
  return visible(text)
    .replace(/[\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"]/g, (char) => ENTITY[char] ?? char);
}
