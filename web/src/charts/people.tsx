// A hundred people, of whom so many are ill: a risk as a picture.
import { t } from "../languages/language";

const PEOPLE = 100;
const A_ROW = 20;
const STEP = 16;

export function People(props: { risk: number; label: string }) {
  const ill = Math.round(props.risk * PEOPLE);
  const people = Array.from({ length: PEOPLE }, (_, i) => i);
  return (
    <figure class="people">
      <svg viewBox={`0 0 ${A_ROW * STEP} ${(PEOPLE / A_ROW) * (STEP + 6)}`} role="img" aria-label={t("result.people", { n: ill })}>
        {people.map((i) => (
          <g key={i} class={i < ill ? "person person-ill" : "person"} transform={`translate(${(i % A_ROW) * STEP} ${Math.floor(i / A_ROW) * (STEP + 6)})`}>
            <circle cx="8" cy="4.2" r="3.2" />
            <path d="M2.6 19v-5.2a5.4 5.4 0 0 1 10.8 0V19z" />
          </g>
        ))}
      </svg>
      <figcaption>{props.label}</figcaption>
    </figure>
  );
}
