// What the API sends, by the names that the pages use. Generated from openapi.yaml.
import type { components } from "../../generated/api";

type Schemas = components["schemas"];
export type Role = "patient" | "clinician" | "approver" | "admin";
export type Disease = Schemas["Disease"];
export type DiseaseSummary = Schemas["DiseaseSummary"];
export type Predictor = Schemas["Predictor"];
export type Assessment = Schemas["Assessment"];
export type StoredPrediction = Schemas["StoredPrediction"];

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

export interface InboxRow {
  prediction_id: string;
  disease: string;
  made_at: string;
  reference: string | null;
  risk: number | null;
  risk_class: string;
  model_digest: string;
  inputs: Record<string, number>;
  state: string;
  teaches: number;
}
export interface Inbox {
  awaiting: number;
  predictions: InboxRow[];
}
export interface OutcomeEvent {
  state: string;
  value: string;
  source: string | null;
  reference_standard: string | null;
  observed_on: string | null;
  recorded_at: string;
  reason: string | null;
  by_me: boolean;
}
export interface PredictionDetail extends Omit<InboxRow, "state" | "teaches"> {
  events: OutcomeEvent[];
}
export interface UploadReport {
  lines: number;
  added: number;
  already_there: number;
  refused: number;
  refusals: { line: number; reason: string }[];
  more: number;
}

export interface AdminDisease {
  disease: string;
  name: { en: string; [language: string]: string };
  live_version: number | null;
  live_since: string | null;
  forced: boolean;
  predictions: number;
  awaiting: number;
  reported: number;
  confirmed: number;
  contested: number;
  new_confirmed: number;
  new_positive: number;
  asks: { confirmed: number; positive: number };
  evidence_tier: string | null;
  open_quarantines: number;
}
export interface AdminStats {
  users: { total: number } & Partial<Record<Role, number>>;
  predictions: number;
  awaiting: number;
  alarms: string[];
  diseases: AdminDisease[];
}

export type JobState = "queued" | "running" | "done" | "failed" | "cancelled";
export interface JobRun {
  disease: string;
  state: JobState;
  step: string | null;
  detail: string | null;
  done: number;
  total: number;
  seconds_left: number | null;
  steps: { step: string; started_at: string; ended_at: string | null }[];
  error: string | null;
  attempts: { number: number; verdict: string; state: string; version: number | null; approvals_missing: number }[];
}
export interface Job {
  id: string;
  state: JobState;
  reason: string;
  trigger: string;
  started_by: string;
  requested_at: string;
  started_at: string | null;
  ended_at: string | null;
  revision: number;
  runs: JobRun[];
}

export interface Version {
  number: number;
  attempt: number;
  published_at: string;
  forced: boolean;
  contains_withdrawn: boolean;
  verdict: string;
  reason: string;
  started_by: string;
  model_digest: string;
  live: boolean;
}
export interface ModelSummary {
  disease: string;
  name: { en: string; [language: string]: string };
  live: Version | null;
  waiting: number[];
}
export interface Versions {
  versions: Version[];
  live_changes: { at: string; from: number; to: number }[];
}
export interface Attempt {
  number: number;
  at: string;
  verdict: string;
  state: string;
  version: number | null;
  champion: number | null;
  reason: string;
  started_by: string;
  approvals: { by: string; reason: string; at: string }[];
  approvals_needed: number;
  i_may: { approve: boolean; reject: boolean; force: boolean };
}
export interface Verdict {
  verdict: string;
  because: string;
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
  verdict_json?: Verdict;
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
  subgroups?: {
    id: string;
    label: string;
    people: { persons: number; cases: number; non_cases: number };
    against_champion?: LossDifference;
  }[];
  [member: string]: unknown;
}
export type ReportFile = Record<string, unknown>;

export interface VersionDiff {
  [member: string]: unknown;
}
export interface LedgerEntry {
  [member: string]: unknown;
}
