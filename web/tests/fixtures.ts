// What the server sends, typed as the pages expect it.
import type { AdminStats, AttemptDetail, Disease, Inbox, Job, ModelReport, PredictionDetail, Version, Versions } from "../src/api/contract";
import type { Alarm, Watch } from "../src/api/watch";

export const heart: Disease = {
  id: "heart",
  name: { en: "Heart disease", mr: "हृदयविकार" },
  intended_use: { en: "Supports a clinician.", mr: "डॉक्टरांना मदत करते." },
  live_version: 3,
  form_version: 1,
  population: { en: "Adults who were referred.", mr: "पाठवलेल्या व्यक्ती." },
  limitations: { en: "Not a screening model.", mr: "स्क्रीनिंगसाठी नाही." },
  outcome: {
    id: "coronary_artery_disease",
    label: { en: "Coronary artery disease", mr: "हृदयधमनीविकार" },
    definition: { en: "Narrowing of an artery.", mr: "धमनी अरुंद होणे." },
    positive: { en: "Confirmed", mr: "निश्चित" },
    negative: { en: "Not narrowed", mr: "अरुंद नाही" },
    reference_standards: [
      { id: "coronary_angiography", label: { en: "Coronary angiography", mr: "अँजिओग्राफी" }, source: "imaging", trains: true },
      { id: "self_report", label: { en: "Told by the person", mr: "स्वतः सांगितले" }, source: "self_report", trains: false },
    ],
  },
  thresholds: { moderate: 0.15, decision: 0.35 },
  predictors: [
    {
      id: "age_years",
      label: { en: "Age", mr: "वय" },
      help: { en: "Completed years.", mr: "पूर्ण वर्षे." },
      kind: "integer",
      may_be_missing: false,
      used_by_the_model: true,
      units: ["a"],
      conversions: [{ unit: "a", label: "years", factor: 1, offset: 0 }],
      unit_traps: [],
      possible: [18, 120],
      usual: [29, 77],
    },
    {
      id: "sex",
      label: { en: "Sex at birth", mr: "लिंग" },
      help: { en: "As recorded.", mr: "नोंदवल्याप्रमाणे." },
      kind: "binary",
      may_be_missing: false,
      used_by_the_model: true,
      codes: [
        { value: 0, word: "female", label: { en: "Female", mr: "स्त्री" } },
        { value: 1, word: "male", label: { en: "Male", mr: "पुरुष" } },
      ],
    },
    {
      id: "total_cholesterol_mg_per_dl",
      label: { en: "Total cholesterol", mr: "एकूण कोलेस्टेरॉल" },
      help: { en: "In serum.", mr: "रक्तद्रवात." },
      kind: "real",
      may_be_missing: true,
      used_by_the_model: true,
      units: ["mg/dL", "mmol/L"],
      conversions: [
        { unit: "mg/dL", label: "mg/dL", factor: 1, offset: 0 },
        { unit: "mmol/L", label: "mmol/L", factor: 38.67, offset: 0 },
      ],
      unit_traps: [{ low: 2, high: 15, likely_unit: "mmol/L" }],
      possible: [50, 700],
      usual: [120, 420],
    },
  ],
};

export const stats: AdminStats = {
  users: { total: 214, patient: 190, clinician: 20, approver: 2, admin: 2 },
  predictions: 3482,
  awaiting: 97,
  alarms: [],
  diseases: [
    {
      disease: "heart",
      name: heart.name,
      live_version: 3,
      live_since: "2026-06-01T10:00:00Z",
      forced: false,
      predictions: 1840,
      awaiting: 52,
      reported: 3,
      confirmed: 388,
      contested: 2,
      retracted: 0,
      new_confirmed: 41,
      new_positive: 12,
      asks: { confirmed: 30, positive: 10 },
      evidence_tier: "investigational",
      open_quarantines: 1,
    },
    {
      disease: "diabetes",
      name: { en: "Diabetes", mr: "मधुमेह" },
      live_version: 1,
      live_since: "2026-05-01T10:00:00Z",
      forced: true,
      predictions: 1642,
      awaiting: 45,
      reported: 0,
      confirmed: 120,
      contested: 0,
      retracted: 0,
      new_confirmed: 9,
      new_positive: 2,
      asks: { confirmed: 30, positive: 10 },
      evidence_tier: "demonstration",
      open_quarantines: 0,
    },
  ],
};

