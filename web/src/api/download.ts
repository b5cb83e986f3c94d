// Files that the reader's browser keeps.
import { send } from "./client";

const KEPT_MS = 60_000; // until the browser has surely read it

export function handOver(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}

/// A file of the server needs the session's token, so it is fetched first.
export async function downloadFrom(path: string, name: string): Promise<void> {
  handOver(await (await send(path)).blob(), name);
}
