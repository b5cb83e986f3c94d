// Many people at once, and lists of any length.
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keepSession } from "../src/api/client";
import type { BatchReport, StoredPrediction } from "../src/api/contract";
import { csvOf, csvPieces } from "../src/format/csv";
import { speak } from "../src/languages/language";
import { BatchPage } from "../src/pages/batch";
import { classOf, resultFile, sendBatch, type BatchResult } from "../src/pages/batch_sending";
import { HistoryPage } from "../src/pages/history";
import { LongTable, windowOf } from "../src/parts/long_table";
import { heart } from "./fixtures";

vi.mock("../src/charts/trend", () => ({ Trend: () => null })); // a canvas, which there is none of here

/// jsdom's Blob has no text().
function textOf(blob: Blob): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.readAsText(blob);
  });
}
File.prototype.text = function text() {
  return textOf(this);
};

let asked: { path: string; body: string }[] = [];
let answer: (path: string, body: string) => { status?: number; json: unknown } | undefined;

beforeEach(async () => {
  await speak("en");
  keepSession({ token: "t", expires_at: "2099-01-01T00:00:00Z", role: "clinician" });
  asked = [];
  answer = () => undefined;
  vi.stubGlobal("fetch", async (path: string, options: RequestInit = {}) => {
    const body = options.body instanceof Blob ? await textOf(options.body) : String(options.body ?? "");
    asked.push({ path, body });
    if (path === "/api/diseases") return Response.json({ diseases: [heart] });
    if (path === "/api/diseases/heart") return Response.json(heart);
    const told = answer(path, body);
    return told ? Response.json(told.json, { status: told.status ?? 200 }) : Response.json({ detail: "not here" }, { status: 404 });
  });
});

afterEach(() => {
  cleanup();
  keepSession(null);
  vi.unstubAllGlobals();
});

const report = (names: string[], refusals: BatchReport["refusals"] = []): BatchReport => ({
  lines: names.length + refusals.length,
  added: names.length,
  already_there: 0,
  refused: refusals.length,
  refusals,
  more: false,
  scored: names.length,
  model_version: 3,
  predictions: names.map((name, i) => ({ prediction_id: `p-${name}-${i}`, reference: name, risk: 0.2, new: true })),
});

describe("a long file", () => {
  it("is cut into pieces at its rows, each with the header", () => {
    const pieces = csvPieces('a,b\n1,2\n"3\n3",4\n5,6', 2);
    expect(pieces).toEqual([
      { text: 'a,b\n1,2\n"3\n3",4\n', lines_before: 0 },
      { text: "a,b\n5,6", lines_before: 3 },
    ]);
  });

  it("without rows is sent all the same, so that the server says what is wrong", () => {
    expect(csvPieces("a,b", 2)).toEqual([{ text: "a,b", lines_before: 0 }]);
    expect(csvPieces("", 2)).toEqual([{ text: "", lines_before: 0 }]);
  });

  it("names refused lines as they are in the whole file", async () => {
    const rows = Array.from({ length: 501 }, (_, i) => `${i}`).join("\n");
    answer = (_, body) => ({ json: body.includes("\n500") ? report([], [{ line: 2, reason: "age_years: is missing" }]) : report(["a"]) });
    let last: BatchResult | null = null;
    await sendBatch("heart", `person\n${rows}`, { onProgress: (_done, _total, result) => (last = result), wanted: () => "go on" });
    expect(asked.length).toBe(2);
    expect(last!.refusals).toEqual([{ line: 502, reason: "age_years: is missing" }]);
    expect(last!.added).toBe(1);
  });

  it("is sent no further when somebody stops it", async () => {
    answer = () => ({ json: report(["a"]) });
    const rows = Array.from({ length: 1500 }, () => "x").join("\n");
    await sendBatch("heart", `person\n${rows}`, { onProgress: () => undefined, wanted: () => (asked.length === 1 ? "stop" : "go on") });
    expect(asked.length).toBe(1);
  });
});

describe("the file with the results", () => {
  it("classes risks as the server does", () => {
    expect([0.1499, 0.15, 0.3499, 0.35].map((risk) => classOf(risk, heart.thresholds))).toEqual(["low", "moderate", "moderate", "high"]);
  });

  it("holds nothing that a spreadsheet would run", () => {
    expect(csvOf([["=cmd|'/c calc'!A0", -1.5, 'say "hi", you', null]])).toBe(`'=cmd|'/c calc'!A0,-1.5,"say ""hi"", you",\r\n`);
  });

  it("has a line for each person and each refused line", () => {
    const result = { ...report(["ward7/0031"]), refusals: [{ line: 9, reason: "sex: is missing" }] };
    expect(resultFile(result, heart.thresholds).split("\r\n").slice(1)).toEqual(["ward7/0031,p-ward7/0031-0,0.2,moderate,3,,", ",,,,,9,sex: is missing", ""]);
  });
});

