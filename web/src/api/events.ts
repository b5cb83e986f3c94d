// Server-sent events with a token: EventSource cannot send one, so the stream is read by fetch.
// It begins again by itself, each time later, until the job has ended or nobody watches any more.
import { requestHeaders } from "./client";

export interface ServerEvent {
  id: string;
  event: string;
  data: string;
}

const WAIT_MS_MIN = 500;
const WAIT_MS_MAX = 15_000;

/// Takes pieces of a stream (WHATWG HTML, 9.2.6) and tells whole events.
export function eventParser(tell: (event: ServerEvent) => void): (piece: string) => void {
  let rest = "";
  let now: ServerEvent = { id: "", event: "message", data: "" };
  const line = (text: string) => {
    if (text === "") {
      if (now.data !== "") tell({ ...now, data: now.data.slice(0, -1) });
      now = { id: now.id, event: "message", data: "" };
      return;
    }
    const colon = text.indexOf(":");
    if (colon === 0) return; // a comment keeps the connection open
    const name = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (name === "data") now.data += `${value}\n`;
    else if (name === "id") now.id = value;
    else if (name === "event") now.event = value;
  };
  return (piece) => {
    rest += piece;
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    lines.forEach(line);
  };
}

export interface Watching {
  onEvent: (event: ServerEvent) => "go on" | "enough";
  onConnection: (state: "connected" | "lost") => void;
  /// A status other than 200: whether to try again.
  onRefused?: (status: number) => void;
}

export function watch(path: string, watching: Watching): () => void {
  const stop = new AbortController();
  let wait = WAIT_MS_MIN;
  let enough = false;

  const once = async () => {
    const response = await fetch(path, {
      headers: { ...requestHeaders(), Accept: "text/event-stream" },
      signal: stop.signal,
    });
    if (!response.ok || !response.body) {
      if (response.status >= 400 && response.status < 500) enough = true;
      watching.onRefused?.(response.status);
      return;
    }
    watching.onConnection("connected");
    wait = WAIT_MS_MIN;
    const parse = eventParser((event) => {
      if (watching.onEvent(event) === "enough") enough = true;
    });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || enough) break;
      parse(value);
    }
    if (enough) await reader.cancel();
  };

  const run = async () => {
    while (!enough && !stop.signal.aborted) {
      await once().catch(() => undefined);
      if (enough || stop.signal.aborted) break;
      watching.onConnection("lost");
      await new Promise((resolve) => window.setTimeout(resolve, wait));
      wait = Math.min(wait * 2, WAIT_MS_MAX);
    }
  };
  void run();
  return () => stop.abort();
}
