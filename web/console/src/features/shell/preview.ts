// An administrator looks at the console as a role sees it. Only what is shown changes: the server goes on asking for the person's own rights.
import { useSyncExternalStore } from "react";
import type { Me, RoleOut } from "@api/types";

let role: RoleOut | undefined;
const listeners = new Set<() => void>();
export function viewAs(next: RoleOut | undefined): void {
  role = next;
  listeners.forEach((l) => l());
}
export const useViewAs = (): RoleOut | undefined =>
  useSyncExternalStore(
    (l) => {
      listeners.add(l);
      return () => listeners.delete(l);
    },
    () => role,
  );
/** The person as the role would be: its permissions, as far as the person has them too. */
export function seenAs(person: Me, as: RoleOut): Me {
  const granted = "*" in as.grants ? person.permissions : person.permissions.filter((p) => p in as.grants);
  return { ...person, roles: [as.key], role_labels: [{ zh: as.label_zh, en: as.label_en }], permissions: granted };
}
