import { teach } from "../words";

export const start = {
} as const;
teach(start);
