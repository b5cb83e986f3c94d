// Forms that were begun and the last result, kept while the page is open: a reload forgets them, a
// sign-in in between does not. Never on the disk of this device.
import { signal } from "@preact/signals";
import type { Assessment } from "../api/contract";
import type { Entries } from "./assess_form";

export const drafts = signal<Record<string, { entries: Entries; reference: string }>>({});
export const lastResult = signal<{ assessment: Assessment; reference: string } | null>(null);