export const runningJob: Job = {
  id: 7,
  state: "running",
  reason: "41 new confirmed outcomes",
  trigger: "request",
  started_by: "user 1 (admin)",
  requested_at: "2026-06-01T08:00:00Z",
  started_at: "2026-06-01T08:00:01Z",
  ended_at: null,
  revision: 12,
  runs: [
    {
      disease: "heart",
      state: "running",
      started_at: "2026-06-01T08:00:01Z",
      ended_at: null,
      step: "search",
      detail: "boosting, candidate 3, fold 2",
      done: 18,
      total: 45,
      seconds_left: 75,
      wish: "none",
      steps: [
        { step: "records", started_at: "2026-06-01T08:00:01Z", ended_at: "2026-06-01T08:00:02Z" },
        { step: "read", started_at: "2026-06-01T08:00:02Z", ended_at: "2026-06-01T08:00:04Z" },
        { step: "merge", started_at: "2026-06-01T08:00:04Z", ended_at: "2026-06-01T08:00:05Z" },
        { step: "search", started_at: "2026-06-01T08:00:05Z", ended_at: null },
      ],
      error: null,
      attempts: [],
    },
    { disease: "diabetes", state: "queued", started_at: null, ended_at: null, step: null, detail: "", done: 0, total: 0, seconds_left: null, wish: "none", steps: [], error: null, attempts: [] },
  ],
};

export const doneJob: Job = {
  ...runningJob,
  state: "done",
  revision: 40,
  ended_at: "2026-06-01T08:03:00Z",
  runs: [
    {
      ...runningJob.runs[0]!,
      state: "done",
      step: "replay",
      ended_at: "2026-06-01T08:03:00Z",
      detail: "",
      steps: ["records", "read", "merge", "search", "judge", "evaluate", "replay"].map((step, i) => ({
        step,
        started_at: `2026-06-01T08:00:${10 + i * 5}Z`,
        ended_at: `2026-06-01T08:00:${15 + i * 5}Z`,
      })),
      attempts: [{ number: 8, verdict: "ask", state: "waiting", version: null }],
    },
  ],
};

const estimate = (value: number) => ({ value, standard_error: 0.02, low: value - 0.04, high: value + 0.04 });
const steps = Array.from({ length: 21 }, (_, i) => i / 20);

function reportOf(strength: number): ModelReport {
  return {
    repeats: 1,
    thresholds: { decision: 0.35, moderate: 0.15, net_benefit_low: 0.1, net_benefit_high: 0.5 },
    everybody: {
      id: "everybody",
      label: "Everybody",
      rows: 240,
      persons: 240,
      cases: 96,
      non_cases: 144,
      metrics: {
        auroc: estimate(0.8 + strength / 10),
        calibration_slope: estimate(0.9 + strength / 20),
        calibration_intercept: estimate(0.02),
        sensitivity: estimate(0.82),
        specificity: estimate(0.78),
        brier: estimate(0.14),
        net_benefit: { undefined_because: "one class only" },
      },
    },
    groups: [],
    curves: {
      roc: steps.map((x) => ({ false_positive_rate: x, sensitivity: x ** (1 / (2 + strength * 2)) })),
      calibration: steps.map((x) => ({ risk: x, observed: Math.min(1, x * (0.85 + strength / 10)), low: Math.max(0, x * 0.85 - 0.06), high: Math.min(1, x * 0.95 + 0.06) })),
      histogram: [],
      decision: steps.map((x) => ({ threshold: 0.1 + x * 0.4, net_benefit: 0.32 - x * (0.2 - strength * 0.03), low: 0.1, high: 0.4, treat_all: 0.33 - x * 0.45 })),
    },
  };
}

