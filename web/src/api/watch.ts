// What is watched of the live model of a disease, and the alarms that came of it.
import { get, post } from "./client";
import type { Translated } from "./contract";

export interface Interval {
  value: number;
  low: number;
  high: number;
}
export interface EstimatedWindow {
  from: string;
  to: string;
  people: number;
  auroc: number;
  low: number | null;
  high: number | null;
  mean_risk: number;
  outside: boolean;
}
export interface RealisedCohort {
  from: string;
  to: string;
  people: number;
  cases: number;
  auroc: Interval | null;
  observed_to_expected: Interval | null;
}
export interface DriftOfInput {
  input: string;
  label: Translated;
  index: number | null;
  limit: number | null;
  p_adjusted: number | null;
  shifted: boolean;
  missing_pct: number;
  missing_reference_pct: number;
  missing_more: boolean;
  outside_limits_pct: number;
}
export interface DriftWindow {
  from: string;
  to: string;
  people: number;
  guests: number;
  inputs: DriftOfInput[];
  risk: { index: number; limit: number; p_adjusted: number; shifted: boolean } | null;
}
export interface Alarm {
  id: number;
  disease: string;
  version: number;
  kind: string;
  tier: "info" | "warn" | "act";
  sentence: string;
  opened_at: string;
  seen_at: string;
  owner: string | null;
  owned_at: string | null;
  closed_at: string | null;
  closed_by: string | null;
  closing_reason: string | null;
}
export interface Watch {
  disease: string;
  version: number | null;
  live_since: string | null;
  judged_at: string | null;
  note: string;
  reference: { people: number } | null;
  window: { people_wanted: number; days_max: number; people: number; from: string | null } | null;
  estimated: EstimatedWindow[];
  realised: RealisedCohort[];
  realised_total: RealisedCohort | null;
  auroc_floor: number | null;
  drift: DriftWindow[];
  calibration: {
    people: number;
    wealth: number;
    highest: number;
    act_at: number;
    detector: number;
    detector_highest: number;
    investigate_at: number;
    points: { at: string; people: number; wealth: number; detector: number }[];
  };
  confirmation: {
    maturity_days: number | null;
    curve: { days: number; share_pct: number; low_pct: number; high_pct: number }[];
    by_class: { class: string; predictions: number; confirmed: number; share_pct: number | null }[];
    differs: boolean;
  };
  return: { state: string; until: string | null; to_version: number | null; people: number; wealth: number; returns_at: number; sentence: string };
  alarms: Alarm[];
}

export function watchOf(disease: string, stop?: AbortSignal): Promise<Watch> {
  return get<Watch>(`/api/watch/${disease}`, stop);
}

export function alarmList(state: "open" | "closed", stop?: AbortSignal): Promise<Alarm[]> {
  return get<{ alarms: Alarm[] }>(`/api/alarms?state=${state}`, stop).then((answer) => answer.alarms);
}

export function ownAlarm(alarm: Alarm): Promise<Alarm> {
  return post<Alarm>(`/api/alarms/${alarm.id}/owner`);
}

export function closeAlarm(alarm: Alarm, reason: string): Promise<Alarm> {
  return post<Alarm>(`/api/alarms/${alarm.id}/closure`, { reason });
}
