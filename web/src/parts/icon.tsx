// Line drawings, 24 by 24; decoration only, the words are beside them.
const SHAPES = {
  heart: "M12 20s-7-4.6-9-9.3C1.6 7.2 3.7 4 7 4c2 0 3.8 1.1 5 3 1.2-1.9 3-3 5-3 3.3 0 5.4 3.2 4 6.7C19 15.4 12 20 12 20zM3 12h5l2-4 3 7 2-3h6",
  drop: "M12 3c3.5 4.5 6 7.6 6 11a6 6 0 0 1-12 0c0-3.4 2.5-6.5 6-11zM9 15a3 3 0 0 0 3 3",
  voice: "M12 3a3 3 0 0 1 3 3v6a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5 11a7 7 0 0 0 14 0M12 18v3M9 21h6",
  pulse: "M2 13h5l2.5-7 4 13 3-6H22",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8v.01",
  check: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8 12l3 3 5-6",
  caution: "M12 4l9 16H3zM12 10v4M12 17v.01",
  empty: "M4 13l3-8h10l3 8v6H4zM4 13h5l1 2h4l1-2h5",
  up: "M12 19V5M6 11l6-6 6 6",
  down: "M12 5v14M6 13l6 6 6-6",
  menu: "M4 7h16M4 12h16M4 17h16",
  print: "M7 9V4h10v5M7 17H4v-7h16v7h-3M7 14h10v6H7z",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
  screen: "M4 5h16v11H4zM9 20h6M12 16v4",
  retrain: "M20 11A8 8 0 0 0 5.7 6.7L3 9.5M3 4.5v5h5M4 13a8 8 0 0 0 14.3 4.3L21 14.5M21 19.5v-5h-5",
  arrow: "M5 12h14M13 6l6 6-6 6",
} as const;
export type IconName = keyof typeof SHAPES;

export function Icon(props: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={SHAPES[props.name]} />
    </svg>
  );
}
