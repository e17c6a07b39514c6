// The page: shared zoom, keyboard, sorting, copying, themes, and the start of it all.

const DRAWN_AT_ONCE = 40; // more charts than this are drawn only when they come near the screen

// ── zoom, shared by all charts over time ──

let zoom = null;
let passingOn = false;
const resetButton = document.getElementById("reset-zoom");
const timePlots = report.plots.filter((plot) => plot.overTime && plot.x.length);
const wholeRun = {
  min: Math.min(...timePlots.map((plot) => plot.x[0])),
  max: Math.max(...timePlots.map((plot) => plot.x[plot.x.length - 1])),
};

function zoomed(u) {
  if (passingOn || u.status !== 1) return;
  const { min, max } = u.scales.x;
  setZoom(min <= wholeRun.min && max >= wholeRun.max ? null : { min, max });
}

function setZoom(range) {
  zoom = range;
  resetButton.hidden = range === null;
  passingOn = true;
  for (const { plot, chart } of charts.values()) {
    if (!chart || !plot.overTime) continue;
    const target = range || { min: plot.x[0], max: plot.x[plot.x.length - 1] };
    if (chart.scales.x.min !== target.min || chart.scales.x.max !== target.max) {
      chart.batch(() => chart.setScale("x", target));
    }
  }
  passingOn = false;
}

resetButton.addEventListener("click", () => setZoom(null));

// ── keyboard ──

let steered = null; // the chart whose cursor the keyboard is moving

function steer(event, entry) {
  const u = entry.chart;
  if (!u) return;
  const { plot } = entry;
  const last = plot.x.length - 1;
  const at = u.cursor.idx == null ? last : u.cursor.idx;
  const jump = event.shiftKey ? Math.max(1, Math.round(last / 20)) : 1;
  const moves = { ArrowLeft: at - jump, ArrowRight: at + jump, Home: 0, End: last };
  if (event.key === "Escape" && plot.overTime) setZoom(null);
  if (!(event.key in moves)) return;
  event.preventDefault();
  const target = Math.min(Math.max(moves[event.key], 0), last);
  steered = u;
  u.setCursor({ left: u.valToPos(plot.x[target], "x"), top: u.over.clientHeight / 2 });
  steered = null;
}

// ── tables, copying, theme ──

function makeSortable(table) {
  table.querySelectorAll("thead th").forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const descending = heading.getAttribute("aria-sort") !== "descending";
      table.querySelectorAll("thead th").forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
      sortRows(table.tBodies[0], column, descending ? -1 : 1);
    });
  });
}

function sortRows(body, column, direction) {
  const key = (row) => {
    const cell = row.cells[column];
    if (!cell.classList.contains("n")) return cell.textContent;
    return cell.dataset.key === undefined ? null : Number(cell.dataset.key);
  };
  const rows = [...body.rows].map((row) => [key(row), row]);
  rows.sort(([a], [b]) => {
    if (a === null || b === null) return (a === null) - (b === null);
    return direction * (typeof a === "string" ? a.localeCompare(b) : a - b);
  });
  body.append(...rows.map(([, row]) => row));
}

function offerCopy(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Select and copy by hand";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
}

const THEMES = ["auto", "light", "dark"];
const themeButton = document.getElementById("theme");

// Storage may be forbidden for local files; the choice then lasts as long as the page.
function stored(value) {
  try {
    if (value !== undefined) localStorage.setItem("walras-report-theme", value);
    return localStorage.getItem("walras-report-theme");
  } catch {
    return value;
  }
}

function applyTheme(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  themeButton.textContent = "Theme: " + theme;
  themeButton.dataset.now = theme;
}

function rebuild() {
  for (const { plot, chart } of charts.values()) if (chart) build(plot);
}

themeButton.addEventListener("click", () => {
  const next = THEMES[(THEMES.indexOf(themeButton.dataset.now) + 1) % THEMES.length];
  stored(next);
  applyTheme(next);
  rebuild();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", rebuild);

// ── start ──

// A link may ask for a theme, as in report.html?theme=dark.
const asked = new URLSearchParams(location.search).get("theme") || stored();
applyTheme(THEMES.includes(asked) ? asked : "auto");
themeButton.hidden = false;
document.querySelectorAll("table.sortable").forEach(makeSortable);
document.querySelectorAll("button.copy").forEach(offerCopy);

// Charts are redrawn when their width changes.
const resized = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    const entry = charts.get(target.parentElement.id);
    if (entry.chart && target.clientWidth) entry.chart.setSize({ width: target.clientWidth, height: target.clientHeight });
  }
});
const near = new IntersectionObserver((changes) => {
  for (const { target, isIntersecting } of changes) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    draw(target);
  }
}, { rootMargin: "800px" });

function draw(holder) {
  build(charts.get(holder.parentElement.id).plot);
  resized.observe(holder);
}

for (const plot of report.plots) {
  const entry = { plot, chart: null, hidden: new Set(), logarithmic: false, readouts: [] };
  charts.set(plot.id, entry);
  addLogSwitch(plot, entry);
  const holder = document.getElementById(plot.id).querySelector(".canvas");
  holder.addEventListener("keydown", (event) => steer(event, entry));
  holder.addEventListener("mouseleave", () => { tooltip.hidden = true; });
  if (report.plots.length <= DRAWN_AT_ONCE) draw(holder);
  else near.observe(holder);
}

addEventListener("scroll", () => { tooltip.hidden = true; }, { passive: true });
let themeOnScreen = null;
addEventListener("beforeprint", () => {
  themeOnScreen = themeButton.dataset.now;
  applyTheme("light");
  for (const { plot } of charts.values()) build(plot);
});
addEventListener("afterprint", () => {
  applyTheme(themeOnScreen || "auto");
  rebuild();
});
