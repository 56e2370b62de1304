import { expect, test } from "vitest";
// @ts-expect-error a tool, not typed
import { against } from "../tools/sizes.mjs";

const BUDGET = [{ name: "page", js: 100, css: 10 }];

test("a budget that is kept says its size and how it changed", () => {
  const { over, lines } = against({ page: { "a.js": 60.2, "a.css": 3 } }, { page: { "a.js": 58, "a.css": 3 } }, BUDGET);
  expect(over).toEqual([]);
  expect(lines).toEqual(["page js: 60 kB gzip (at most 100, +2.2)", "page css: 3 kB gzip (at most 10, +0.0)"]);
});

test("one that is exceeded names its three biggest growths, new parts among them", () => {
  const before = { page: { "a.js": 50, "b.js": 20, "c.js": 10, "gone.js": 9 } };
  const { over } = against({ page: { "a.js": 52, "b.js": 20.4, "c.js": 16, "fresh.js": 30, "a.css": 1 } }, before, BUDGET);
  expect(over).toEqual(["page: js 118 kB, at most 100; grown most since tools/sizes.json: fresh.js +30.0, c.js +6.0, a.js +2.0"]);
});

test("one that is exceeded without a growth says so", () => {
  const same = { page: { "a.js": 120 } };
  expect(against(same, same, BUDGET).over[0]).toContain("nothing grew");
});
