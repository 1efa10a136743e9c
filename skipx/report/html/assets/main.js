const charts = JSON.parse(document.getElementById("data").textContent);
startLinks();
for (const box of document.querySelectorAll("[data-table]")) startTable(box);
for (const place of document.querySelectorAll("[data-chart]")) {
  const data = charts[place.dataset.chart];
  if (data.kind === "timeline") startTimeline(place, data);
  else startChart(place, data);
}
startTheme();
if (state.get("at")) goTo(state.get("at"));
document.documentElement.dataset.ready = "yes";
