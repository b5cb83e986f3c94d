// Many people at once: the file goes in pieces, so that all results come back and the reader sees how
// far it is. What a piece has stored stays stored; the same file again adds nothing twice.
import { postCsv } from "../api/client";
import type { BatchReport } from "../api/contract";
import { csvOf, csvPieces } from "../format/csv";

const ROWS_OF_PIECE = 500; // the server tells at most 1,000 results at once
const REFUSALS_MAX = 10_000;

export type BatchPrediction = BatchReport["predictions"][number];
export interface BatchResult {
  lines: number;
  added: number;
  already_there: number;
  refused: number;
  refusals: { line: number; reason: string }[];
  predictions: BatchPrediction[];
  model_version: number | null;
}

export const NO_RESULT: BatchResult = { lines: 0, added: 0, already_there: 0, refused: 0, refusals: [], predictions: [], model_version: null };

function and(so_far: BatchResult, report: BatchReport, linesBefore: number): BatchResult {
  const refusals = report.refusals.map((each) => ({ ...each, line: each.line + linesBefore }));
  return {
    lines: so_far.lines + report.lines,
    added: so_far.added + report.added,
    already_there: so_far.already_there + report.already_there,
    refused: so_far.refused + report.refused,
    refusals: [...so_far.refusals, ...refusals].slice(0, REFUSALS_MAX),
    predictions: [...so_far.predictions, ...report.predictions],
    model_version: report.model_version,
  };
}

export interface Sending {
  /// After each piece.
  onProgress: (done: number, total: number, result: BatchResult) => void;
  wanted: () => "go on" | "stop";
}

export async function sendBatch(disease: string, text: string, sending: Sending): Promise<void> {
  const pieces = csvPieces(text, ROWS_OF_PIECE);
  let result = NO_RESULT;
  sending.onProgress(0, pieces.length, result);
  for (const [i, piece] of pieces.entries()) {
    if (sending.wanted() === "stop") return;
    const report = await postCsv<BatchReport>(`/api/predictions/batch/${disease}`, new Blob([piece.text], { type: "text/csv" }));
    result = and(result, report, piece.lines_before);
    sending.onProgress(i + 1, pieces.length, result);
  }
}

export type RiskClass = "low" | "moderate" | "high";

/// As the server classes a risk that it serves.
export function classOf(risk: number, thresholds: { moderate: number; decision: number }): RiskClass {
  if (risk >= thresholds.decision) return "high";
  return risk >= thresholds.moderate ? "moderate" : "low";
}

/// One line a person, then one a refused line.
export function resultFile(result: BatchResult, thresholds: { moderate: number; decision: number }): string {
  return csvOf([
    ["reference", "prediction", "risk", "risk_class", "model_version", "refused_line", "refused_because"],
    ...result.predictions.map((each) => [
      each.reference,
      each.prediction_id,
      each.risk,
      each.risk === null ? "" : classOf(each.risk, thresholds),
      result.model_version,
      "",
      "",
    ]),
    ...result.refusals.map((each) => ["", "", "", "", "", each.line, each.reason]),
  ]);
}
