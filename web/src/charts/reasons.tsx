// Reasons as bars: to the right what raises the risk, to the left what lowers it.
import type { Assessment } from "../api/contract";
import { t } from "../languages/language";
import { Icon } from "../parts/icon";

type Reason = Assessment["reasons"][number];

const HARDLY = 0.02; // log-odds: half a percentage point at a risk of 50 %

function Word(props: { log_odds: number }) {
  if (Math.abs(props.log_odds) < HARDLY) return <span class="reason-word muted">{t("result.hardly")}</span>;
  const up = props.log_odds > 0;
  return (
    <span class={up ? "reason-word word-up" : "reason-word word-down"}>
      <Icon name={up ? "up" : "down"} />
      {t(up ? "result.raises" : "result.lowers")}
    </span>
  );
}

export function Reasons(props: { reasons: Reason[] }) {
  const largest = Math.max(...props.reasons.map((reason) => Math.abs(reason.log_odds)), 0.01);
  return (
    <table class="reasons">
      <caption class="unseen">{t("result.reasons_caption")}</caption>
      <thead class="unseen">
        <tr>
          <th scope="col">{t("result.reason")}</th>
          <th scope="col">{t("result.value")}</th>
          <th scope="col">{t("result.effect")}</th>
        </tr>
      </thead>
      <tbody>
        {props.reasons.map((reason) => {
          const up = reason.log_odds > 0;
          const share = Math.abs(reason.log_odds) / largest;
          return (
            <tr key={reason.predictor}>
              <th scope="row">{reason.label}</th>
              <td class="reason-value">{reason.value ?? t("result.not_known")}</td>
              <td>
                <span class="reason-effect">
                  <svg class="reason-bar" viewBox="0 0 200 14" preserveAspectRatio="none" aria-hidden="true">
                    <line x1="100" x2="100" y1="0" y2="14" />
                    {up ? (
                      <rect class="bar-up" x="100" y="2" height="10" width={share * 98} />
                    ) : (
                      <rect class="bar-down" x={100 - share * 98} y="2" height="10" width={share * 98} />
                    )}
                  </svg>
                  <Word log_odds={reason.log_odds} />
                </span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
