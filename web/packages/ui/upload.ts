// Files in parts: an upload that was cut off goes on where it was, also after the page was closed and the same file is chosen again.
import { ApiError, call } from "@api/client";
import type { FileOut, PartsOut } from "@api/generated/types.gen";

const PART = 2 * 1024 * 1024;
const KEPT = "gongdan.uploads";

const begun = () => JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Record<string, string>;
const markOf = (file: File) => `${file.name}|${file.size}|${file.lastModified}`;
const note = (file: File, id?: string) => {
  const others = Object.entries(begun()).filter(([mark]) => mark !== markOf(file)).slice(-20);
  localStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(id ? [...others, [markOf(file), id]] : others)));
};

/** Send a file; `told` hears the share that has arrived (0 to 1). Aborting keeps what has arrived for the next attempt. */
export async function upload(file: File, told: (share: number) => void, signal: AbortSignal): Promise<FileOut> {
  const id = begun()[markOf(file)] ?? crypto.randomUUID();
  note(file, id);
  if (file.size <= PART) {
    const done = await call<FileOut>("POST", `/files?name=${encodeURIComponent(file.name)}&id=${id}`, { raw: file, signal });
    note(file);
    told(1);
    return done;
  }
  const of = Math.ceil(file.size / PART);
  const there = new Set<number>();
  const address = (n: number) => `/files/${id}/parts/${n}?of=${of}&name=${encodeURIComponent(file.name)}`;
  const part = (n: number) => call<PartsOut>("PUT", address(n), { raw: file.slice((n - 1) * PART, n * PART), signal });
  // the first part says what has arrived before: it may be sent again, whatever became of it
  let last = await part(1).catch((error: unknown) => {
    if (error instanceof ApiError && error.status < 500) note(file); // another file of the same name, or one that was swept
    throw error;
  });
  last.received.forEach((n) => there.add(n));
  told(there.size / of);
  for (let n = 2; n <= of; n++) {
    if (there.has(n)) continue;
    last = await part(n);
    there.add(n);
    told(there.size / of);
  }
  note(file);
  return last.file;
}
