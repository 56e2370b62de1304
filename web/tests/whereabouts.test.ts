import { expect, it, vi } from "vitest";

vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined });
vi.stubGlobal("document", { documentElement: { dataset: {}, style: {} } });

it.each([
  [121.46, 31.21, "Shanghai"],
  [113.87, 22.6, "26 km northwest of Shenzhen"],
  [114.27, 22.5, "17 km east of Shenzhen"],
  [116.4, 39.7, "22 km south of Beijing"],
  [0, 0, "0.00°, 0.00°"],
])("%f, %f is %s", async (lng, lat, words) => {
  const [{ whereabouts }, { setLocale }] = await Promise.all([import("../console/src/features/list/whereabouts"), import("@i18n/words")]);
  setLocale("en");
  expect(whereabouts(lng, lat)).toBe(words);
});