describe("the page for many people", () => {
  const file = new File(["made_at,person,age_years,sex\n2026-01-01,<b>x</b>,61,male\n"], "visits.csv", { type: "text/csv" });
  const choose = async () => fireEvent.change(await screen.findByLabelText("Choose a file"), { target: { files: [file] } });

  it("sends nothing before the button is pressed, and shows each result", async () => {
    answer = () => ({ json: report(["<b>x</b>"], [{ line: 3, reason: "sex: is missing, and may not be" }]) });
    render(<BatchPage parts={{}} />);
    await choose();
    expect(asked.filter((each) => each.path.includes("batch"))).toEqual([]);
    fireEvent.click(screen.getByText("Assess these people"));
    expect(await screen.findByText("<b>x</b>")).toBeTruthy();
    expect(screen.getByText("sex: is missing, and may not be")).toBeTruthy();
    expect(screen.getByText("All lines were read")).toBeTruthy();
  });

  it("says so when the file cannot be read any more", async () => {
    const gone = new File(["x"], "gone.csv");
    gone.text = () => Promise.reject(new DOMException("gone", "NotReadableError"));
    render(<BatchPage parts={{}} />);
    fireEvent.change(await screen.findByLabelText("Choose a file"), { target: { files: [gone] } });
    fireEvent.click(screen.getByText("Assess these people"));
    expect(await screen.findByText(/The file cannot be read/)).toBeTruthy();
    expect(screen.getByText(/Nothing was stored/)).toBeTruthy();
  });

  it("says what is kept when the connection is lost half-way", async () => {
    const long = new File([`person\n${Array.from({ length: 600 }, () => "x").join("\n")}`], "long.csv");
    let calls = 0;
    answer = () => (calls++ === 0 ? { json: report(["first"]) } : { status: 503, json: { detail: "the store is busy" } });
    render(<BatchPage parts={{}} />);
    fireEvent.change(await screen.findByLabelText("Choose a file"), { target: { files: [long] } });
    fireEvent.click(screen.getByText("Assess these people"));
    expect(await screen.findByText("the store is busy")).toBeTruthy();
    expect(screen.getByText(/What was stored so far is kept/)).toBeTruthy();
    expect(screen.getByText("first")).toBeTruthy();
  });
});

describe("a list of any length", () => {
  it.each([
    [0, 480, 100_000, { first: 0, after: 22 }],
    [48_000, 480, 100_000, { first: 988, after: 1022 }],
    [4_799_520, 480, 100_000, { first: 99_978, after: 100_000 }],
    [48_000, 480, 5, { first: 4, after: 5 }],
    [0, 480, 0, { first: 0, after: 0 }],
  ])("scrolled by %i, of %i px, with %i rows shows few", (scrolled, seen, rows, expected) => {
    expect(windowOf(scrolled, seen, 48, rows)).toEqual(expected);
  });

  it("puts into the document only what can be seen, and tells how much there is", () => {
    const rows = Array.from({ length: 100_000 }, (_, i) => i);
    render(<LongTable caption="numbers" rows={rows} columns={[{ title: "number", cell: (row) => row }]} />);
    expect(screen.getAllByRole("row").length).toBeLessThan(60);
    expect(screen.getByRole("table").getAttribute("aria-rowcount")).toBe("100001");
  });
});

describe("a long history", () => {
  const prediction = (i: number): StoredPrediction => ({ prediction_id: `p-${i}`, disease: "heart", made_at: "2026-06-01T08:00:00Z", inputs: {}, risk: 0.2, risk_class: "moderate", model_digest: "0e1f" });

  it("is fetched page after page", async () => {
    const all = Array.from({ length: 1200 }, (_, i) => prediction(1200 - i));
    answer = (path) => {
      const before = /before=p-(\d+)/.exec(path)?.[1];
      const from = before ? all.findIndex((each) => each.prediction_id === `p-${before}`) + 1 : 0;
      return { json: { predictions: all.slice(from, from + 1000) } };
    };
    render(<HistoryPage />);
    expect(await screen.findByText(/The latest 1,000 assessments/)).toBeTruthy();
    const rows = document.querySelector(".long-rows")!;
    Object.defineProperty(rows, "clientHeight", { value: 480 });
    rows.scrollTop = 45_000;
    fireEvent.scroll(rows);
    await waitFor(() => expect(screen.getByText("1,200 assessments")).toBeTruthy());
    expect(asked.filter((each) => each.path.startsWith("/api/predictions")).map((each) => each.path)).toEqual(["/api/predictions?limit=1000", "/api/predictions?limit=1000&before=p-201"]);
  });
});
