// The only door to the server. Every write has an operation id that stays the same until the server has answered, over retries, log-ins and
// a person pressing again, so a repeat is harmless.
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
/** No answer came: whether the server has done it is not known, and repeating with the same operation id is right. */
export class NoAnswer extends Error {}

export interface Options {
  version?: number;
  operation?: string;
  signal?: AbortSignal;
  body?: unknown;
  raw?: Blob;
}

/** Kept for the tab: the role whose menu, fields and actions an administrator looks at. */
export const PREVIEW = "gongdan.preview";
let language = "zh";
export const setLanguage = (value: string) => {
  language = value;
};
let lapsed: (() => Promise<void>) | undefined;
/** What to do when the log-in has ended: the promise resolves after a new log-in, and the request goes out again. */
export const onLapse = (handler: (() => Promise<void>) | undefined) => {
  lapsed = handler;
};
export const newOperation = (): string => crypto.randomUUID();
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

// Writes without an answer, by a mark of their content; kept over a reload of the page.
const mark = (text: string): string => {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (const c of text) {
    a = Math.imul(a ^ c.charCodeAt(0), 2654435761);
    b = Math.imul(b ^ c.charCodeAt(0), 1597334677);
  }
  return `${a.toString(36)}.${b.toString(36)}.${text.length}`;
};
const KEY = "gongdan.unanswered";
const unanswered = (): Record<string, string> => JSON.parse(sessionStorage.getItem(KEY) ?? "{}") as Record<string, string>;
const remember = (content: string, operation: string | undefined) => {
  const { [content]: _, ...rest } = unanswered();
  const kept = operation ? { ...Object.fromEntries(Object.entries(rest).slice(-20)), [content]: operation } : rest;
  sessionStorage.setItem(KEY, JSON.stringify(kept));
};

export async function call<T>(method: string, path: string, options: Options = {}): Promise<T> {
  if (method === "GET") return send<T>(method, path, options);
  const content = mark(JSON.stringify([method, path, options.version, options.body]));
  const operation = options.operation ?? unanswered()[content] ?? newOperation();
  if (!options.operation && !path.startsWith("/sessions")) remember(content, operation);
  try {
    const answer = await send<T>(method, path, { ...options, operation });
    remember(content, undefined);
    return answer;
  } catch (error) {
    if (error instanceof ApiError && error.status < 500) remember(content, undefined);
    throw error;
  }
}

async function send<T>(method: string, path: string, options: Options): Promise<T> {
  const headers: Record<string, string> = { "Accept-Language": language };
  const preview = sessionStorage.getItem(PREVIEW);
  if (preview && !path.startsWith("/sessions")) headers["X-Preview-Role"] = preview;
  if (options.operation) headers["Operation-Id"] = options.operation;
  if (options.version !== undefined) headers["If-Match"] = `"${options.version}"`;
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  const body = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  for (let attempt = 1; ; attempt++) {
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(`/api/v1${path}`, { method, headers, body: body ?? null, signal: options.signal ?? null, credentials: "same-origin" });
      text = answer.status === 204 ? "" : await answer.text();
    } catch (error) {
      if (options.signal?.aborted) throw error;
      if (attempt >= 3) throw new NoAnswer((error as Error).message);
      await wait(400 * attempt);
      continue;
    }
    const busy = answer.status === 503 || (answer.status === 409 && answer.headers.get("Retry-After") !== null);
    if (busy && attempt < 4) await wait(400 * attempt);
    else if (answer.status === 401 && lapsed && !path.startsWith("/sessions")) await lapsed();
    else return read<T>(answer, text);
  }
}

function read<T>(answer: Response, text: string): T {
  let data: unknown;
  try {
    data = text ? JSON.parse(text) : undefined;
  } catch {
    data = undefined; // a proxy's own page
  }
  if (answer.ok) return data as T;
  const problem = (data ?? { code: "unavailable", detail: `${answer.status} ${answer.statusText}` }) as Problem;
  throw new ApiError(answer.status, problem);
}

export const get = <T>(path: string, signal?: AbortSignal) => call<T>("GET", path, signal ? { signal } : {});
export const post = <T>(path: string, body: unknown = {}, version?: number, operation?: string) =>
  call<T>("POST", path, { body, ...(version === undefined ? {} : { version }), ...(operation ? { operation } : {}) });
export const patch = <T>(path: string, body: unknown, version: number) => call<T>("PATCH", path, { body, version });
export const remove = <T>(path: string, body?: unknown) => call<T>("DELETE", path, body === undefined ? {} : { body });
