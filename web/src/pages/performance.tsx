// All open alarms, and the way to what is watched of each disease.
import { useSignal } from "@preact/signals";
import type { DiseaseSummary } from "../api/contract";
import { diseaseList } from "../api/diseases";
import { alarmList, type Alarm } from "../api/watch";
import { inLanguage, t } from "../languages/language";
import { Loaded, useFetched } from "../parts/loaded";
import { Empty } from "../parts/notes";
import { Page } from "../parts/page";
import { pathOf } from "../router";
import { AlarmCard } from "./alarm_card";

function Alarms(props: { alarms: Alarm[]; diseases: DiseaseSummary[]; done: () => void }) {
  const nameOf = (id: string) => {
    const found = props.diseases.find((disease) => disease.id === id);
    return found ? inLanguage(found.name) : id;
  };
  return <>{props.alarms.map((alarm) => <AlarmCard key={alarm.id} alarm={alarm} disease={nameOf(alarm.disease)} done={props.done} />)}</>;
}

function Closed(props: { diseases: DiseaseSummary[] }) {
  const closed = useFetched((stop) => alarmList("closed", stop), []);
  return (
    <Loaded of={closed}>
      {(alarms) => (alarms.length === 0 ? <p class="muted">{t("alarms.none_closed")}</p> : <Alarms alarms={alarms} diseases={props.diseases} done={closed.again} />)}
    </Loaded>
  );
}

export function PerformancePage(_: { parts: Record<string, string> }) {
  const older = useSignal(false);
  const found = useFetched(async (stop) => {
    const [alarms, diseases] = await Promise.all([alarmList("open", stop), diseaseList(stop)]);
    return { alarms, diseases };
  }, []);
  return (
    <Page title={t("performance.title")} lead={t("performance.lead")}>
      <Loaded of={found}>
        {({ alarms, diseases }) => (
          <>
            <ul class="buttons plain-buttons">
              {diseases.filter((disease) => disease.live_version !== null).map((disease) => (
                <li key={disease.id}><a class="button button-quiet" href={pathOf("watch", { disease: disease.id })}>{t("performance.of", { disease: inLanguage(disease.name) })}</a></li>
              ))}
            </ul>
            <h2>{t("alarms.open")}</h2>
            {alarms.length === 0 ? <Empty title={t("alarms.none")}><p>{t("alarms.none_do")}</p></Empty> : <Alarms alarms={alarms} diseases={diseases} done={found.again} />}
            <details onToggle={(event) => (older.value ||= event.currentTarget.open)}>
              <summary>{t("alarms.closed")}</summary>
              {older.value && <div class="stack"><Closed diseases={diseases} /></div>}
            </details>
          </>
        )}
      </Loaded>
    </Page>
  );
}
