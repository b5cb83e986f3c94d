// The diseases and their forms, fetched once.
import { get } from "./client";
import type { Disease, DiseaseSummary } from "./contract";

function fetchList(stop?: AbortSignal): Promise<DiseaseSummary[]> {
  return get<{ diseases: DiseaseSummary[] }>("/api/diseases", stop).then((answer) => answer.diseases);
}

let early: Promise<DiseaseSummary[]> | null = null;

/// Asks while the page is still being made; the first who wants the list gets this answer.
export function askEarly(): void {
  early = fetchList();
  early.catch(() => undefined); // told to whoever takes it
}

export function diseaseList(stop?: AbortSignal): Promise<DiseaseSummary[]> {
  const list = early ?? fetchList(stop);
  early = null;
  return list;
}

const forms = new Map<string, Promise<Disease>>();

export function diseaseForm(id: string): Promise<Disease> {
  let form = forms.get(id);
  if (!form) {
    form = get<Disease>(`/api/diseases/${id}`);
    forms.set(id, form);
    form.catch(() => forms.delete(id));
  }
  return form;
}
