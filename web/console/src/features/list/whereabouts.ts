import "@i18n/areas/list";
import { places } from "@i18n/places";
import { locale, t } from "@i18n/words";

const [KM, HERE, FAR] = [111.2, 8, 200];
const SIDES = ["east", "northeast", "north", "northwest", "west", "southwest", "south", "southeast"] as const;

/** A place in words: "深圳", "深圳西北 25 公里"; its coordinates where no city is within 200 km. Degrees of WGS-84. */
export function whereabouts(lng: number, lat: number): string {
  const narrow = Math.cos((lat * Math.PI) / 180);
  const [found] = places.map(([x, y, , zh, en]) => ({ dx: (lng - x) * narrow * KM, dy: (lat - y) * KM, name: locale() === "en" ? en : zh })).sort((a, b) => Math.hypot(a.dx, a.dy) - Math.hypot(b.dx, b.dy));
  const away = found ? Math.hypot(found.dx, found.dy) : Infinity;
  if (!found || away > FAR) return `${lng.toFixed(2)}°, ${lat.toFixed(2)}°`;
  if (away < HERE) return found.name;
  const side = SIDES[(Math.round(Math.atan2(found.dy, found.dx) / (Math.PI / 4)) + 8) % 8] as (typeof SIDES)[number];
  return t("awayFrom", { place: found.name, side: t(`side_${side}`), km: Math.round(away) });
}
