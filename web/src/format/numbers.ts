// Numbers, moments and durations as readers write them.
import { locale, t } from "../languages/language";

// To make a formatter takes longer than to use it a hundred times, so each is made once.
const numberFormats = new Map<string, Intl.NumberFormat>();
const dateFormats = new Map<string, Intl.DateTimeFormat>();

function kept<Format>(formats: Map<string, Format>, name: string, make: () => Format): Format {
  let format = formats.get(name);
  if (!format) {
    format = make();
    formats.set(name, format);
  }
  return format;
}

export function number(value: number, decimals = 0): string {
  const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return kept(numberFormats, `${locale.value} ${decimals}`, () => new Intl.NumberFormat(locale.value, options)).format(value);
}

/// 0.4512 -> "45 %"; below 10 % one decimal, as more would say more about the model than the person.
export function percent(share: number, decimals = share > 0 && share < 0.1 ? 1 : 0): string {
  return `${number(share * 100, decimals)} %`;
}

export function signed(value: number, decimals: number): string {
  return `${value > 0 ? "+" : value < 0 ? "−" : "±"}${number(Math.abs(value), decimals)}`;
}

export function moment(iso: string): string {
  const make = () => new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeStyle: "short" });
  return kept(dateFormats, `${locale.value} moment`, make).format(new Date(iso));
}

export function day(iso: string): string {
  const make = () => new Intl.DateTimeFormat(locale.value, { dateStyle: "medium" });
  return kept(dateFormats, `${locale.value} day`, make).format(new Date(iso));
}

export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return t("time.seconds", { n: number(whole) });
  if (whole < 3600) return t("time.minutes", { n: number(Math.floor(whole / 60)), s: number(whole % 60) });
  return t("time.hours", { n: number(Math.floor(whole / 3600)), m: number(Math.floor((whole % 3600) / 60)) });
}

export function shortDigest(digest: string): string {
  return digest.slice(0, 12);
}
