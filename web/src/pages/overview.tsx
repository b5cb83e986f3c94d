import { t } from "../languages/language";
import { Page } from "../parts/page";

export function OverviewPage(_: { parts: Record<string, string> }) {
  return <Page title={t("loading")}>{null}</Page>;
}
