#include "pages/html_page.h"

#include <fmt/format.h>

#include "pages/svg.h"

namespace relearn {
namespace {

constexpr std::string_view kStyle = R"(
:root{--ink:#1b2430;--quiet:#5b6675;--paper:#fff;--card:#f5f7fa;--line:#d8dee6;--warn:#8a4b00;
--warn-back:#fff4e0;--good:#1d6b45;--good-back:#e6f5ec;--c0:#1f5fbf;--c1:#c0392b;--c2:#3a8f6b;
--c3:#c77700;--c5:#8b96a5}
@media (prefers-color-scheme:dark){:root{--ink:#e6ebf2;--quiet:#9aa7b8;--paper:#12171e;
--card:#1b222c;--line:#323c4a;--warn:#ffc978;--warn-back:#3a2a10;--good:#8fe0b5;
--good-back:#123222;--c0:#7fb2ff;--c1:#ff8d7e;
--c2:#6fcfa4;--c3:#ffb347;--c5:#6f7c8d}}*{box-sizing:border-box}body{margin:0;
background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,'Segoe UI',Roboto,'Noto Sans',sans-serif}
main{max-width:1060px;margin:0 auto;padding:24px 16px 64px}h1{font-size:1.7rem;margin:0 0 4px}
ul{max-width:75ch;margin:6px 0;padding-left:1.2em}li{margin:4px 0}
h2{font-size:1.2rem;margin:40px 0 8px}p{margin:6px 0;max-width:75ch}
.quiet,small{color:var(--quiet)}.banner{background:var(--warn-back);color:var(--warn);
border-left:4px solid var(--warn);padding:10px 14px;margin:16px 0;border-radius:4px}
.banner.good{background:var(--good-back);color:var(--good);border-color:var(--good)}
.banner.neutral{background:var(--card);color:var(--ink);border-color:var(--c5)}
.banner b{font-size:1.15em}
.cards{display:grid;gap:12px;margin:20px 0;
grid-template-columns:repeat(auto-fit,minmax(150px,1fr))}.card{background:var(--card);
border-radius:8px;padding:12px 16px}.card b{display:block;font-size:1.6rem;
font-variant-numeric:tabular-nums}.charts{display:grid;gap:16px;
grid-template-columns:repeat(auto-fit,minmax(300px,1fr))}figure{margin:0;background:var(--card);
border-radius:8px;padding:12px}figcaption b,figcaption small{display:block}
figcaption small{min-height:4.5em}svg{width:100%;height:auto;display:block}
.wide{max-width:680px}.wide figure{min-width:540px}.wide small{min-height:0}
.wide figcaption{position:sticky;left:12px;max-width:calc(100vw - 72px)}
.grid{stroke:var(--line)}.tick{font-size:11px;
fill:var(--quiet)}
.label{font-size:12px;fill:var(--ink)}.line{fill:none;stroke-width:2}
.dashed{stroke-dasharray:5 4}.band{opacity:.18;stroke:none}.bar{opacity:.45}
.series-0{stroke:var(--c0)}.series-1{stroke:var(--c1)}.series-2{stroke:var(--c2)}
.series-3{stroke:var(--c3)}.series-5{stroke:var(--c5)}.band.series-0,.dot.series-0{fill:var(--c0)}
.dot.series-1{fill:var(--c1);fill-opacity:.5}.dot.series-2{fill:var(--c2);fill-opacity:.5}
.bar{stroke:none}.bar.series-1{fill:var(--c1)}.bar.series-2{fill:var(--c2)}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:.85rem}.key{display:inline-block;
width:18px;border-top:3px solid;margin-right:6px;vertical-align:middle}
.key.series-0{border-color:var(--c0)}.key.series-1{border-color:var(--c1)}
.key.series-2{border-color:var(--c2)}.key.series-3{border-color:var(--c3)}
.key.series-5{border-color:var(--c5)}
.key.dashed{border-top-style:dashed}.scroll{overflow-x:auto}table{border-collapse:collapse;
width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}th,td{text-align:left;
padding:6px 12px 6px 0;border-bottom:1px solid var(--line);vertical-align:top}
td:first-child{min-width:7em}th{color:var(--quiet);font-weight:600}tr.taken td{font-weight:600}
code{font-size:.85em;
overflow-wrap:anywhere}
@media(min-width:700px){td:first-child{min-width:12em}}
@media(max-width:480px){.card{padding:10px 12px}.card b{font-size:1.2rem}}
@media print{body{font-size:12px}h2{break-after:avoid}figure,table{break-inside:avoid}}
)";

std::string row(const std::vector<std::string>& cells, std::string_view tag) {
  std::string html = "<tr>";
  for (const std::string& cell : cells) {
    html += fmt::format("<{0}>{1}</{0}>", tag, escape_html(cell));
  }
  return html + "</tr>";
}

std::string lead_of(const std::string& lead) {
  return lead.empty() ? "" : "<b>" + escape_html(lead) + "</b> ";
}

std::string block(const Heading& heading) { return "<h2>" + escape_html(heading.text) + "</h2>"; }

std::string block(const Paragraph& paragraph) {
  return fmt::format("<p{}>{}{}</p>",
                     paragraph.tone == Paragraph::Tone::Quiet ? " class='quiet'" : "",
                     lead_of(paragraph.lead), escape_html(paragraph.text));
}

std::string block(const Banner& banner) {
  constexpr std::string_view kTones[] = {" good", "", " neutral"};
  return fmt::format("<p class='banner{}'>{}{}</p>", kTones[static_cast<int>(banner.tone)],
                     lead_of(banner.lead), escape_html(banner.text));
}

std::string block(const Cards& cards) {
  std::string html = "<div class='cards'>";
  for (const Cards::Card& card : cards.cards) {
    html += fmt::format("<div class='card'><small>{}</small><b>{}</b><small>{}</small></div>",
                        escape_html(card.label), escape_html(card.value), escape_html(card.note));
  }
  return html + "</div>";
}

std::string block(const Table& table) {
  std::string html = "<div class='scroll'><table>";
  if (!table.head.empty()) html += row(table.head, "th");
  for (const auto& cells : table.rows) html += row(cells, "td");
  return html + "</table></div>";
}

std::string block(const Bullets& bullets) {
  std::string html = "<ul>";
  for (const std::string& item : bullets.items) html += "<li>" + escape_html(item) + "</li>";
  return html + "</ul>";
}

std::string block(const Figures& figures) {
  std::string html = "<div class='charts'>";
  for (const Figure& figure : figures.figures) html += to_html(figure);
  return html + "</div>";
}

std::string block(const WideFigure& wide) {
  return "<div class='scroll wide'>" + to_html(wide.figure) + "</div>";
}

std::string block(const NewPage&) { return ""; }

}  // namespace

std::string_view page_style() { return kStyle; }

std::string to_html(const Document& document) {
  std::string html(kPageStart);
  html += fmt::format(
      "<title>{0}</title><style>{1}</style></head><body lang='{2}'><main><h1>{0}</h1><p "
      "class='quiet'>{3}</p>",
      escape_html(document.title), kStyle, escape_html(document.language),
      escape_html(document.subtitle));
  for (const Block& part : document.blocks) {
    html += std::visit([](const auto& it) { return block(it); }, part);
  }
  return html + "</main></body></html>\n";
}

}  // namespace relearn
