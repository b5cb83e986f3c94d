// What somebody has filled in, and what of it is sent.
import type { Disease, Predictor } from "../api/contract";
import { checkNumber, conversionsOf, inUnit, readNumber, type Conversion, type ValueCheck } from "../format/value_check";

export interface Entry {
  text: string; // a number as typed, or the word of a code
  unit: string; // UCUM; "" for codes
  unknown: boolean; // "I don't know"
}
export type Entries = Record<string, Entry>;

export const EMPTY_ENTRY: Entry = { text: "", unit: "", unknown: false };

export function isCoded(predictor: Predictor): boolean {
  return predictor.kind === "binary" || predictor.kind === "category";
}

export function conversionOf(predictor: Predictor, entry: Entry): Conversion {
  const all = conversionsOf(predictor);
  return all.find((each) => each.unit === entry.unit) ?? all[0] ?? { unit: "", label: "", factor: 1, offset: 0 };
}

export function checkEntry(predictor: Predictor, entry: Entry): ValueCheck {
  if (entry.unknown || isCoded(predictor)) return { level: "fine", sentence: "" };
  return checkNumber(predictor, entry.text, conversionOf(predictor, entry));
}

/// Ids of predictors that must be known and are not.
export function missingIn(disease: Disease, entries: Entries): string[] {
  return disease.predictors
    .filter((predictor) => !predictor.may_be_missing && (entries[predictor.id]?.text ?? "").trim() === "")
    .map((predictor) => predictor.id);
}

/// The body of POST /api/predict: numbers with their unit where it is not the first one.
export function bodyOf(disease: Disease, entries: Entries): Record<string, string | number | null> {
  const body: Record<string, string | number | null> = {};
  for (const predictor of disease.predictors) {
    const entry = entries[predictor.id];
    if (!entry || (entry.text.trim() === "" && !entry.unknown)) continue;
    if (entry.unknown) body[predictor.id] = null;
    else if (isCoded(predictor)) body[predictor.id] = entry.text;
    else {
      const conversion = conversionOf(predictor, entry);
      const value = readNumber(entry.text);
      const first = conversionsOf(predictor)[0]?.unit ?? "";
      body[predictor.id] = conversion.unit === first || conversion.unit === "" ? value : `${value} ${conversion.unit}`;
    }
  }
  return body;
}

/// Another unit for the same measurement: what was typed is converted.
export function withUnit(predictor: Predictor, entry: Entry, unit: string): Entry {
  const from = conversionOf(predictor, entry);
  const to = conversionOf(predictor, { ...entry, unit });
  const given = readNumber(entry.text);
  const text = Number.isNaN(given) ? entry.text : String(inUnit(given * from.factor + from.offset, to));
  return { ...entry, unit, text };
}

/// An invented person: the middle of what is usual, the first code.
export function exampleOf(disease: Disease): Entries {
  const entries: Entries = {};
  for (const predictor of disease.predictors) {
    const [low, high] = predictor.usual ?? [0, 0];
    const middle = (low! + high!) / 2;
    const text = isCoded(predictor)
      ? (predictor.codes?.[0]?.word ?? "")
      : predictor.kind === "integer"
        ? String(Math.round(middle))
        : String(Number(middle.toPrecision(3)));
    entries[predictor.id] = { text, unit: "", unknown: false };
  }
  return entries;
}

export interface FieldGroup {
  id: "needed" | "known" | "unused";
  predictors: Predictor[];
}

/// What must be known first, then what helps, then what the model of today does not use.
export function groupsOf(disease: Disease): FieldGroup[] {
  const groups: FieldGroup[] = [
    { id: "needed", predictors: disease.predictors.filter((each) => !each.may_be_missing) },
    { id: "known", predictors: disease.predictors.filter((each) => each.may_be_missing && each.used_by_the_model) },
    { id: "unused", predictors: disease.predictors.filter((each) => each.may_be_missing && !each.used_by_the_model) },
  ];
  return groups.filter((group) => group.predictors.length > 0);
}
