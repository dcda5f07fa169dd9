import { describe, expect, it } from "vitest";
import { extractCode } from "./extract.ts";

const F = "```";
const add = "def add(a, b):\n    return a + b";
const extract = (answer: string, entry = "add") => extractCode(answer, { language: "python", entry });
const fence = (code: string, tag = "python") => `${F}${tag}\n${code}\n${F}`;

describe("finds the Python solution in", () => {
  const shapes: [string, string][] = [
    ["a tagged fence", fence(add)],
    ["a fence tagged py", fence(add, "py")],
    ["a fence tagged Python", fence(add, "Python")],
    ["a fence without a tag", fence(add, "")],
    ["an unclosed fence", `Here:\n${F}python\n${add}`],
    ["an indented fence of a list", `1. The code:\n\n   ${F}python\n${add.replace(/^/gm, "   ")}\n   ${F}\n2. Done.`],
    ["a quoted fence", `> ${F}python\n${add.replace(/^/gm, "> ")}\n> ${F}`],
    ["Windows line ends", fence(add).replaceAll("\n", "\r\n")],
    ["prose around a fence", `Sure!\n\n${fence(add)}\n\nCall add(1, 2) to try.`],
    ["bare code", add],
    ["bare code between prose", `Here is the function:\n\n${add}\n\nIt adds two numbers and nothing else.`],
    ["a shell block before it", `${fence("pip install nothing", "bash")}\n${fence(add)}`],
    ["a JavaScript version beside it", `${fence(add)}\nOr:\n${fence("function add(a, b) { return a + b }", "js")}`],
    ["a usage block after it", `${fence(add)}\nUsage:\n${fence("print(add(1, 2))  # 3")}`],
    ["a usage block that assigns what it also calls a local", `${fence(add)}\n${fence("a = add(1, 2)\nb = a")}`],
    ["a doctest after it", `${fence(add)}\nTry:\n${fence(">>> add(1, 2)\n3")}`],
    [
      "a Python session",
      fence(">>> def add(a, b):\n...     return a + b\n>>> # done\n3", "pycon").replace(">>> # done\n", ""),
    ],
    ["a draft before the answer", `${fence("def add(a, b):\n    return a - b")}\nWait, plus:\n${fence(add)}`],
    ["a sketch after the answer", `${fence(add)}\nIn short:\n${fence("def add(a, b):\n    # ... as above")}`],
    ["a draft in its reasoning", `<think>\n${fence("def add(a, b): pass")}\n</think>\n${fence(add)}`],
  ];
  it.each(shapes)("%s", (_, answer) => {
    expect(extract(answer)).toEqual({ code: add });
  });

  it.each([
    [
      "imports, constants and type hints",
      "import math\nfrom typing import List\n\nLIMIT: int = 3\n\n\ndef add(a: List[int], b=LIMIT):\n    return math.fsum(a) + b",
    ],
    ["decorators", "from functools import cache\n\n\n@cache\ndef add(a, b):\n    return a + b"],
    ["an async function", "async def add(a, b):\n    return a + b"],
    ["a lambda", "add = lambda a, b: a + b"],
    ["a main guard", `${add}\n\n\nif __name__ == "__main__":\n    print(add(1, 2))`],
    [
      "a docstring with a doctest and a fence in it",
      `def add(a, b):\n    """Adds.\n\n    >>> add(1, 2)\n    3\n    """\n    return a + b`,
    ],
    ["a comment that is no elision", `# The rest is simple.\n${add}`],
  ])("%s, and keeps them", (_, code) => {
    expect(extract(fence(code))).toEqual({ code });
    expect(extract(`Here you are:\n\n${code.replace(/^# .*\n/, "")}`)).toEqual({ code: code.replace(/^# .*\n/, "") });
  });

  it("a class with a base and its decorator", () => {
    const code =
      "from dataclasses import dataclass\n\n\n@dataclass(frozen=True)\nclass Adder(object):\n    n: int = 0\n\n    def add(self, m):\n        return self.n + m";
    expect(extract(`${fence(code)}\n\n${fence("adder = Adder(3)\nadder.add(4)")}`, "Adder")).toEqual({ code });
  });

  it("several blocks: helpers go in front, examples stay out", () => {
    const answer = [
      fence("import json"),
      fence("import math\nfrom functools import (\n    cache as kept,\n)"),
      fence("def twice(n):\n    return n * 2"),
      fence("@kept\ndef add(a, b):\n    total = twice(a) / 2 + b\n    return total"),
      fence("total = add(1, 2)\nprint(total)"),
      fence("from solution import add\n\n\ndef test_add():\n    assert add(1, 2) == 3"),
    ].join("\nthen\n");
    expect(extract(answer)).toEqual({
      code: "import math\nfrom functools import (\n    cache as kept,\n)\n\ndef twice(n):\n    return n * 2\n\n@kept\ndef add(a, b):\n    total = twice(a) / 2 + b\n    return total",
    });
  });

  it.each(["import math; add = lambda a, b: a + b", "one = 1; two = 2; add = lambda a, b: a + b"])(
    "a definition after another statement of its line: %s",
    (code) => {
      expect(extract(fence(code))).toEqual({ code });
      expect(extract(`${fence("def twice(n):\n    add = 1; add = 2")}`)).toEqual({
        missing: "no code block defines add",
      });
    },
  );

  it("nothing where only a method or an example bears the name", () => {
    expect(extract(fence("class Sum:\n    def add(self, b):\n        return b"))).toEqual({
      missing: "no code block defines add",
    });
    expect(extract("I would call add(1, 2) and be done.")).toEqual({
      missing: "the answer has no code that defines add",
    });
  });
});
