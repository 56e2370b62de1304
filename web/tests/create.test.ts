// @vitest-environment node
import { expect, test } from "vitest";
import { apart, cleaned, daysTo, isChat, isNumber, isPhone } from "../console/src/features/create/typed";

test.each([
  ["\uff11\uff13\uff18\uff10\uff10\uff11\uff13\uff18\uff10\uff10\uff10", "13800138000"],
  ["https://example.com/q?sn=KT-2024-0031", "KT-2024-0031"],
  ["http://example.com/a/b/KT-7", "KT-7"],
  [" KT-7 ", "KT-7"],
  ["http://", "http://"],
])("what was typed or scanned becomes what is looked for: %s", (typed, want) => expect(cleaned(typed)).toBe(want));

test.each([
  ["13800138000", true],
  ["\uff11\uff13\uff18 0013 8000", true],
  ["+86 138-0013-8000", true],
  ["1234", false],
  ["KT-2024-0031", false],
])("a phone number is told from words: %s", (typed, want) => expect(isPhone(typed)).toBe(want));

test.each([
  ["WX-000093", true],
  ["WX20260302001", true],
  ["13800138000", false],
  ["\u7a7a\u8c03", false],
  ["E5", false],
])("an order's number is told from others: %s", (typed, want) => expect(isNumber(typed)).toBe(want));

test("a chat has lines, or a clock in a long line", () => {
  expect(isChat("a\nb")).toBe(true);
  expect(isChat(`${"x".repeat(60)} 10:21`)).toBe(true);
  expect(isChat("10:21")).toBe(false);
});

test("pins are apart only when both are known", () => {
  const here = { lng: 114.05, lat: 22.54 };
  expect(apart(here, { lng: 114.35, lat: 22.7 })).toBeCloseTo(35.5, 0);
  expect(apart(here, { lng: null, lat: 22.7 })).toBeUndefined();
  expect(apart(undefined, here)).toBeUndefined();
});

test("days to a date are whole and local", () => {
  expect(daysTo("2026-03-05", new Date(2026, 2, 2, 23, 59))).toBe(3);
  expect(daysTo("2026-03-01", new Date(2026, 2, 2, 0, 1))).toBe(-1);
});
