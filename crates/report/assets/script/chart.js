// One chart: axes, lines and behaviour, handed to uPlot.

function yRange(plot) {
  return (u, low, high) => {
    if (low == null) return [0, 1];
    if (plot.fractions && plot.id === "lorenz") return [Math.min(0, low), 1];
    if (plot.fromZero) {
      const top = high > 0 ? high * 1.06 : low < 0 ? 0 : 1;
      return [low < 0 ? low * 1.06 : 0, top];
    }
    if (low === high) {
      const margin = Math.abs(low) * 0.05 || 1;
      return [low - margin, high + margin];
    }
    const margin = (high - low) * 0.06;
    return [low >= 0 && low - margin < 0 ? 0 : low - margin, high + margin];
  };
}

const logRange = (u, low, high) => (low == null ? [1, 10] : [low / (high / low) ** 0.06 / 1.02, high * (high / low) ** 0.06 * 1.02]);

// Round values of a logarithmic axis: powers of ten, and their multiples where there are few of them.
function logSplits(low, high, wanted) {
  const decades = Math.log10(high / low);
  if (decades < 0.5) return null;
  const digits = decades * 9 <= wanted ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : decades * 3 <= wanted ? [1, 2, 5] : [1];
  const stride = Math.max(1, Math.ceil(decades / wanted));
  const splits = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += stride) {
    splits.push(...digits.map((digit) => Number(`${digit}e${power}`)).filter((value) => value >= low && value <= high));
  }
  return splits;
}

// Where the range is less than half a decade, evenly spaced values are as round as it gets.
function evenSplits(low, high, wanted) {
  const least = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((size) => size >= least);
  const splits = [];
  for (let n = Math.ceil(low / step); n * step <= high; n++) splits.push(Number((n * step).toPrecision(12)));
  return splits;
}

function logAxis(wanted) {
  return {
    splits: (u, axis, low, high) => logSplits(low, high, wanted) || evenSplits(low, high, wanted),
    filter: (u, splits) => splits,
    values: (u, splits) => splits.map((value) => (value == null ? "" : people(value, 3))),
  };
}

function axes(plot) {
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const common = () => ({
    font,
    stroke: css("--ink-3"),
    grid: { stroke: css("--grid"), width: 1 },
    ticks: { stroke: css("--line"), width: 1, size: 5 },
  });
  const labels = plot.fractions ? (u, splits) => splits.map(percent) : (u, splits) => axisLabels(splits);
  return [
    {
      ...common(),
      values: plot.id === "lorenz" ? (u, splits) => splits.map(percent) : (u, splits) => axisLabels(splits),
      space: 70,
      size: 30,
      gap: 6,
      ...(plot.logX ? logAxis(7) : {}),
    },
    {
      ...common(),
      values: labels,
      space: 34,
      gap: 6,
      size: (u, values) => {
        if (!values) return 56;
        u.ctx.save();
        u.ctx.font = `${12 * devicePixelRatio}px ${getComputedStyle(document.body).fontFamily}`;
        const widest = Math.max(0, ...values.map((value) => u.ctx.measureText(value || "").width));
        u.ctx.restore();
        return Math.max(56, Math.ceil(widest / devicePixelRatio) + 16);
      },
      ...(charts.get(plot.id).logarithmic ? logAxis(8) : {}),
    },
  ];
}

function seriesOptions(plot, entry) {
  const lines = plot.lines.map((line, i) => {
    const colour = seriesColour(line.colour);
    const faint = line.mean.length > 0;
    const options = {
      label: line.label,
      show: !entry.hidden.has(i),
      stroke: line.stroke === "hidden" ? "transparent" : faint ? translucent(colour, 0.4) : colour,
      width: faint ? 1 : line.stroke === "dotted" ? 1.5 : 2,
      dash: faint ? undefined : DASHES[line.stroke],
      spanGaps: !plot.overTime,
      pxAlign: line.stepped ? 1 : 0,
      points: { show: plot.x.length < 40 && plot.overTime && line.stroke !== "hidden", size: 5, fill: colour },
    };
    if (line.filled) options.fill = translucent(colour, isDark() ? 0.2 : 0.14);
    if (line.stepped) options.paths = uPlot.paths.stepped({ align: 1 });
    return options;
  });
  const means = linesWithMean(plot).map((i) => ({
    label: plot.lines[i].label + ", mean",
    show: !entry.hidden.has(i),
    stroke: seriesColour(plot.lines[i].colour),
    width: 2,
    dash: DASHES[plot.lines[i].stroke],
    points: { show: false },
  }));
  return [...lines, ...means];
}

// Positions of the lines that have a moving mean; the means follow the lines in a chart's data.
const linesWithMean = (plot) => plot.lines.flatMap((line, i) => (line.mean.length ? [i] : []));

function options(plot, entry, holder) {
  const pathRange = plot.path && plot.path.x.length;
  return {
    width: holder.clientWidth,
    height: holder.clientHeight,
    padding: [10, 24, 0, 0],
    legend: { show: false },
    focus: { alpha: 1 },
    scales: {
      x: plot.logX ? { time: false, distr: 3, range: (u, low, high) => [low, high] } : { time: false },
      y: entry.logarithmic ? { distr: 3, range: logRange } : { range: yRange(plot) },
    },
    axes: axes(plot),
    series: [{}, ...seriesOptions(plot, entry)],
    bands: plot.bands.map((pair, i) => ({
      series: [pair[0] + 1, pair[1] + 1],
      fill: translucent(seriesColour(plot.lines[pair[0]].colour), i === 0 ? 0.18 : 0.26),
    })),
    cursor: {
      y: false,
      points: { size: 7, show: !pathRange },
      drag: { x: plot.overTime || plot.path != null, y: false, dist: 5 },
      // Only the position is shared; zoom is passed on below, by value.
      sync: plot.overTime
        ? { key: "time", scales: ["x", null], setSeries: false, filters: { pub: (type) => type === "mousemove" || type === "mouseleave" } }
        : undefined,
    },
    hooks: {
      drawAxes: [(u) => plot.overTime && drawEvents(u)],
      draw: [(u) => drawVerticals(u, plot), (u) => plot.path && drawPath(u, plot.path)],
      setCursor: [(u) => { updateReadouts(entry, u); pointAt(u, plot); }],
      setScale: [(u, key) => key === "x" && plot.overTime && zoomed(u)],
    },
  };
}

function build(plot) {
  const figure = document.getElementById(plot.id);
  const holder = figure.querySelector(".canvas");
  if (holder.clientWidth === 0) return;
  const entry = charts.get(plot.id);
  if (entry.chart) entry.chart.destroy();
  buildLegend(entry, figure.querySelector(".legend"));
  const data = [plot.x, ...plot.lines.map((line) => line.values), ...linesWithMean(plot).map((i) => plot.lines[i].mean)];
  entry.chart = new uPlot(options(plot, entry, holder), data, holder);
  if (plot.overTime && zoom) entry.chart.setScale("x", zoom);
  updateReadouts(entry, entry.chart);
}

function addLogSwitch(plot, entry) {
  const values = plot.lines.flatMap((line) => line.values).filter((value) => value != null);
  if (!plot.logSwitch || values.some((value) => value <= 0)) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "log";
  button.title = "Logarithmic price axis";
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    entry.logarithmic = !entry.logarithmic;
    button.setAttribute("aria-pressed", String(entry.logarithmic));
    build(plot);
  });
  document.getElementById(plot.id).querySelector(".plot-tools").append(button);
}
