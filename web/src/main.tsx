import { render } from "preact";
import "../generated/fonts.css";
import "./style/base.css";
import "./style/parts.css";
import "./style/charts.css";
import "./style/print.css";
import { App } from "./app";
import { preferredLanguage, speak } from "./languages/language";
import { startRouter } from "./router";
import { startTheme } from "./settings";

startTheme();
startRouter();
void speak(preferredLanguage()).then(() => render(<App />, document.getElementById("app")!));
