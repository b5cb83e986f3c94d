// One value of the form, as somebody types it: is it a number, possible, usual, in the right unit?
// The same limits and sentences as the server's (src/clinical/record_check.cpp), which has the last
// word; here they come while typing, in the reader's language.
import type { Predictor } from "../api/contract";
import { t } from "../languages/language";

export interface ValueCheck {
  level: "fine" | "unusual" | "refused";
  sentence: string;
}

export interface Conversion {
  unit: string;
  label: string;
  factor: number;
  offset: number;
}

export function conversionsOf(predictor: Predictor): Conversion[] {
  return predictor.conversions ?? [];
}

/// "5,2" is 5.2; anything else that is no number is NaN.
export function readNumber(text: string): number {
  const trimmed = text.trim().replace(/^(-?\d+),(\d+)$/, "$1.$2");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(trimmed) ? Number(trimmed) : Number.NaN;
}

/// A limit in the unit that somebody types in; rounded as people say it.
export function inUnit(canonical: number, conversion: Conversion): number {
  const value = (canonical - conversion.offset) / conversion.factor;
  return Number(value.toPrecision(4));
}

function withUnit(value: number, conversion: Conversion): string {
  return conversion.label === "" ? String(value) : `${value} ${conversion.label}`;
}

export function checkNumber(predictor: Predictor, text: string, conversion: Conversion): ValueCheck {
  const fine: ValueCheck = { level: "fine", sentence: "" };
  if (text.trim() === "") return fine;
  const given = readNumber(text);
  if (Number.isNaN(given)) return { level: "refused", sentence: t("check.no_number", { value: text.trim() }) };
  const value = given * conversion.factor + conversion.offset;
  const [low, high] = predictor.possible ?? [-Infinity, Infinity];
  const trap = (predictor.unit_traps ?? []).find((each) => given >= each.low && given <= each.high);
  if (value < low! || value > high!) {
    const below = value < low!;
    const limit = withUnit(inUnit(below ? low! : high!, conversion), conversion);
    const fact = t(below ? "check.below" : "check.above", { value: text.trim(), limit });
    if (trap && trap.likely_unit !== conversion.label) {
      return { level: "refused", sentence: `${fact}; ${t("check.other_unit", { unit: trap.likely_unit })}` };
    }
    return { level: "refused", sentence: `${fact}, ${t(below ? "check.lowest" : "check.highest")}` };
  }
  if (predictor.kind === "integer" && value !== Math.floor(value)) {
    return { level: "refused", sentence: t("check.no_whole_number", { value: text.trim() }) };
  }
  const [usualLow, usualHigh] = predictor.usual ?? [-Infinity, Infinity];
  if (value < usualLow! || value > usualHigh!) {
    const below = value < usualLow!;
    const limit = withUnit(inUnit(below ? usualLow! : usualHigh!, conversion), conversion);
    return {
      level: "unusual",
      sentence: `${t(below ? "check.below" : "check.above", { value: text.trim(), limit })}, ${t("check.unlike")}`,
    };
  }
  return fine;
}
