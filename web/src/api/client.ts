// Requests to the server: JSON in and out, the session's token, and one kind of error.
import { signal } from "@preact/signals";
import { language } from "../languages/language";
import type { Session } from "./contract";

const KEPT_AS = "relearn.session";

/// What went wrong, as the server says it (RFC 9457); status 0: nobody answered.
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly field: string = "",
    readonly retryAfter: number | null = null,
    readonly members: Record<string, unknown> = {},
  ) {
    super(detail);
  }
}

function keptSession(): Session | null {
  try {
    const kept = JSON.parse(window.sessionStorage.getItem(KEPT_AS) ?? "null") as Session | null;
    return kept && Date.parse(kept.expires_at) > Date.now() ? kept : null;
  } catch {
    return null;
  }
}

export const session = signal<Session | null>(keptSession());

export function keepSession(next: Session | null): void {
  session.value = next;
  if (next) window.sessionStorage.setItem(KEPT_AS, JSON.stringify(next));
  else window.sessionStorage.removeItem(KEPT_AS);
}

/// Set while a page shows why the reader has to sign in again.
export const sessionEnded = signal(false);

export function requestHeaders(): Record<string, string> {
  const headers: Record<string, string> = { "Accept-Language": language.value };
  if (session.value) headers.Authorization = `Bearer ${session.value.token}`;
  return headers;
}

async function problemOf(response: Response): Promise<Problem> {
  const wait = Number(response.headers.get("Retry-After"));
  const members = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const detail = typeof members.detail === "string" ? members.detail : response.statusText;
  const field = typeof members.field === "string" ? members.field : "";
  return new Problem(response.status, detail, field, wait > 0 ? wait : null, members);
}

/// The response, if it is a good one.
export async function send(path: string, options: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...options, headers: { ...requestHeaders(), ...options.headers } });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, "");
  }
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (problem.status === 401 && session.value) {
    keepSession(null);
    sessionEnded.value = true;
  }
  throw problem;
}

export async function get<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  const response = await send(path, signal ? { signal } : {});
  return (await response.json()) as Answer;
}

export async function post<Answer>(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await send(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return (text === "" ? undefined : JSON.parse(text)) as Answer;
}

export async function postCsv<Answer>(path: string, file: Blob): Promise<Answer> {
  const response = await send(path, { method: "POST", headers: { "Content-Type": "text/csv" }, body: file });
  return (await response.json()) as Answer;
}
