// Where a risk lies between 0 and 100 %, with the disease's own thresholds and a typical person.
import { percent } from "../format/numbers";
import { t } from "../languages/language";

export function RiskScale(props: { risk: number; typical: number; moderate: number; high: number }) {
  const { risk, typical, moderate, high } = props;
  const x = (share: number) => `${Math.min(Math.max(share, 0), 1) * 100}%`;
  return (
    <figure class="scale">
      <svg height="44" width="100%" role="img" aria-label={t("result.scale", { risk: percent(risk), typical: percent(typical), moderate: percent(moderate), high: percent(high) })}>
        <rect class="scale-low" x="0" y="16" height="12" width={x(moderate)} />
        <rect class="scale-moderate" x={x(moderate)} y="16" height="12" width={x(high - moderate)} />
        <rect class="scale-high" x={x(high)} y="16" height="12" width={x(1 - high)} />
        <line class="scale-typical" x1={x(typical)} x2={x(typical)} y1="12" y2="32" />
        <circle class="scale-here" cx={x(risk)} cy="22" r="9" />
      </svg>
      <figcaption class="scale-legend">
        <span><i class="dot dot-low" />{t("risk_class.low")} &lt; {percent(moderate)}</span>
        <span><i class="dot dot-moderate" />{t("risk_class.moderate")}</span>
        <span><i class="dot dot-high" />{t("risk_class.high")} ≥ {percent(high)}</span>
        <span><i class="tick" />{t("result.typical", { risk: percent(typical) })}</span>
      </figcaption>
    </figure>
  );
}
