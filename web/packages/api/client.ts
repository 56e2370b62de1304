// The only door to the server. Every write has an operation id that stays the same on retries, so a repeat is harmless.
import type { ProblemDocument as Problem } from "./generated/types.gen";

export type { Problem };

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Partial<Problem> & { code: string; detail: string },
  ) {
    super(problem.detail);
  }
}

export interface Options {
  version?: number;
  operation?: string;
  signal?: AbortSignal;
  body?: unknown;
  raw?: Blob;
}

let language = "zh";
export const setLanguage = (value: string) => {
  language = value;
};
export const newOperation = (): string => crypto.randomUUID();
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

export async function call<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const headers: Record<string, string> = { "Accept-Language": language };
  if (method !== "GET") headers["Operation-Id"] = options.operation ?? newOperation();
  if (options.version !== undefined) headers["If-Match"] = `"${options.version}"`;
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  const body = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await fetch(`/api/v1${path}`, { method, headers, body: body ?? null, signal: options.signal ?? null, credentials: "same-origin" });
      const busy = answer.status === 503 || (answer.status === 409 && answer.headers.get("Retry-After") !== null);
      if (busy && attempt < 4) {
        await wait(400 * attempt);
        continue;
      }
      return await read<T>(answer);
    } catch (error) {
      if (error instanceof ApiError || options.signal?.aborted || attempt >= 3) throw error;
      await wait(400 * attempt);
    }
  }
}

async function read<T>(answer: Response): Promise<T> {
  if (answer.status === 204) return undefined as T;
  const text = await answer.text();
  const data: unknown = text ? JSON.parse(text) : undefined;
  if (answer.ok) return data as T;
  const problem = (data ?? { code: "unavailable", detail: answer.statusText }) as Problem;
  throw new ApiError(answer.status, problem);
}

export const get = <T>(path: string, signal?: AbortSignal) => call<T>("GET", path, signal ? { signal } : {});
export const post = <T>(path: string, body: unknown = {}, version?: number, operation?: string) =>
  call<T>("POST", path, { body, ...(version === undefined ? {} : { version }), ...(operation ? { operation } : {}) });
export const patch = <T>(path: string, body: unknown, version: number) => call<T>("PATCH", path, { body, version });
export const remove = <T>(path: string, body?: unknown) => call<T>("DELETE", path, body === undefined ? {} : { body });
