// Which page is shown. Paths are those of paths.json, which the server knows too: it answers each
// with the same document. A link is an ordinary <a href>; clicks on one of ours stay in the page.
import { signal } from "@preact/signals";
import patterns from "./paths.json";

export type PageName = keyof typeof patterns;
export interface Place {
  page: PageName | "nowhere";
  parts: Record<string, string>;
  query: URLSearchParams;
}

export function placeOf(path: string, search = ""): Place {
  const query = new URLSearchParams(search);
  const given = path.split("/");
  for (const [page, pattern] of Object.entries(patterns)) {
    const wanted = pattern.split("/");
    if (wanted.length !== given.length) continue;
    const parts: Record<string, string> = {};
    const fits = wanted.every((piece, i) => {
      const value = given[i] ?? "";
      if (!piece.startsWith("{")) return piece === value;
      parts[piece.slice(1, -1)] = value;
      return /^[a-z0-9_-]+$/.test(value);
    });
    if (fits) return { page: page as PageName, parts, query };
  }
  return { page: "nowhere", parts: {}, query };
}

export function pathOf(page: PageName, parts: Record<string, string | number> = {}): string {
  return patterns[page].replace(/\{(\w+)\}/g, (_, name: string) => String(parts[name]));
}

const here = () => placeOf(window.location.pathname, window.location.search);
export const place = signal<Place>(here());

export function navigate(path: string, how: "push" | "replace" = "push"): void {
  if (how === "push") window.history.pushState(null, "", path);
  else window.history.replaceState(null, "", path);
  place.value = here();
}

/// Only a path of our own may follow a sign-in: "//elsewhere" is not one.
export function safeNext(next: string | null): string | null {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : null;
}

export function startRouter(): void {
  window.addEventListener("popstate", () => {
    place.value = here();
  });
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest?.("a");
    if (!link || link.target || link.hasAttribute("download")) return;
    const url = new URL(link.href);
    if (url.origin !== window.location.origin || url.pathname.startsWith("/api/")) return;
    if (url.hash !== "" && url.pathname === window.location.pathname) return;
    event.preventDefault();
    navigate(url.pathname + url.search);
    window.scrollTo(0, 0);
  });
}
