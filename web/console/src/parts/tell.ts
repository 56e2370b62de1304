import { App } from "antd";
import { useCallback } from "react";
import { ApiError, NoAnswer } from "@api/client";
import { locale, t } from "@i18n/words";

const both = (list: unknown): string => (list as { zh: string; en: string }[]).map((b) => (locale() === "en" ? b.en : b.zh)).join(" ");

/** An error in words: what stands in the way, or that no answer came and pressing again is safe. */
export function words(error: unknown): string {
  if (error instanceof NoAnswer) return t("noAnswer");
  if (error instanceof ApiError && error.problem.blockers?.length) return both(error.problem.blockers);
  if (error instanceof ApiError && error.problem.errors?.length) return both(error.problem.errors);
  return (error as Error).message;
}

/** Say an error where the person looks; what has to be acted on stays long enough to be read. */
export function useTell(): (error: unknown) => void {
  const { message } = App.useApp();
  return useCallback((error: unknown) => void message.error({ content: words(error), duration: 8 }), [message]);
}
