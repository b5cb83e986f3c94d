// Something that is fetched: while it comes, when it is there, when it failed.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Problem } from "../api/client";
import { t } from "../languages/language";
import { ProblemNote } from "./notes";

export type Fetched<Data> =
  | { state: "coming" }
  | { state: "there"; data: Data }
  | { state: "failed"; problem: Problem };

/// Fetches when a dependency changes; what came before stays until the next is there.
export function useFetched<Data>(fetchIt: (stop: AbortSignal) => Promise<Data>, dependencies: unknown[]) {
  const fetched = useSignal<Fetched<Data>>({ state: "coming" });
  const round = useSignal(0);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => {
    stop.current?.abort();
    const mine = new AbortController();
    stop.current = mine;
    fetchIt(mine.signal)
      .then((data) => {
        if (!mine.signal.aborted) fetched.value = { state: "there", data };
      })
      .catch((error: unknown) => {
        if (mine.signal.aborted) return;
        fetched.value = { state: "failed", problem: error instanceof Problem ? error : new Problem(0, String(error)) };
      });
    return () => mine.abort();
  }, [...dependencies, round.value]);
  return { fetched: fetched.value, again: () => (round.value += 1) };
}

export function Loaded<Data>(props: {
  of: { fetched: Fetched<Data>; again: () => void };
  children: (data: Data) => ComponentChildren;
}) {
  const { fetched, again } = props.of;
  if (fetched.state === "coming") return <p class="coming" role="status">{t("loading")}</p>;
  if (fetched.state === "failed") return <ProblemNote problem={fetched.problem} kept="error.kept_nothing_changed" again={again} />;
  return <>{props.children(fetched.data)}</>;
}
