import fc from "fast-check";
import { expect, it } from "vitest";
import { CaseColumns } from "./case-columns.ts";

it("gives back what was put in, from a copy of its bytes", () => {
  const share = fc.integer({ min: 0, max: 10_000 }).map((steps) => steps / 10_000);
  const shapes = fc.record({ models: fc.integer({ min: 1, max: 6 }), tags: fc.integer({ min: 0, max: 4 }) });
  const rows = shapes.chain(({ models, tags }) =>
    fc
      .array(
        fc.record({
          quality: fc.array(fc.option(share), { minLength: models, maxLength: models }),
          failed: fc.array(fc.boolean(), { minLength: models, maxLength: models }),
          dispute: share,
          tags: fc.array(fc.option(fc.nat(1_000_000), { nil: undefined }), { minLength: tags, maxLength: tags }),
        }),
        { maxLength: 12 },
      )
      .map((list) => ({ shape: { cases: list.length, models, tags }, list })),
  );
  fc.assert(
    fc.property(rows, ({ shape, list }) => {
      const written = new CaseColumns(shape);
      for (const [at, row] of list.entries()) written.set(at, row);
      const read = new CaseColumns(shape, structuredClone(written.bytes));
      for (const [at, row] of list.entries()) {
        for (let model = 0; model < shape.models; model++) {
          expect(read.quality(model, at)).toBe(row.quality[model]);
          expect(read.failed(model, at)).toBe(row.failed[model]);
        }
        expect(read.dispute(at)).toBe(row.dispute);
        expect(read.tags(at)).toEqual(row.tags.filter((tag) => tag !== undefined));
        for (const tag of row.tags) if (tag !== undefined) expect(read.hasTag(at, tag)).toBe(true);
        expect(read.hasTag(at, 1_000_001)).toBe(false);
      }
    }),
  );
});
