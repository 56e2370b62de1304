// The last places a person was at, for feedback. Addresses only, nothing that was typed.
const MOST = 20;
const been: string[] = [];

export function walked(address: string): void {
  if (been.at(-1) === address) return;
  been.push(address.slice(0, 300));
  if (been.length > MOST) been.shift();
}
export const lastSteps = (): string[] => [...been];
