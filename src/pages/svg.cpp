#include "pages/svg.h"

#include <fmt/format.h>

#include <array>

namespace relearn {
namespace {

using Kind = Mark::Kind;

constexpr std::array<std::string_view, 3> kAnchors = {"start", "middle", "end"};

std::string path(const Mark& mark) {
  std::string text;
  for (const DrawingPoint& point : mark.points) {
    text += fmt::format("{}{:.1f} {:.1f}", text.empty() ? "M" : "L", point.x, point.y);
  }
  return text;
}

std::string words(const Mark& mark, std::string_view style) {
  const DrawingPoint& at = mark.points.front();
  const std::string place =
      mark.kind == Kind::Upward
          ? fmt::format("transform='translate({:.1f} {:.1f}) rotate(-90)'", at.x, at.y)
          : fmt::format("x='{:.1f}' y='{:.1f}'", at.x, at.y);
  return fmt::format("<text class='{}' {} text-anchor='{}'>{}</text>", style, place,
                     kAnchors[static_cast<std::size_t>(mark.anchor)], escape_html(mark.text));
}

std::string to_svg(const Mark& mark) {
  switch (mark.kind) {
    case Kind::Grid:
      return fmt::format("<path class='grid' d='{}'/>", path(mark));
    case Kind::Line:
      return fmt::format("<path class='line series-{}' d='{}'/>", mark.colour, path(mark));
    case Kind::Dashed:
      return fmt::format("<path class='line series-{} dashed' d='{}'/>", mark.colour, path(mark));
    case Kind::Band:
      return fmt::format("<path class='band series-{}' d='{}Z'/>", mark.colour, path(mark));
    case Kind::Bar:
      return fmt::format("<path class='bar series-{}' d='{}Z'/>", mark.colour, path(mark));
    case Kind::Dot:
      return fmt::format("<circle class='dot series-{}' cx='{:.1f}' cy='{:.1f}' r='{:.1f}'/>",
                         mark.colour, mark.points[0].x, mark.points[0].y, mark.radius);
    case Kind::Tick:
      return words(mark, "tick");
    case Kind::Label:
    case Kind::Upward:
      return words(mark, "label");
  }
  return "";
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string to_svg(const Drawing& drawing, std::string_view name) {
  std::string svg = fmt::format("<svg viewBox='0 0 {} {}' role='img' aria-label='{}'>",
                                drawing.width, drawing.height, escape_html(name));
  for (const Mark& mark : drawing.marks) svg += to_svg(mark);
  return svg + "</svg>";
}

std::string to_html(const Figure& figure) {
  std::string html = fmt::format(
      "<figure class='chart'><figcaption><b>{}</b><small>{}</small></figcaption>{}<div "
      "class='legend'>",
      escape_html(figure.title), escape_html(figure.description),
      to_svg(figure.drawing, figure.title + ". " + figure.description));
  for (const Figure::Key& key : figure.legend) {
    html += fmt::format("<span><i class='key series-{}{}'></i>{}</span>", key.colour,
                        key.kind == Kind::Dashed ? " dashed" : "", escape_html(key.name));
  }
  return html + "</div></figure>";
}

}  // namespace relearn
