// What the page holds. The scripts of this folder are one script in the page, in the order of `html.rs`; they draw
// the charts and add what paper cannot do: a shared cursor, zoom, event marks, sorting, themes. Nothing is loaded.

const report = JSON.parse(document.getElementById("report-data").textContent);
const events = report.events;
const charts = new Map(); // id of a plot → { plot, chart, hidden, logarithmic, readouts }
const tooltip = document.getElementById("tooltip");
