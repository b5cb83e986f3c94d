// Every text that people read is a sentence of en.json or mr.json; a test keeps the two alike. The
// language is the reader's choice, else the first of the browser's that we have.
import { computed, signal } from "@preact/signals";
import type { Translated } from "../api/contract";
import en from "./en.json";

export type TextKey = keyof typeof en;
export type Language = "en" | "mr";
export const LANGUAGES: { id: Language; name: string }[] = [
  { id: "en", name: "English" },
  { id: "mr", name: "मराठी" },
];

const KEPT_AS = "relearn.language";
const sentences = signal<Record<string, string>>(en);
const chosen = signal<Language>("en");

export const language = computed(() => chosen.value);
/// For Intl: Latin digits in both languages, as in the reports.
export const locale = computed(() => (chosen.value === "mr" ? "mr-IN-u-nu-latn" : "en-GB"));

export function preferredLanguage(): Language {
  const kept = window.localStorage.getItem(KEPT_AS);
  const wanted = [kept ?? "", ...window.navigator.languages].map((tag) => tag.split("-")[0]);
  return (wanted.find((tag) => tag === "en" || tag === "mr") as Language | undefined) ?? "en";
}

export async function speak(next: Language): Promise<void> {
  sentences.value = next === "mr" ? (await import("./mr.json")).default : en;
  chosen.value = next;
  document.documentElement.lang = next;
}

export async function chooseLanguage(next: Language): Promise<void> {
  window.localStorage.setItem(KEPT_AS, next);
  await speak(next);
}

/// The sentence of this key, {places} filled.
export function t(key: TextKey, places: Record<string, string | number> = {}): string {
  const sentence = sentences.value[key] ?? en[key];
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(places[name] ?? whole));
}

/// The sentence of a key that is made of a word of the API; the word itself if there is none.
export function wordOf(family: string, word: string): string {
  const key = `${family}.${word}`;
  return key in en ? t(key as TextKey) : word;
}

export function inLanguage(text: Translated): string {
  return text[chosen.value] ?? text.en ?? "";
}
