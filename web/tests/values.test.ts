// What is said about a value while it is typed: the sentences of the server, in the unit that is typed in.
import { beforeEach, describe, expect, it } from "vitest";
import type { Predictor } from "../src/api/contract";
import { conversionsOf, checkNumber, readNumber } from "../src/format/value_check";
import { percent } from "../src/format/numbers";
import { speak } from "../src/languages/language";
import { bodyOf, exampleOf, missingIn, withUnit } from "../src/pages/assess_form";
import { heart } from "./fixtures";

const predictor = (id: string): Predictor => heart.predictors.find((each) => each.id === id)!;
const age = predictor("age_years");
const cholesterol = predictor("total_cholesterol_mg_per_dl");
const [mg, mmol] = conversionsOf(cholesterol);

beforeEach(() => speak("en"));

describe("a number", () => {
  it.each([
    ["5.2", 5.2],
    [" 5,2 ", 5.2],
    ["-1", -1],
    ["1e2", 100],
    [".5", 0.5],
    ["1,234.5", NaN],
    ["12 mg", NaN],
    ["", NaN],
    ["0x10", NaN],
    ["Infinity", NaN],
  ])("'%s' is read as %s", (text, value) => {
    expect(readNumber(text)).toEqual(value);
  });
});

describe("a value", () => {
  it.each([
    ["233", mg, "fine", ""],
    ["5.2", mg, "refused", "5.2 is below 50 mg/dL; is it in mmol/L?"],
    ["5.2", mmol, "fine", ""],
    ["1", mmol, "refused", "1 is below 1.293 mmol/L, the lowest value that can be"],
    ["900", mg, "refused", "900 is above 700 mg/dL, the highest value that can be"],
    ["500", mg, "unusual", "500 is above 420 mg/dL, unlike the people the models learn from"],
    ["abc", mg, "refused", "abc is not a number"],
    ["", mg, "fine", ""],
  ])("%s is judged in its unit", (text, unit, level, sentence) => {
    expect(checkNumber(cholesterol, text, unit!)).toEqual({ level, sentence });
  });

  it("that counts years is whole", () => {
    expect(checkNumber(age, "61.5", conversionsOf(age)[0]!)).toEqual({ level: "refused", sentence: "61.5 is not a whole number" });
  });

  it("is converted when another unit is chosen, and back", () => {
    const typed = { text: "201", unit: "mg/dL", unknown: false };
    const converted = withUnit(cholesterol, typed, "mmol/L");
    expect(converted).toEqual({ text: "5.198", unit: "mmol/L", unknown: false });
    expect(withUnit(cholesterol, converted, "mg/dL").text).toBe("201");
  });
});

describe("the form", () => {
  it("misses what must be known and is not", () => {
    expect(missingIn(heart, {})).toEqual(["age_years", "sex"]);
    expect(missingIn(heart, exampleOf(heart))).toEqual([]);
  });

  it("sends nothing of what was left open", () => {
    expect(bodyOf(heart, { age_years: { text: "61", unit: "", unknown: false }, sex: { text: "", unit: "", unknown: false } })).toEqual({ age_years: 61 });
  });
});

describe("a risk", () => {
  it.each([
    [0, "0 %"],
    [0.004, "0.4 %"],
    [0.0999, "10.0 %"],
    [0.612, "61 %"],
    [1, "100 %"],
  ])("of %s is shown as %s", (share, text) => {
    expect(percent(share)).toBe(text);
  });
});
