// What the API sends, by the names that the pages use. Generated from openapi.yaml.
import type { components } from "../../generated/api";
import type { Alarm } from "./watch";

/// A text by language.
export type Translated = { [language: string]: string };
type Schemas = components["schemas"];
export type Role = "patient" | "clinician" | "approver" | "admin";
export type Disease = Schemas["Disease"];
export type DiseaseSummary = Schemas["DiseaseSummary"];
export type Predictor = Schemas["Predictor"];
export type Assessment = Schemas["Assessment"];
export type StoredPrediction = Schemas["StoredPrediction"];
export type InboxRow = Schemas["AwaitingPrediction"];
export type OutcomeEvent = Schemas["OutcomeEvent"];
export type PredictionDetail = Schemas["PredictionDetails"];
export type AdminDisease = Schemas["DiseaseFigures"];
export type AdminStats = Omit<Schemas["Figures"], "alarms"> & { alarms: Alarm[] };

export interface Session {
  token: string;
  expires_at: string;
  role: Role;
}
export interface Me {
  email: string;
  full_name: string;
  role: Role;
}

export interface Inbox {
  awaiting: number;
  predictions: InboxRow[];
}
export type UploadReport = Schemas["UploadReport"];
export type BatchReport = Schemas["BatchReport"];

export type Job = Schemas["Job"];
export type JobRun = Schemas["JobRun"];
export type JobState = JobRun["state"];
export type Policy = Schemas["Policy"];

export type Version = Schemas["Version"];
export interface ModelSummary {
  disease: string;
  name: Translated;
  live: Version | null;
  serving: number | null;
  waiting: number[];
}
export interface Versions {
  versions: Version[];
  live_changes: { at: string; from: number | null; to: number | null }[];
}
export type Attempt = Schemas["Attempt"];
export interface Verdict {
  verdict: string;
  because: string[];
  superior: boolean;
  approvals_needed: number;
  champion: number;
  look: number;
  locked_closed: boolean;
  error_spent: number;
  error_left: number;
  reasons: { clause: string; allows: string; unknown: boolean; benefit: boolean; sentence: string }[];
  still_needed?: { persons: number; cases: number; non_cases: number };
}
export interface AttemptDetail extends Attempt {
  verdict_record: Verdict | null;
  evidence: GateEvidence | null;
  report: ReportFile | null;
  files: string[];
}

/// Numbers of the reports; absent or "undefined_because" where they cannot be told.
export interface Estimate {
  value: number;
  standard_error: number;
  low: number;
  high: number;
}
export type Measurement = Estimate | { undefined_because: string };
export interface GroupReport {
  id: string;
  label: string;
  rows: number;
  persons: number;
  cases: number;
  non_cases: number;
  not_estimable_because?: string;
  metrics?: Record<string, Measurement>;
}
export interface ModelReport {
  repeats: number;
  thresholds: { decision: number; moderate: number; net_benefit_low: number; net_benefit_high: number };
  everybody: GroupReport;
  groups: GroupReport[];
  curves: {
    roc: { false_positive_rate: number; sensitivity: number }[];
    calibration: { risk: number; observed: number; low: number; high: number }[];
    histogram: { low: number; high: number; cases: number; non_cases: number }[];
    decision: { threshold: number; net_benefit: number; low: number; high: number; treat_all: number }[];
  };
}
export interface LossDifference {
  mean: number;
  lower_95: number;
  upper_95: number;
}
export interface GateEvidence {
  change?: { rung: string; largest_risk_change: number; category_changes: number };
  locked?: { people: PeopleCounted; auroc: Estimate; sensitivity: Estimate; against_champion?: LossDifference };
  new?: { people: PeopleCounted; against_champion?: LossDifference; auroc?: Estimate };
  subgroups?: { id: string; label: string; people: PeopleCounted; against_champion?: LossDifference }[];
  stability?: { refits: number; mean_change: number; change_95th: number };
}
export interface PeopleCounted {
  persons: number;
  cases: number;
  non_cases: number;
}
export interface SideBySide {
  candidate: ModelReport;
  live: ModelReport;
  moved: { live: number; candidate: number; cases: number; non_cases: number }[];
  crossings: { cases: number; cases_up: number; cases_down: number; non_cases: number; non_cases_up: number; non_cases_down: number };
  reasons: { input: string; live: number; candidate: number }[];
}
/// report.json of a bundle, as far as a page shows it.
export interface ReportFile {
  report: ModelReport;
  side_by_side?: SideBySide;
  synthetic?: boolean;
}

export interface VersionDiff {
  from: number;
  to: number;
  facts: { fact: string; from: string; to: string }[];
  same_inputs: boolean;
  invented_patients: { patients: number; mean_change: number; largest_change: number; other_side_of_threshold: number } | null;
}
export type LedgerEntry = Schemas["LedgerEntry"];
export interface LedgerVerification {
  ok: boolean;
  entries: number;
  sentence: string | null;
}
export type User = Schemas["Account"];
export type QuarantineEntry = Schemas["Quarantine"];
