// An administrator looks at the console as a role sees it: the server answers with that role's rights, and lets nothing be changed.
import { PREVIEW } from "@api/client";

export const viewedAs = (): string | undefined => sessionStorage.getItem(PREVIEW) ?? undefined;
/** For this tab, until one leaves; the page is read anew, because everything may look different. */
export function viewAs(role: string | undefined): void {
  if (role) sessionStorage.setItem(PREVIEW, role);
  else sessionStorage.removeItem(PREVIEW);
  location.href = role ? "/app/home" : "/app/start";
}
