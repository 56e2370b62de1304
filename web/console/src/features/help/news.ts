import told from "../../../../../docs/manual/changes.json";

interface Change {
  zh: string;
  en: string;
  /** Whom it concerns; empty: everybody. */
  roles: string[];
  /** The help page that tells more. */
  to?: string;
}
export const changes: { version: string; on: string; entries: Change[] }[] = told;
export const newest = (): string => changes[0]?.version ?? "";
export const concerns = (change: Change, roles: string[]): boolean => change.roles.length === 0 || change.roles.some((r) => roles.includes(r));
