import { describe, expect, it } from "vitest";
import { UserError } from "../../errors.ts";
import { optionalPackage } from "../optional-package.ts";
import { gradeOf, scorerOf, wordsOn } from "../scorers.fixtures.ts";

const broken = (language: string) => `is not well-formed ${language}: `;

describe("xml", () => {
  it.each([
    ["an element", "<a/>"],
    ["a declaration, entities and text", "<?xml version='1.0'?>\n<a>ü &amp; &#x1F600; 😀</a>"],
    ["namespaces", '<p:a xmlns:p="u"><p:b/></p:a>'],
    ["CDATA", "<a><![CDATA[<x>&]]></a>"],
    ["a fence and prose around it", "Here you are:\n```xml\n<a>\n</a>\n```\nDone."],
    ["an entity of its own", '<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'],
  ])("takes %s", async (_name, text) => {
    expect(await gradeOf(scorerOf("xml"), text)).toBe(1);
  });

  it.each([
    ["nothing", ""],
    ["prose", "Here you are."],
    ["prose around it", "Here: <a/>"],
    ["crossing tags", "<a><b></a></b>"],
    ["an open tag", "<a><b></b>"],
    ["two roots", "<a/><b/>"],
    ["an ampersand", "<a>x & y</a>"],
    ["an unknown entity", "<a>&nbsp;</a>"],
    ["two attributes of one name", '<a b="1" b="2"/>'],
    ["an attribute without quotes", "<a b=1/>"],
    ["NUL", "<a>\u0000</a>"],
    ["half a surrogate pair", "<a>\ud83d</a>"],
    ["a prefix that nobody declared", "<p:a/>"],
    ["a depth of thousands", "<a>".repeat(5_000) + "</a>".repeat(5_000)],
    ["a billion laughs", laughs()],
  ])("marks down %s", async (_name, text) => {
    expect(await gradeOf(scorerOf("xml"), text)).toBe(0);
  });

  it("reads no file", async () => {
    const text = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>';
    expect(await wordsOn(scorerOf("xml"), text)).not.toContain("threw");
  });

  it("says what is wrong and where", async () => {
    expect(await wordsOn(scorerOf("xml"), "<a>\n<b></a>")).toBe(
      `${broken("XML")}Opening and ending tag mismatch: b line 2 and a (line 2)`,
    );
    expect(await wordsOn(scorerOf("xml", { root: "feed" }), "<rss/>")).toBe(
      'its outermost element is "rss", wanted "feed"',
    );
  });
});

