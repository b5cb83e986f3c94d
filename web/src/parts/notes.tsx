// What the reader is told beside the content: what went wrong, what went well, what is empty.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Problem } from "../api/client";
import { session } from "../api/client";
import { t, type TextKey } from "../languages/language";
import { pathOf } from "../router";
import { Icon, type IconName } from "./icon";

export function Note(props: { kind: "info" | "good" | "caution" | "bad"; title?: string; children?: ComponentChildren }) {
  const icons: Record<string, IconName> = { info: "info", good: "check", caution: "caution", bad: "caution" };
  return (
    <div class={`note note-${props.kind}`} role={props.kind === "bad" ? "alert" : props.kind === "good" ? "status" : undefined}>
      <Icon name={icons[props.kind]!} />
      <div>
        {props.title && <p class="note-title">{props.title}</p>}
        {props.children}
      </div>
    </div>
  );
}

function whatToDo(problem: Problem): string {
  if (problem.status === 0) return t("error.do_connection");
  if (problem.status === 401) return t("error.do_sign_in");
  if (problem.status === 403) return t("error.do_role");
  if (problem.status === 404) return t("error.do_not_found");
  if (problem.status === 409) return t("error.do_conflict");
  if (problem.status === 429) {
    return problem.retryAfter ? t("error.do_wait", { n: problem.retryAfter }) : t("error.do_later");
  }
  if (problem.status >= 500) return t("error.do_later");
  return t("error.do_correct");
}

/// What happened, what was not lost, what to do.
export function ProblemNote(props: { problem: Problem; kept: TextKey; again?: () => void }) {
  const { problem } = props;
  const note = useRef<HTMLDivElement>(null);
  useEffect(() => note.current?.scrollIntoView?.({ block: "nearest" }), [problem]);
  const signIn = `${pathOf("sign_in")}?next=${encodeURIComponent(window.location.pathname)}`;
  return (
    <div ref={note}>
      <Note kind="bad" title={problem.status === 0 ? t("error.no_answer") : t("error.happened")}>
        {problem.status !== 0 && <p lang="en" class="server-words">{problem.detail}</p>}
        <p>
          {t(props.kept)} {whatToDo(problem)}
        </p>
        <p class="buttons">
          {problem.status === 401 && !session.value && (
            <a class="button" href={signIn}>{t("sign_in.title")}</a>
          )}
          {props.again && problem.status !== 401 && (
            <button type="button" class="button button-quiet" onClick={props.again}>{t("again")}</button>
          )}
        </p>
      </Note>
    </div>
  );
}

/// A list without entries says what to do next.
export function Empty(props: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name="empty" />
      <p class="empty-title">{props.title}</p>
      {props.children}
    </div>
  );
}
