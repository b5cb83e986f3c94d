import { describe, expect, it } from "vitest";
import en from "../src/languages/en.json";
import mr from "../src/languages/mr.json";

const SOURCES = import.meta.glob<string>("../src/**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true });

const placesOf = (sentence: string) => (sentence.match(/\{\w+\}/g) ?? []).sort();

describe("the languages", () => {
  it("have the same sentences", () => {
    expect(Object.keys(mr)).toEqual(Object.keys(en));
  });

  it("have the same places to fill in each", () => {
    for (const [key, sentence] of Object.entries(en)) {
      expect(placesOf(mr[key as keyof typeof mr]), key).toEqual(placesOf(sentence));
    }
  });

  it("leave no sentence of the other language untranslated", () => {
    const same = Object.keys(en).filter((key) => en[key as keyof typeof en] === mr[key as keyof typeof mr]);
    expect(same.filter((key) => /[a-z]{2}/i.test(en[key as keyof typeof en].replace(/\{\w+\}/g, "")))).toEqual([]);
  });

  it("hold no sentence that nobody says", () => {
    const code = Object.values(SOURCES).join("\n");
    const families = [...code.matchAll(/wordOf\("(\w+)"/g)].map((match) => `${match[1]}.`);
    const said = (key: string) => code.includes(`"${key}"`) || families.some((family) => key.startsWith(family));
    expect(Object.keys(en).filter((key) => !said(key))).toEqual([]);
  });
});

describe("the pages", () => {
  it("make nothing out of text but text", () => {
    // The policy of the pages (Trusted Types) would refuse it in the browser; this says so earlier.
    const forbidden = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|srcdoc/;
    const bad = Object.entries(SOURCES).filter(([, code]) => forbidden.test(code));
    expect(bad.map(([path]) => path)).toEqual([]);
    expect(Object.keys(SOURCES).length).toBeGreaterThan(20); // they were really read
  });
});