function laughs(): string {
  const entities = Array.from({ length: 12 }, (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`);
  return `<!DOCTYPE a [<!ENTITY l0 "ha">${entities.join("")}]><a>&l12;</a>`;
}

describe("html", () => {
  it.each([
    ["an element", "<p>a</p>"],
    ["end tags that may be left out", "<ul><li>a<li>b</ul><p>x<p>y"],
    ["elements that have none", "<img src=a><br/><input disabled>"],
    ["a row", "<tr><td>x</td></tr>"],
    ["a page", "<!doctype html>\n<html><head><title>t</title></head><body><p>x</p></body></html>"],
    ["a page without doctype", "<html><body></body></html>"],
    ["a script", "<script>if (a < b) c('</div>')</script>"],
    ["an image in it", "<svg><path d=''/></svg>"],
    ["a template", "<template><b>x</b></template>"],
    ["a fence", "```html\n<p>a</p>\n```"],
  ])("takes %s", async (_name, text) => {
    expect(await wordsOn(scorerOf("html"), text)).toBe("is well-formed HTML");
  });

  it.each([
    ["<div>\n<b>x</div></b>", "<b> is never closed (line 2), </b> closes nothing (line 2)"],
    ["<div>", "<div> is never closed (line 1)"],
    ["<p>x</p></p>", "</p> closes nothing (line 1)"],
    ["<p><div></div></p>", "</p> closes nothing (line 1)"],
    ["<h1>a</h2>", "<h1> is never closed (line 1), </h2> closes nothing (line 1)"],
    ["<i>x</i><div/>", "non void html element start tag with trailing solidus (line 1)"],
    ["<p a=1 a=2>x</p>", "duplicate attribute (line 1)"],
    ["<b>\u0000</b>", "unexpected null character (line 1)"],
    ["<p>x</p><p class='a>x</p>", "eof in tag (line 1)"],
    ["<svg><g></svg>", "<g> is never closed (line 1)"],
    ["<html><body><main></body></html>", "<main> is never closed (line 1)"],
    [
      "<b><i><u><s>",
      "<b> is never closed (line 1), <i> is never closed (line 1), <u> is never closed (line 1) and 1 more",
    ],
  ])("marks down %j", async (text, faults) => {
    expect(await wordsOn(scorerOf("html"), text)).toBe(`${broken("HTML")}${faults}`);
    expect(await gradeOf(scorerOf("html"), text)).toBe(0);
  });

  it.each(["", "Just prose.", "a < b and b > c", "&lt;p&gt;", "</p "])("finds no element in %j", async (text) => {
    expect(await wordsOn(scorerOf("html"), text)).toMatch(/^holds no element: /);
  });

  it("takes a depth of thousands", async () => {
    expect(await gradeOf(scorerOf("html"), "<div>".repeat(20_000))).toBe(0);
  });
});

describe("sql", () => {
  const postgres = scorerOf("sql", { dialect: "postgresql" });

  it.each([
    "SELECT 1",
    "WITH r AS (SELECT 1 AS n) SELECT n FROM r;",
    "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET a = 1",
    "INSERT INTO t VALUES (1) ON CONFLICT (id) DO NOTHING RETURNING *",
    "Use this:\n```sql\nSELECT a::int FROM t -- cast\n```",
  ])("takes %j as PostgreSQL does", async (text) => {
    expect(await gradeOf(postgres, text)).toBe(1);
  });

  it.each([
    ["", "is empty"],
    ["-- nothing", "holds no statement"],
    ["SELECT a FROM", `${broken("SQL (postgresql)")}syntax error at end of input`],
    ["SELEC 1", `${broken("SQL (postgresql)")}syntax error at or near "SELEC"`],
    ["SELECT `a` FROM t", `${broken("SQL (postgresql)")}syntax error at or near "FROM"`],
    ["Here is the query: SELECT 1", `${broken("SQL (postgresql)")}syntax error at or near "Here"`],
    ["SELECT 1\u0000 nonsense", "holds a NUL character"],
  ])("marks down %j", async (text, words) => {
    expect(await wordsOn(postgres, text)).toBe(words);
    expect(await gradeOf(postgres, text)).toBe(0);
  });

  it("takes a depth of thousands", async () => {
    const deep = `SELECT ${"(".repeat(20_000)}1${")".repeat(20_000)}`;
    expect(await wordsOn(postgres, deep)).toBe(`${broken("SQL (postgresql)")}memory exhausted at or near "("`);
    expect(await gradeOf(scorerOf("sql", { dialect: "mysql" }), deep)).toBe(0);
  });

  it("counts statements", async () => {
    const one = scorerOf("sql", { dialect: "postgresql", maxStatements: 1 });
    expect(await wordsOn(one, "SELECT 1;")).toBe("is well-formed SQL (postgresql), 1 statement");
    expect(await wordsOn(one, "SELECT 1; DROP TABLE t")).toBe("holds 2 statements, wanted at most 1");
  });

  it("reads other dialects with node-sql-parser", async () => {
    const mysql = scorerOf("sql", { dialect: "mysql" });
    expect(await wordsOn(mysql, "SELECT `a` FROM t LIMIT 5, 10")).toBe("is well-formed SQL (mysql), 1 statement");
    expect(await wordsOn(mysql, "SELECT a\nFROM")).toBe(`${broken("SQL (mysql)")}unexpected end of input (line 2)`);
    expect(await wordsOn(mysql, "SELEC 1")).toBe(`${broken("SQL (mysql)")}unexpected '1' (line 1)`);
    expect(await gradeOf(scorerOf("sql", { dialect: "sqlite" }), 'SELECT "a" FROM t; SELECT 2')).toBe(1);
    expect(() => scorerOf("sql", { dialect: "oracle" })).toThrow("dialect: Invalid option");
  });
});

describe("optionalPackage", () => {
  it("says at once what is not installed, and how to install it", () => {
    const ask = () => optionalPackage("no-such-package-here", "sql", () => import("zod"));
    expect(ask).toThrow(UserError);
    expect(ask).toThrow(
      'The rule "sql" needs the package no-such-package-here, which is not installed. npm install --save-dev no-such-package-here',
    );
  });

  it("loads what is there once", async () => {
    let loads = 0;
    const load = optionalPackage("zod", "x", async () => {
      loads += 1;
      return loads;
    });
    expect([await load(), await load()]).toEqual([1, 1]);
  });
});
