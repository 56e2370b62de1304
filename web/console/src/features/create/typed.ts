// What was typed into the first field: pure, so that its cases are tested without a screen.

/** Full-width digits and letters become plain; of a scanned link, the part that names the thing. */
export function cleaned(text: string): string {
  const plain = text.normalize("NFKC").trim();
  if (!/^https?:\/\/\S+$/i.test(plain)) return plain;
  try {
    const url = new URL(plain);
    const named = ["sn", "serial", "asset", "code", "id", "s"].map((k) => url.searchParams.get(k)).find(Boolean);
    return named ?? decodeURIComponent(url.pathname.split("/").filter(Boolean).pop() ?? plain);
  } catch {
    return plain;
  }
}
const digits = (text: string) => text.replace(/\D/g, "");
/** Whether it is a phone number rather than words. */
export const isPhone = (text: string): boolean => /^[\d+() -]{7,24}$/.test(text.normalize("NFKC").trim()) && digits(text.normalize("NFKC")).length >= 7;
/** Whether it can be an order's number: letters, then digits. */
export const isNumber = (text: string): boolean => /^[A-Za-z0-9]{0,8}[A-Za-z][A-Za-z0-9]{0,8}-?\d{3,}(-\d+)*$/.test(text.trim());
/** Several lines, or a line with a clock: somebody's chat. */
export const isChat = (text: string): boolean => text.trim().includes("\n") || (text.length > 60 && /\d{1,2}:\d{2}/.test(text));

const RADIUS_KM = 6371.0088;
const rad = (degrees: number) => (degrees * Math.PI) / 180;
export interface Pin {
  lng: number | null;
  lat: number | null;
}
/** Kilometres between two pins; undefined unless both are known. */
export function apart(a: Pin | undefined, b: Pin | undefined): number | undefined {
  if (!a || !b || a.lng === null || a.lat === null || b.lng === null || b.lat === null) return undefined;
  const h = Math.sin(rad(b.lat - a.lat) / 2) ** 2 + Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.sin(rad(b.lng - a.lng) / 2) ** 2;
  return 2 * RADIUS_KM * Math.asin(Math.sqrt(Math.min(h, 1)));
}
/** Whole days from today to a date, negative when it is past. */
export const daysTo = (date: string, today = new Date()): number => Math.round((Date.parse(date) - Date.parse(`${today.getFullYear()}-${String(today.getMonth() + 1).padStart(2, "0")}-${String(today.getDate()).padStart(2, "0")}`)) / 86_400_000);
