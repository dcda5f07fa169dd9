import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeProject } from "../../test/project.ts";
import { type Catalog, CatalogSchema, endpointOf, type Model } from "../domain/model.ts";
import { readKeys } from "./keys.ts";

const catalog = (provider: object): Catalog =>
  CatalogSchema.parse({
    providers: { p: { dialect: "openai", ...provider } },
    models: [{ id: "m", provider: "p", model: "m-1", family: "f" }],
  });
const only = ({ models }: Catalog) => models[0] as Model;

function keysOf(env: Record<string, string>, file = "") {
  using project = makeProject({});
  writeFileSync(join(project.root, ".env"), file);
  return readKeys({ cwd: project.root, env });
}

describe("readKeys", () => {
  const named = catalog({ keyVariable: "P_API_KEY" });

  it("takes the environment before .env, and neither with the blanks around it", () => {
    const file = "P_API_KEY=from-the-file\n";
    expect(keysOf({ P_API_KEY: " from-outside\n" }, file).of(only(named), named)).toBe("from-outside");
    expect(keysOf({ P_API_KEY: "" }, file).of(only(named), named)).toBe("from-the-file");
    expect(keysOf({}).of(only(named), named)).toBeUndefined();
  });

  it("replaces a key in every form that a text may carry", () => {
    const { scrub } = keysOf({ P_API_KEY: 'k"y/with+signs', OTHER: "harmless-value" });
    expect(scrub('bad k"y/with+signs')).toBe("bad [key]");
    expect(scrub(`at http://h/?key=${encodeURIComponent('k"y/with+signs')}`)).toBe("at http://h/?key=[key]");
    expect(scrub(JSON.stringify({ said: 'k"y/with+signs' }))).toBe('{"said":"[key]"}');
    expect(scrub("harmless-value")).toBe("harmless-value");
  });

  it("replaces the password of a proxy, and a key whose variable has another name", () => {
    const odd = catalog({ keyVariable: "MY_CREDENTIAL" });
    const keys = keysOf({ https_proxy: "http://me:p%40ssword1@proxy:3128", MY_CREDENTIAL: "credential-1" });
    expect(keys.scrub("http://me:p%40ssword1@proxy p@ssword1")).toBe("http://me:[key]@proxy [key]");
    expect(keys.scrub("credential-1")).toBe("credential-1");
    expect(keys.of(only(odd), odd)).toBe("credential-1");
    expect(keys.scrub("credential-1")).toBe("[key]");
  });
});

describe("a provider's address", () => {
  it("is part of what identifies an answer", () => {
    const at = (provider: object) => endpointOf(only(catalog(provider)), catalog(provider));
    expect(at({})).toBe("openai");
    expect(at({ baseURL: "http://h/v1/" })).toBe(at({ baseURL: "http://h/v1" }));
    expect(at({ baseURL: "http://h/v1" })).not.toBe(at({ baseURL: "http://other/v1" }));
    expect(at({ dialect: "anthropic" })).not.toBe(at({}));
  });

  it("carries no key", () => {
    for (const baseURL of ["http://me:key@h/v1", "http://h/v1?key=k", "ftp://h/v1", "http://h/#k"]) {
      expect(() => catalog({ baseURL }), baseURL).toThrow(/keyVariable/);
    }
  });
});
