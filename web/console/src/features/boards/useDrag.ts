import { useRef, useState } from "react";
import type { OrderRow } from "@api/types";

const NEAR = 5;
const EDGE = 48;
interface Mover {
  look: (o: OrderRow) => void;
  move: (o: OrderRow, column: string) => void;
}

/** Dragging by mouse or pen. The picture under the pointer moves by transform alone; React hears of it only when another column is entered. */
export function useDrag(region: React.RefObject<HTMLDivElement | null>, find: (id: string) => OrderRow | undefined, mover: Mover) {
  const [carried, setCarried] = useState<OrderRow>();
  const [over, setOver] = useState("");
  const grip = useRef<{ x: number; y: number; dx: number; dy: number; card: HTMLElement; ghost?: HTMLElement; frame: number; at: string } | undefined>(undefined);
  const end = () => {
    const held = grip.current;
    grip.current = undefined;
    if (!held) return undefined;
    cancelAnimationFrame(held.frame);
    held.ghost?.remove();
    setCarried(undefined);
    setOver("");
    return held.ghost ? held : undefined;
  };
  const draw = (x: number, y: number) => {
    const held = grip.current;
    if (!held?.ghost || !region.current) return;
    held.ghost.style.transform = `translate3d(${x - held.dx}px, ${y - held.dy}px, 0) rotate(1deg)`;
    const at = document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-column]")?.dataset.column ?? "";
    if (at !== held.at) {
      held.at = at;
      setOver(at);
    }
    const box = region.current.getBoundingClientRect();
    if (x > box.right - EDGE) region.current.scrollLeft += 14;
    else if (x < box.left + EDGE) region.current.scrollLeft -= 14;
  };
  const begin = (event: React.PointerEvent) => {
    const held = grip.current;
    const o = find(held?.card.dataset.card ?? "");
    if (!held || !o || !region.current) return end();
    const box = held.card.getBoundingClientRect();
    const ghost = held.card.cloneNode(true) as HTMLElement;
    ghost.removeAttribute("data-card");
    ghost.setAttribute("aria-hidden", "true");
    ghost.className = "slot ghost";
    ghost.style.width = `${box.width}px`;
    document.body.append(ghost);
    Object.assign(held, { ghost, dx: held.x - box.left, dy: held.y - box.top });
    region.current.setPointerCapture(event.pointerId);
    mover.look(o);
    setCarried(o);
    return undefined;
  };
  const handlers = {
    onPointerDown: (event: React.PointerEvent) => {
      const card = (event.target as HTMLElement).closest<HTMLElement>("[data-card]");
      if (!card || event.button !== 0 || event.pointerType === "touch" || (event.target as HTMLElement).closest("button")) return;
      grip.current = { x: event.clientX, y: event.clientY, dx: 0, dy: 0, card, frame: 0, at: "" };
    },
    onPointerMove: (event: React.PointerEvent) => {
      const held = grip.current;
      if (!held) return;
      if (!held.ghost && Math.hypot(event.clientX - held.x, event.clientY - held.y) < NEAR) return;
      if (!held.ghost) begin(event);
      const { clientX, clientY } = event;
      cancelAnimationFrame(held.frame);
      held.frame = requestAnimationFrame(() => draw(clientX, clientY));
    },
    onPointerUp: (event: React.PointerEvent) => {
      if (grip.current?.ghost) draw(event.clientX, event.clientY);
      const held = end();
      const o = held && find(held.card.dataset.card ?? "");
      if (!held || !o) return;
      // the press that ends a drag is no click on the link it began on
      window.addEventListener("click", stop, { capture: true, once: true });
      setTimeout(() => window.removeEventListener("click", stop, { capture: true }), 0);
      if (held.at) mover.move(o, held.at);
    },
    onPointerCancel: () => void end(),
    onDragStart: (event: React.DragEvent) => event.preventDefault(),
  };
  return { carried, over, handlers };
}
const stop = (event: Event) => {
  event.preventDefault();
  event.stopPropagation();
};
