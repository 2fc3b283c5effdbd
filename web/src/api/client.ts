import createClient from "openapi-fetch";
import { text } from "../text";
import type { Known } from "./known";
import { sure } from "./person";
import { Problem, problemOf } from "./problem";
import type { paths } from "./schema";
import type { File } from "./types";

/** Where the page is mounted, with a slash at its end. */
export const root = new URL(".", document.baseURI);
const base = new URL("api/1.0", root).href;

export const client = createClient<paths>({ baseUrl: base });
client.use({
  onRequest: ({ request }) => {
    if (request.method !== "GET" && !request.url.endsWith("/authenticate")) sure();
  },
});

/** The address of a path of the API, for what a browser opens by itself: streams and downloads. */
export function address(path: string): string {
  return base + path;
}

/** What a path has of an entry: its name, or after a NUL, which no name has, the one that is no text. */
export function segment({ name, raw }: File): string {
  return raw ? `\0${raw}` : name;
}

function encoded(path: string): string {
  return path
    .split("/")
    .map((part) => (part.startsWith("\0") ? part.slice(1) : encodeURIComponent(part)))
    .join("/");
}

/** The address of a file or folder in a task's folder; an empty path is the folder itself. */
export function fileAddress(id: number, path: string): string {
  return address(`/task/${id}/files/${encoded(path)}`);
}

/** The address of a folder of a task as one file. */
export function zipAddress(id: number, path: string): string {
  return address(`/task/${id}/zip/${encoded(path)}`);
}

/** Puts a file into the folder of a task that runs. */
export async function putFile(id: number, path: string, file: Blob): Promise<void> {
  sure();
  const res = await fetch(fileAddress(id, path), { method: "PUT", body: file }).catch(unanswered);
  if (!res.ok) throw problemOf(res.status, await res.json().catch(() => null));
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Waits for an answer and returns its document; throws a Problem otherwise. */
export async function want<T>(asked: Promise<Answer<T>>): Promise<Known<T>> {
  const { data, error, response } = await asked.catch(unanswered);
  if (!response.ok) throw problemOf(response.status, error);
  return data as Known<T>;
}

/** Lists a folder of a task. */
export async function listFiles(id: number, path: string, signal: AbortSignal): Promise<File[]> {
  const folder = path === "" || path.endsWith("/") ? path : `${path}/`;
  const res = await fetch(fileAddress(id, folder), { signal }).catch(unanswered);
  const body: unknown = await res.json().catch(() => null);
  if (!res.ok) throw problemOf(res.status, body);
  return (body as File[] | null) ?? [];
}

/** Reports whether a task has written to a stream: the first words of its log tell. */
export async function said(id: number, stream: string, signal: AbortSignal): Promise<boolean> {
  const res = await fetch(address(`/task/${id}/log?stream=${stream}`), { signal }).catch(unanswered);
  const reader = res.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!res.ok || !reader) return false;
  let begin = "";
  for (;;) {
    const { done, value } = await reader.read();
    begin += value ?? "";
    const found = /^event: (log|end)$/m.exec(begin);
    if (!done && !found) continue;
    await reader.cancel();
    return found?.[1] === "log";
  }
}

function unanswered(err: unknown): never {
  if (err instanceof Problem || (err instanceof DOMException && err.name === "AbortError")) throw err;
  throw new Problem(0, text.error.unreachable);
}
