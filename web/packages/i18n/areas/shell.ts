import { teach } from "../words";

export const shell = {} as const;
teach(shell);
