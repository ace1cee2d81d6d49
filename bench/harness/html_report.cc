#include "bench/harness/html_report.h"

#include "bench/harness/plots.h"
#include "bench/harness/svg_parts.h"
#include "bench/harness/text_report.h"

namespace brood::bench {
namespace {

constexpr char kHead[] = R"(<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>brood bench</title>
<style>
:root { --ink: #222; --faint: #666; --line: #e2e2e2; --page: #fff; color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ddd; --faint: #999; --line: #3a3a3a; --page: #181818; }
  svg text { fill: var(--ink); } .grid { stroke: var(--line); }
  .s0 { stroke: #7f9cf0; } .f0 { fill: #7f9cf0; }
  .s1 { stroke: #f0975c; } .f1 { fill: #f0975c; }
  .s2 { stroke: #63c487; } .f2 { fill: #63c487; }
  .s3 { stroke: #e87aa2; } .f3 { fill: #e87aa2; }
  .s4 { stroke: #ab93ea; } .f4 { fill: #ab93ea; }
  .s5 { stroke: #c4a46c; } .f5 { fill: #c4a46c; }
  .s6 { stroke: #5cc6d8; } .f6 { fill: #5cc6d8; }
  .s7 { stroke: #aaaaaa; } .f7 { fill: #aaaaaa; }
}
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page);
       max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
svg { width: 100%; height: auto; margin: 1rem 0; }
pre { font-size: 13px; line-height: 1.4; overflow-x: auto; border-top: 1px solid var(--line);
      padding-top: 1rem; }
p { color: var(--faint); }
</style>
)";

std::string machine(const Measurements& measurements) {
  return "Brood " + measurements.version + ", " + measurements.isolation + "; " +
         std::to_string(measurements.cpus) + " CPUs, Linux " + measurements.kernel;
}

}  // namespace

std::string htmlReport(const Measurements& measurements, const std::string& comparison) {
  std::string page = std::string(kHead) + "<h1>brood bench</h1>\n<p>" +
                     escapedHtml(machine(measurements)) +
                     ". Floors of the machine, dashed, were measured in the same run: trust the "
                     "ratios, not the microseconds.</p>\n";
  for (const auto& each : picturesOf(measurements)) page += each.svg;
  page += "<pre>" + escapedHtml(textReport(measurements) + comparison) + "</pre>\n</html>\n";
  return page;
}

std::string markdownReport(const Measurements& measurements, const std::string& comparison) {
  return "# brood bench\n\n```\n" + textReport(measurements) + comparison + "```\n";
}

}  // namespace brood::bench
