import { render } from "preact";
import "../generated/fonts.css";
import "./style/base.css";
import "./style/parts.css";
import "./style/charts.css";
import "./style/print.css";
import { askEarly } from "./api/diseases";
import { App } from "./app";
import { preferredLanguage, speak } from "./languages/language";
import { place, startRouter } from "./router";
import { startTheme } from "./settings";

startTheme();
startRouter();
if (place.value.page === "home") askEarly();
void speak(preferredLanguage()).then(() => render(<App />, document.getElementById("app")!));
