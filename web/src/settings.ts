// What the reader chose about how it looks; remembered on this device only.
import { signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";
const KEPT_AS = "relearn.theme";

function kept(): Theme {
  const value = window.localStorage.getItem(KEPT_AS);
  return value === "light" || value === "dark" ? value : "system";
}

export const theme = signal<Theme>("system");

function show(next: Theme): void {
  theme.value = next;
  if (next === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
}

export function startTheme(): void {
  show(kept());
}

export function chooseTheme(next: Theme): void {
  window.localStorage.setItem(KEPT_AS, next);
  show(next);
}
