// The manual, page by page; each is a part of its own that is read when somebody opens it.
import { locale } from "@i18n/words";

const files = import.meta.glob<string>("../../../../../docs/manual/{zh,en}/*.md", { import: "default" });
const at = (name: string) => Object.keys(files).find((path) => path.endsWith(`/manual/${locale()}/${name}.md`));

/** The order in which the contents list the pages. */
export const ORDER = ["start", "home", "orders", "order", "create", "board", "wall", "customers", "engineers", "blueprints", "inbox", "replies", "keys", "settings", "field", "login"];
export const known = (): string[] => ORDER.filter((name) => at(name));
export const load = (name: string): Promise<string | undefined> => files[at(name) ?? ""]?.() ?? Promise.resolve(undefined);