export const waitingAttempt: AttemptDetail = {
  number: 8,
  at: "2026-06-01T08:03:00Z",
  verdict: "ask",
  state: "waiting",
  version: null,
  champion: 3,
  reason: "41 new confirmed outcomes",
  started_by: "user 1 (admin)",
  model_digest: "0e1f6c9a".repeat(8),
  contains_withdrawn: false,
  approvals: [],
  approvals_needed: 1,
  approvals_missing: 1,
  i_may: { approve: true, reject: true, force: false },
  verdict_record: {
    verdict: "ask",
    because: ["A new search is not among the changes that go live by themselves.", "It is better for the new people: -0.041 nats (-0.072 to -0.010)."],
    superior: true,
    approvals_needed: 1,
    champion: 3,
    look: 2,
    locked_closed: false,
    error_spent: 0.03,
    error_left: 0.07,
    reasons: [
      { clause: "above_the_floors", allows: "publish", unknown: false, benefit: false, sentence: "AUROC on locked people is 0.9235 (0.8755 to 0.9540), the plan asks 0.80." },
      { clause: "no_group_harmed", allows: "publish", unknown: true, benefit: false, sentence: "Women: 31 people, the plan asks 40." },
      { clause: "who_decides", allows: "ask", unknown: false, benefit: false, sentence: "A new search is decided by people." },
    ],
    still_needed: { persons: 24, cases: 8, non_cases: 16 },
  },
  evidence: {
    change: { rung: "new_search", largest_risk_change: 0.21, category_changes: 0.06 },
    subgroups: [
      { id: "women", label: "Women", people: { persons: 31, cases: 9, non_cases: 22 } },
      { id: "men", label: "Men", people: { persons: 209, cases: 87, non_cases: 122 }, against_champion: { mean: -0.031, lower_95: -0.062, upper_95: -0.001 } },
      { id: "age_60_and_over", label: "60 and over", people: { persons: 88, cases: 51, non_cases: 37 }, against_champion: { mean: 0.008, lower_95: -0.03, upper_95: 0.046 } },
    ],
  },
  report: {
    synthetic: true,
    report: reportOf(1),
    side_by_side: {
      candidate: reportOf(1),
      live: reportOf(0),
      moved: steps.slice(0, 10).flatMap((_, i) => [
        { live: i, candidate: i, cases: i * 2, non_cases: 20 - i * 2 },
        { live: i, candidate: Math.min(9, i + 1), cases: 3, non_cases: 2 },
      ]),
      crossings: { cases: 96, cases_up: 7, cases_down: 2, non_cases: 144, non_cases_up: 4, non_cases_down: 9 },
      reasons: [],
    },
  },
  files: ["dossier.en.pdf", "dossier.mr.pdf", "dossier.en.html", "dossier.mr.html", "card.en.html", "card.mr.html", "report.html", "verdict.json"],
};

const version = (number: number, attempt: number, live: boolean): Version => ({
  number,
  attempt,
  published_at: `2026-0${number + 2}-01T10:00:00Z`,
  forced: number === 2,
  contains_withdrawn: false,
  verdict: "publish",
  reason: number === 1 ? "the first model" : "monthly",
  started_by: "user 1 (admin)",
  model_digest: `${number}`.repeat(64),
  live,
});

export const versions: Versions = {
  versions: [version(3, 7, true), version(2, 4, false), version(1, 1, false)],
  live_changes: [
    { at: "2026-05-01T10:00:00Z", from: 2, to: 3 },
    { at: "2026-04-10T10:00:00Z", from: 1, to: 2 },
    { at: "2026-04-05T10:00:00Z", from: 2, to: 1 },
    { at: "2026-04-01T10:00:00Z", from: 1, to: 2 },
    { at: "2026-03-01T10:00:00Z", from: null, to: 1 },
  ],
};

const inputs = { age_years: 61, sex: 1, total_cholesterol_mg_per_dl: 233 };

export const inbox: Inbox = {
  awaiting: 97,
  predictions: [0.49, 0.56, 0.31, 0.12, 0.9].map((risk, i) => ({
    prediction_id: `p-${"abcdefghij".repeat(2)}${i}`,
    disease: "heart",
    made_at: `2026-05-0${i + 1}T09:00:00Z`,
    reference: i === 3 ? null : `chart ${1200 + i}`,
    risk,
    risk_class: risk >= 0.35 ? "high" : risk >= 0.15 ? "moderate" : "low",
    model_digest: "3".repeat(64),
    inputs,
    state: i === 1 ? "contested" : "none",
    teaches: 1 - Math.abs(risk - 0.5) * 1.6,
    drawn: i === 2,
  })),
};

export const prediction: PredictionDetail = {
  ...inbox.predictions[0]!,
  outcomes: [
    { state: "confirmed", value: 1, source: "imaging", reference_standard: "coronary_angiography", observed_on: "2026-05-20", recorded_at: "2026-05-21T08:00:00Z", reason: null, by_me: true },
    { state: "contested", value: 0, source: "imaging", reference_standard: "coronary_angiography", observed_on: "2026-05-22", recorded_at: "2026-05-23T08:00:00Z", reason: "The picture is of another person.", by_me: false },
  ],
};

export const alarm: Alarm = {
  id: 7,
  disease: "heart",
  version: 3,
  kind: "calibration",
  tier: "act",
  sentence: "The risks of version 3 do not mean what they say: a stake of 1 is worth 31.",
  opened_at: "2026-06-20T10:00:00Z",
  seen_at: "2026-06-21T10:00:00Z",
  owner: null,
  owned_at: null,
  closed_at: null,
  closed_by: null,
  closing_reason: null,
};

