import { post } from "@api/client";
import type { ExportOut } from "@api/generated/types.gen";
import "@i18n/areas/list";
import { t } from "@i18n/words";
import type { Filters } from "./address";
import { followExport } from "./runs";

export const fileAddress = (id: string): string => `/api/v1/files/${id}/content`;
/** A short list is there at once and is downloaded; a long one is written by a job and waits in the list of runs. */
export async function exportList(format: "csv" | "xlsx", columns: string[], filter: Filters, ids: string[], message: { info: (words: string) => unknown }, tell: (error: unknown) => void): Promise<void> {
  try {
    const made = await post<ExportOut>("/orders/exports", { format, columns: columns.length ? columns : ["number"], ...(ids.length ? { ids } : { filter }) });
    followExport(made);
    if (made.file_id) location.assign(fileAddress(made.file_id));
    else void message.info(t("exportLater"));
  } catch (error) {
    tell(error);
  }
}
