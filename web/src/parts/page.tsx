// The frame of every page: its title gets the focus when the reader comes to it.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

export function Page(props: { title: string; lead?: string; wide?: boolean; actions?: ComponentChildren; children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${props.title} · relearn`;
  }, [props.title]);
  useEffect(() => {
    if (firstPage) firstPage = false; // the browser's own start is left alone
    else heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div class={props.wide ? "page page-wide" : "page"}>
      <header class="page-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>{props.title}</h1>
          {props.lead && <p class="lead">{props.lead}</p>}
        </div>
        {props.actions && <div class="page-actions">{props.actions}</div>}
      </header>
      {props.children}
    </div>
  );
}

let firstPage = true;

export function Card(props: { title?: string; class?: string; children: ComponentChildren; actions?: ComponentChildren; lead?: string }) {
  return (
    <section class={`card ${props.class ?? ""}`}>
      {props.title && (
        <div class="card-head">
          <h2>{props.title}</h2>
          {props.actions}
        </div>
      )}
      {props.lead && <p class="muted card-lead">{props.lead}</p>}
      {props.children}
    </section>
  );
}

export function Badge(props: { tone?: "plain" | "good" | "caution" | "bad" | "accent"; children: ComponentChildren }) {
  return <span class={`badge badge-${props.tone ?? "plain"}`}>{props.children}</span>;
}
