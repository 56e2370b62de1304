import type { SelectProps } from "antd";
import { lazy, Suspense } from "react";

const Real = lazy(() => import("./select"));

/** Ant Design's Select, read after the page is there: it is a tenth of a list's first load, and nobody presses it in the first moment. */
export function Choice(props: SelectProps) {
  const now = props.options?.find((o) => o.value === props.value)?.label ?? props.placeholder;
  return <Suspense fallback={<span className="choice">{now}</span>}><Real {...props} /></Suspense>;
}