export const watched: Watch = {
  disease: "heart",
  version: 3,
  live_since: "2026-03-01T10:00:00Z",
  judged_at: "2026-06-21T10:00:00Z",
  note: "",
  reference: { people: 303 },
  window: { people_wanted: 100, days_max: 30, people: 37, from: "2026-06-10T10:00:00Z" },
  estimated: Array.from({ length: 8 }, (_, i) => ({
    from: new Date(Date.UTC(2026, 2, 1 + i * 14)).toISOString(),
    to: new Date(Date.UTC(2026, 2, 15 + i * 14)).toISOString(),
    people: 104,
    auroc: 0.86 - i * 0.012,
    low: 0.79,
    high: 0.92,
    mean_risk: 0.41,
    outside: i === 7,
  })),
  realised: [
    { from: "2026-03-01T10:00:00Z", to: "2026-04-10T10:00:00Z", people: 100, cases: 41, auroc: { value: 0.84, low: 0.76, high: 0.91 }, observed_to_expected: { value: 1.04, low: 0.8, high: 1.3 } },
    { from: "2026-04-10T10:00:00Z", to: "2026-05-20T10:00:00Z", people: 100, cases: 52, auroc: { value: 0.79, low: 0.7, high: 0.87 }, observed_to_expected: { value: 1.31, low: 1.02, high: 1.6 } },
    { from: "2026-05-20T10:00:00Z", to: "2026-06-01T10:00:00Z", people: 12, cases: 0, auroc: null, observed_to_expected: null },
  ],
  realised_total: { from: "2026-03-01T10:00:00Z", to: "2026-06-01T10:00:00Z", people: 212, cases: 93, auroc: { value: 0.82, low: 0.76, high: 0.87 }, observed_to_expected: { value: 1.17, low: 1, high: 1.35 } },
  auroc_floor: 0.75,
  drift: [
    {
      from: "2026-05-24T10:00:00Z",
      to: "2026-06-10T10:00:00Z",
      people: 104,
      guests: 12,
      inputs: [
        { input: "age_years", label: { en: "Age", mr: "वय" }, index: 0.31, limit: 0.19, p_adjusted: 0.001, shifted: true, missing_pct: 0, missing_reference_pct: 0, missing_more: false, outside_limits_pct: 0 },
        { input: "sex", label: { en: "Sex at birth", mr: "लिंग" }, index: 0.02, limit: 0.19, p_adjusted: 0.9, shifted: false, missing_pct: 0, missing_reference_pct: 0, missing_more: false, outside_limits_pct: 0 },
        { input: "total_cholesterol_mg_per_dl", label: { en: "Total cholesterol", mr: "एकूण कोलेस्टेरॉल" }, index: 0.07, limit: 0.19, p_adjusted: 0.7, shifted: false, missing_pct: 22.1, missing_reference_pct: 1.3, missing_more: true, outside_limits_pct: 0 },
        { input: "st_depression_mm", label: { en: "ST depression on exercise", mr: "व्यायामातील ST घट" }, index: null, limit: null, p_adjusted: null, shifted: false, missing_pct: 100, missing_reference_pct: 10, missing_more: true, outside_limits_pct: 0 },
      ],
      risk: { index: 0.12, limit: 0.19, p_adjusted: 0.3, shifted: false },
    },
  ],
  calibration: {
    people: 212,
    wealth: 31.2,
    highest: 35.1,
    act_at: 20,
    detector: 120,
    detector_highest: 130,
    investigate_at: 1000,
    points: Array.from({ length: 22 }, (_, i) => ({ at: new Date(Date.UTC(2026, 3, 1 + i * 3)).toISOString(), people: i * 10, wealth: Math.exp(i / 6) * (1 + 0.3 * Math.sin(i)), detector: Math.exp(i / 4) })),
  },
  confirmation: {
    maturity_days: 30,
    curve: Array.from({ length: 10 }, (_, i) => ({ days: i * 10, share_pct: 70 * (1 - Math.exp(-i / 3)), low_pct: 60 * (1 - Math.exp(-i / 3)), high_pct: 78 * (1 - Math.exp(-i / 3)) })),
    by_class: [
      { class: "high", predictions: 120, confirmed: 90, share_pct: 75 },
      { class: "not_high", predictions: 180, confirmed: 60, share_pct: 33.3 },
    ],
    differs: true,
  },
  return: { state: "watching", until: "2026-07-01T10:00:00Z", to_version: 2, people: 60, wealth: 0.8, returns_at: 20, sentence: "Version 2 returns by itself when version 3 proves worse before 1 July 2026." },
  alarms: [alarm],
};
