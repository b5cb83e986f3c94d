// The diseases and their forms, fetched once.
import { get } from "./client";
import type { Disease, DiseaseSummary } from "./contract";

export function diseaseList(stop?: AbortSignal): Promise<DiseaseSummary[]> {
  return get<{ diseases: DiseaseSummary[] }>("/api/diseases", stop).then((answer) => answer.diseases);
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
