// How far each input has moved from the people whom the model learnt from: a bar, the limit that
// chance seldom passes, and a word.
import type { DriftOfInput } from "../api/watch";
import { number } from "../format/numbers";
import { inLanguage, t } from "../languages/language";
import { Badge } from "../parts/page";

const WIDTH = 200;

function Bar(props: { index: number; limit: number | null; largest: number; shifted: boolean }) {
  const at = (value: number) => (value / props.largest) * (WIDTH - 4);
  return (
    <svg class="drift-bar" viewBox={`0 0 ${WIDTH} 16`} preserveAspectRatio="none" aria-hidden="true">
      <rect class="drift-all" width={WIDTH} height="8" y="4" />
      <rect class={props.shifted ? "drift-far" : "drift-near"} width={at(props.index)} height="8" y="4" />
      {props.limit !== null && <line class="drift-limit" x1={at(props.limit)} x2={at(props.limit)} y1="0" y2="16" />}
    </svg>
  );
}

function Missing(props: { input: DriftOfInput }) {
  const { input } = props;
  return (
    <>
      {t("drift.missing", { now: number(input.missing_pct, 1), before: number(input.missing_reference_pct, 1) })}{" "}
      {input.missing_more && <Badge tone="caution">{t("drift.missing_more")}</Badge>}
    </>
  );
}

export function DriftBars(props: { inputs: DriftOfInput[] }) {
  const sizes = props.inputs.flatMap((input) => [input.index ?? 0, input.limit ?? 0]);
  const largest = Math.max(...sizes, 0.01) * 1.05;
  const sorted = [...props.inputs].sort((one, other) => (other.index ?? -1) - (one.index ?? -1));
  return (
    <table class="drift">
      <caption class="unseen">{t("drift.title")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("drift.input")}</th>
          <th scope="col">{t("drift.index")}</th>
          <th scope="col">{t("drift.says")}</th>
          <th scope="col">{t("drift.not_known")}</th>
        </tr>
      </thead>
      <tbody>
        {sorted.map((input) => (
          <tr key={input.input}>
            <th scope="row">{inLanguage(input.label)}</th>
            <td>
              <span class="drift-figure">
                {input.index !== null && <Bar index={input.index} limit={input.limit} largest={largest} shifted={input.shifted} />}
                <span class="number">{input.index === null ? t("chart.undefined") : number(input.index, 2)}</span>
              </span>
            </td>
            <td>{input.index !== null && <Badge tone={input.shifted ? "caution" : "plain"}>{t(input.shifted ? "drift.shifted" : "drift.as_before")}</Badge>}</td>
            <td><Missing input={input} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
