// Labelled inputs: the label, the help and what is wrong belong to the input for a screen reader too.
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

export interface FieldWords {
  label: string;
  help?: string;
  error?: string;
  caution?: string;
  optional?: string;
}

export function FieldFrame(props: FieldWords & { id: string; children: ComponentChildren; beside?: ComponentChildren }) {
  return (
    <div class={`field${props.error ? " field-bad" : ""}`}>
      <div class="field-head">
        <label for={props.id}>{props.label}</label>
        {props.optional && <span class="muted">{props.optional}</span>}
        {props.beside}
      </div>
      {props.help && <p class="help" id={`${props.id}-help`}>{props.help}</p>}
      {props.children}
      <p class="field-error" id={`${props.id}-error`} aria-live="polite">{props.error}</p>
      {props.caution && !props.error && <p class="field-caution">{props.caution}</p>}
    </div>
  );
}

export function describedBy(id: string, words: FieldWords): string | undefined {
  const ids = [words.help && `${id}-help`, words.error && `${id}-error`].filter(Boolean);
  return ids.length > 0 ? ids.join(" ") : undefined;
}

type InputOptions = Omit<JSX.InputHTMLAttributes<HTMLInputElement>, "onInput" | "label"> & { onValue: (value: string) => void };

export function TextField(props: FieldWords & InputOptions) {
  const id = useId();
  const { label, help, error, caution, optional, onValue, ...input } = props;
  const words = { label, help, error, caution, optional } as FieldWords;
  return (
    <FieldFrame id={id} {...words}>
      <input
        {...input}
        id={id}
        aria-invalid={error ? "true" : undefined}
        aria-describedby={describedBy(id, words)}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </FieldFrame>
  );
}

export interface Choice {
  value: string;
  label: string;
}

export function SelectField(props: FieldWords & { value: string; choices: Choice[]; onValue: (value: string) => void }) {
  const id = useId();
  return (
    <FieldFrame id={id} {...props}>
      <select
        id={id}
        value={props.value}
        aria-invalid={props.error ? "true" : undefined}
        aria-describedby={describedBy(id, props)}
        onChange={(event) => props.onValue(event.currentTarget.value)}
      >
        {props.choices.map((choice) => (
          <option key={choice.value} value={choice.value}>{choice.label}</option>
        ))}
      </select>
    </FieldFrame>
  );
}

export function TextArea(props: FieldWords & { value: string; onValue: (value: string) => void; rows?: number; maxLength?: number }) {
  const id = useId();
  return (
    <FieldFrame id={id} {...props}>
      <textarea
        id={id}
        rows={props.rows ?? 3}
        maxLength={props.maxLength}
        value={props.value}
        aria-invalid={props.error ? "true" : undefined}
        aria-describedby={describedBy(id, props)}
        onInput={(event) => props.onValue(event.currentTarget.value)}
      />
    </FieldFrame>
  );
}

/// Few choices, all to be seen.
export function RadioField(props: FieldWords & { value: string; choices: Choice[]; onValue: (value: string) => void }) {
  const id = useId();
  return (
    <fieldset class={`field radio${props.error ? " field-bad" : ""}`} aria-describedby={describedBy(id, props)}>
      <legend>
        {props.label}
        {props.optional && <span class="muted">{props.optional}</span>}
      </legend>
      {props.help && <p class="help" id={`${id}-help`}>{props.help}</p>}
      <div class="choices">
        {props.choices.map((choice) => (
          <label key={choice.value} class="choice">
            <input
              type="radio"
              name={id}
              value={choice.value}
              checked={props.value === choice.value}
              onChange={() => props.onValue(choice.value)}
            />
            <span>{choice.label}</span>
          </label>
        ))}
      </div>
      <p class="field-error" id={`${id}-error`} aria-live="polite">{props.error}</p>
    </fieldset>
  );
}
